-- The search of the log runs as the owner: its operators are not leakproof, and row-level security would keep the indexes of
-- 0030 from them. It asks for the company itself.
do $$
begin
    execute format('create policy owner_searches on delivery for select to %I using (true)', current_user);
    execute format('create policy owner_searches on destination for select to %I using (true)', current_user);
    execute format('create policy owner_searches on rendering for select to %I using (true)', current_user);
end
$$;

-- Deliveries of this transaction's company to people whose name, or at an address, that matches, or with a subject that does;
-- newest first, after a position. A null does not narrow. `pattern` and `digits` are those of LIKE.
--
-- A page is mostly full after a few rows of the list. Where the first two thousand are not enough, those that match are few,
-- or old: they are looked for by themselves, and sorted. Of operators that are not leakproof the planner has no statistics here, and
-- believes that many match: it takes the indexes all the same.
create function find_deliveries(
    words tsquery, pattern text, digits text, of_job uuid, of_customer uuid, of_event uuid, of_states text[],
    of_channel text, of_reasons text[], from_moment timestamptz, to_moment timestamptz,
    after_moment timestamptz, after_id uuid, most int)
returns table (occurred_month date, id uuid) rows 50 language plpgsql stable security definer
set search_path = public, pg_temp set plan_cache_mode = force_custom_plan set enable_seqscan = off as $$
declare
    me uuid := current_company();
    months date[];
    ids uuid[];
begin
    select array_agg(p.occurred_month), array_agg(p.id) into months, ids
    from (
        select d.occurred_month, d.id
        from (
            select * from delivery d
            where d.company_id = me and d.trigger <> 'test'
              and (of_job is null or d.job_id = of_job) and (of_customer is null or d.customer_id = of_customer)
              and (of_event is null or d.occurrence_id = of_event) and (of_states is null or d.state = any(of_states))
              and (of_channel is null or d.channel = of_channel) and (of_reasons is null or d.reason = any(of_reasons))
              and (from_moment is null or d.planned_at >= from_moment) and (to_moment is null or d.planned_at < to_moment)
              and (after_id is null or (d.planned_at, d.id) < (after_moment, after_id))
            order by d.planned_at desc, d.id desc
            limit 2000
        ) d
        where exists (
                select from destination p
                where p.company_id = me and p.id = d.destination_id
                  and (lower(p.address) like pattern or lower(p.address) like digits))
           or exists (
                select from snapshot_generation g
                join snapshot s on s.kind = g.kind and s.generation = g.active and s.id = d.customer_id
                where g.kind = 'customers' and s.company_id = me and people_of(s.data) @@ words)
           or exists (
                select from rendering r
                where r.occurred_month = d.occurred_month and r.delivery_id = d.id and r.company_id = me
                  and to_tsvector('simple', r.subject) @@ words)
        order by d.planned_at desc, d.id desc
        limit most
    ) p;
    if cardinality(ids) = most then
        return query select * from unnest(months, ids);
        return;
    end if;
    return query
    with places as materialized (
        select p.customer_id, p.id from destination p
        where p.company_id = me and (lower(p.address) like pattern or lower(p.address) like digits)
    ), people as materialized (
        select s.id from snapshot s
        where s.kind = 'customers' and s.company_id = me and people_of(s.data) @@ words
          and s.generation = (select g.active from snapshot_generation g where g.kind = 'customers')
    ), said as materialized (
        select distinct r.occurred_month, r.delivery_id as id from rendering r
        where r.company_id = me and r.subject is not null and to_tsvector('simple', r.subject) @@ words
    ), hits as (
        select d.occurred_month, d.id from places p join delivery d
            on d.company_id = me and d.customer_id = p.customer_id and d.destination_id = p.id
        union
        select d.occurred_month, d.id from people p join delivery d on d.company_id = me and d.customer_id = p.id
        union
        select s.occurred_month, s.id from said s
    )
    select d.occurred_month, d.id
    from hits h join delivery d on d.occurred_month = h.occurred_month and d.id = h.id
    where d.company_id = me and d.trigger <> 'test'
      and (of_job is null or d.job_id = of_job) and (of_customer is null or d.customer_id = of_customer)
      and (of_event is null or d.occurrence_id = of_event) and (of_states is null or d.state = any(of_states))
      and (of_channel is null or d.channel = of_channel) and (of_reasons is null or d.reason = any(of_reasons))
      and (from_moment is null or d.planned_at >= from_moment) and (to_moment is null or d.planned_at < to_moment)
      and (after_id is null or (d.planned_at, d.id) < (after_moment, after_id))
    order by d.planned_at desc, d.id desc
    limit most;
end
$$;
revoke execute on function find_deliveries from public;

-- The state of a delivery of this transaction's company, which then stays in it: until the transaction ends nobody else moves it
-- on. The API can't lock by itself what it must not change.
do $$
begin
    execute format('create policy owner_locks on delivery for update to %I using (true) with check (false)', current_user);
end
$$;
create function lock_delivery(month date, delivery_id uuid) returns text language sql volatile security definer
set search_path = public, pg_temp as $$
    select state from delivery d
    where d.occurred_month = month and d.id = delivery_id and d.company_id = current_company()
    for update
$$;
revoke execute on function lock_delivery from public;

-- Whether messages of a month were sent again since.
create function was_resent(month date, since timestamptz) returns boolean language plpgsql volatile
set search_path = public, pg_temp as $$
begin
    return exists (
        select from delivery d where d.occurred_month = month and d.resend_of is not null and d.planned_at >= since);
end
$$;

-- Forget the words of a month: its part of `rendering` is emptied, not dropped, so that what is sent again still finds a place.
-- Words of messages planned since `kept_since`, sent again for instance, stay: then so many others go one by one.
-- Returns how many went one by one; null where all went at once.
create function forget_words(month date, kept_since timestamptz, most int) returns int language plpgsql security definer
set search_path = public, pg_temp set lock_timeout = '200ms' as $$
declare
    child text := 'rendering' || to_char(month, '_YYYY_MM');
    gone int;
begin
    if not was_resent(month, kept_since) then
        execute format('lock table %I in access exclusive mode', child);
        if not was_resent(month, kept_since) then  -- looked at again: a copy may have brought its words before the lock
            execute format('truncate %I', child);
            return null;
        end if;
    end if;
    execute format('delete from %I where ctid = any(array(select r.ctid from %I r
        join delivery d on d.occurred_month = r.occurred_month and d.id = r.delivery_id
        where d.planned_at < $1 limit $2))', child, child) using kept_since, most;
    get diagnostics gone = row_count;
    return gone;
end
$$;

-- Drop a month of one table of the log. Waits no longer than a moment for those who use it: who can't now does so later.
create function drop_month(parent text, month date) returns void language plpgsql security definer
set search_path = public, pg_temp set lock_timeout = '200ms' as $$
begin
    if parent <> all (array['rendering', 'receipt', 'attempt', 'delivery_act', 'delivery', 'occurrence']) then
        raise exception 'no part of the log';
    end if;
    execute format('drop table if exists %I', parent || to_char(month, '_YYYY_MM'));
end
$$;

do $$
declare worker name := service_role('worker');
begin
    execute format('grant execute on function find_deliveries, lock_delivery to %I', service_role('api'));
    revoke execute on function was_resent, forget_words, drop_month from public;
    execute format('grant execute on function forget_words, drop_month to %I', worker);
end
$$;
