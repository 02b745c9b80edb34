-- What waited to go once more, because an earlier try may have arrived, is unknown as before where the office cancels it, and
-- is not called unsent. All else is as it was (0039).
create or replace function cancel_delivery(month date, which uuid) returns text language plpgsql volatile security definer
set search_path = public, pg_temp as $$
declare
    me uuid := current_company();
    trying int;
    may_be_there boolean;
    became text;
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
    may_be_there := exists (
        select from attempt a where a.occurred_month = month and a.delivery_id = which and a.outcome = 'unknown');
    update delivery d
    set state = case when may_be_there then 'unknown' else 'cancelled' end,
        reason = case when may_be_there then 'outcome_unknown' else 'cancelled_by_office' end,
        detail = null, waits_for = null, updated_at = now()
    where d.occurred_month = month and d.id = which and d.company_id = me and d.state = 'queued'
    returning state into became;
    return coalesce(became, 'ended');
exception when sqlstate 'FB001' then  -- and its place is where it was
    return 'on_its_way';
end
$$;
alter policy owner_cancels on delivery with check (state in ('cancelled', 'unknown'));

-- What a try that may have been taken is counted for can be taken back, and counted after all, in the month that counted it.
alter table doubt add column counted_in date;    -- the month (UTC) of `usage`
alter table attempt add column taken_back date;  -- from that month; null: not, or counted again
