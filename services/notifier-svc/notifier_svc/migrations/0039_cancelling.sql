-- Cancels a delivery of this transaction's company: takes its place, of which the API only reads, and ends its row. Returns
-- what became of it: cancelled, on_its_way, or ended, which it was before. The place is taken first, and attempts are looked
-- for in a statement after it: a T2 that committed before is seen, and one that comes later finds no place.
create function cancel_delivery(month date, which uuid) returns text language plpgsql volatile security definer
set search_path = public, pg_temp as $$
declare
    me uuid := current_company();
    trying int;
begin
    -- the beginning and the end of a pause move a place to and fro
    delete from queue q where q.id = which and q.company_id = me returning case when q.leased then q.fence else 0 end into trying;
    if trying is null then
        delete from held h where h.id = which and h.company_id = me returning 0 into trying;
    end if;
    if trying is null then
        delete from queue q where q.id = which and q.company_id = me returning case when q.leased then q.fence else 0 end into trying;
    end if;
    if trying is null then
        return 'ended';
    end if;
    if exists (select from attempt a where a.occurred_month = month and a.delivery_id = which and a.n = trying and a.outcome is null) then
        raise exception using errcode = 'FB001';
    end if;
    update delivery d set state = 'cancelled', reason = 'cancelled_by_office', detail = null, waits_for = null, updated_at = now()
    where d.occurred_month = month and d.id = which and d.company_id = me and d.state = 'queued';
    return case when found then 'cancelled' else 'ended' end;
exception when sqlstate 'FB001' then  -- and its place is where it was
    return 'on_its_way';
end
$$;

-- What the API did by itself until then, in no release.
do $$
declare api name := service_role('api'); owner name := current_user;
begin
    drop policy cancels on delivery;
    execute format('revoke update (state, reason, detail, waits_for, updated_at) on delivery from %I', api);
    execute format('revoke delete on queue, held from %I', api);
    execute format('create policy owner_cancels on queue to %I using (true)', owner);
    execute format('create policy owner_cancels on held to %I using (true)', owner);
    execute format('create policy owner_cancels on attempt for select to %I using (true)', owner);
    execute format('create policy owner_cancels on delivery for update to %I using (true) with check (state = ''cancelled'')', owner);
    revoke execute on function cancel_delivery from public;
    execute format('grant execute on function cancel_delivery to %I', api);
end
$$;
