-- name: claim_emails
-- T1: take what is due, the urgent lane first, for as long as a lease lasts on the database's clock.
with due as (
    select q.id
    from unnest($1::smallint[]) as l (lane)
    cross join lateral (
        select id from queue
        where lane = l.lane and not leased and channel = 'email' and due_at <= now()
        order by due_at
        limit $2
        for update skip locked
    ) q
    limit $2
)
update queue q set leased = true, fence = q.fence + 1, due_at = now() + $3::interval
from due
where q.id = due.id
returning q.occurred_month, q.id, q.fence;

-- name: claim_phone
-- T1 for texts and calls: of each company as many as its phone account may send now, its urgent lane first.
with due as (
    select q.id
    from unnest($1::uuid[], $2::int[]) as c (company_id, most)
    cross join lateral (
        select of_lane.id
        from generate_series(0, 2) as l (lane)
        cross join lateral (
            select id from queue
            where company_id = c.company_id and lane = l.lane and not leased and channel <> 'email' and due_at <= now()
            order by due_at
            limit c.most
            for update skip locked
        ) of_lane
        limit c.most
    ) q
)
update queue q set leased = true, fence = q.fence + 1, due_at = now() + $3::interval
from due
where q.id = due.id
returning q.occurred_month, q.id, q.fence;

-- name: claimed
-- What was claimed, and what it is about.
select held.id, held.fence, held.occurred_month, d.company_id, d.trigger, d.category, d.channel, d.lane, d.rule_id,
       d.template_id, d.template_version, d.job_id, d.customer_id, d.recipient_id, p.address, d.masked_address,
       d.copy_number, d.attempts, greatest(d.planned_at, d.due_at) as due_at, d.expires_at, d.traceparent, d.as_it_was, o.id as event_id, o.type, o.occurred_at,
       o.data::text as data, o.traceparent as occurrence_traceparent, now() as claimed_at,
       case when d.attempts > 0 then exists (
           select from attempt a
           where a.occurred_month = held.occurred_month and a.delivery_id = held.id and a.outcome = 'unknown'
       ) else false end as may_be_there
from unnest($1::date[], $2::uuid[], $3::int[]) as held (occurred_month, id, fence)
join delivery d on d.occurred_month = held.occurred_month and d.id = held.id
join occurrence o on o.occurred_month = d.occurred_month and o.company_id = d.company_id and o.id = d.occurrence_id
left join destination p on p.company_id = d.company_id and p.id = d.destination_id;

-- name: newer_jobs
-- Those of the jobs of which something newer than these versions was told, mostly none, and what that was as far as it is
-- still known. Job by job, by key (`offset 0`).
select wanted.id, found.version, found.data::text as data, coalesce(told.job, found.data -> 'whole')::text as job
from unnest($1::uuid[], $2::bigint[]) as wanted (id, version)
cross join lateral (
    select s.company_id, s.version, s.data
    from snapshot_generation g join snapshot s on s.kind = g.kind and s.generation = g.active and s.id = wanted.id
    where g.kind = 'jobs' and s.version > wanted.version
    offset 0
) found
left join lateral (
    select o.data -> 'job' as job
    from occurrence o
    where o.occurred_month = (found.data ->> 'told_in')::date and o.company_id = found.company_id
      and o.id = (found.data ->> 'told_by')::uuid
    offset 0
) told on true;

-- name: rules_by_id
select company_id, id, name, trigger, status_id, region_id, customer_kinds, tags, channel, template_id, category,
       lane, max_age, expires_after, active, created_at, attach_report, once_per_job, timing
from rule
where (company_id, id) in (select * from unnest($1::uuid[], $2::uuid[]));

-- name: texted_lately
-- Which of these texts go to a number that got one in so long a time; looked for by its customer's newest deliveries.
select held.id
from unnest($1::date[], $2::uuid[]) as held (occurred_month, id)
join delivery mine on mine.occurred_month = held.occurred_month and mine.id = held.id
where exists (
    select from delivery d
    where d.company_id = mine.company_id and d.customer_id = mine.customer_id and d.planned_at > now() - $3::interval
      and d.destination_id = mine.destination_id and d.channel = 'sms' and d.state in ('sent', 'delivered'));

-- name: seconds_to_next_email$
-- How long until something of these lanes is due; null when nothing waits.
select extract(epoch from min(n.due_at) - now())::float8
from unnest($1::smallint[]) as l (lane)
cross join lateral (
    select due_at from queue where lane = l.lane and not leased and channel = 'email' order by due_at limit 1
) n;

-- name: phone_lines
-- Each company with texts or calls that wait: how long until the first is due, and what its account may send a second.
-- Walks the index from company to company, however many messages each has.
with recursive waiting as (
    (select company_id from queue where not leased and channel <> 'email' order by company_id limit 1)
    union all
    select (select q.company_id from queue q
            where not q.leased and q.channel <> 'email' and q.company_id > w.company_id
            order by q.company_id limit 1)
    from waiting w
    where w.company_id is not null
)
select w.company_id, coalesce(s.messages_per_second, 1)::float8 as per_second,
       extract(epoch from n.due_at - now())::float8 as seconds
from waiting w
left join sender s on s.company_id = w.company_id
cross join lateral (
    select min(first.due_at) as due_at
    from generate_series(0, 2) as l (lane)
    cross join lateral (
        select due_at from queue
        where company_id = w.company_id and lane = l.lane and not leased and channel <> 'email'
        order by due_at limit 1
    ) first
) n
where w.company_id is not null;

-- name: begin
-- T2: what is about to go on the wire, and its words. Only what is still ours, and for long enough, may go.
with ok as (
    select t.*, q.occurred_month, q.company_id
    from unnest($1::uuid[], $2::int[], $3::int[], $4::text[], $5::bytea[]) as t (id, n, version, subject, body)
    join queue q on q.id = t.id and q.fence = t.n and q.leased and q.due_at > now() + $6::interval
    for share of q
), tried as (
    insert into attempt (occurred_month, delivery_id, n, company_id)
    select occurred_month, id, n, company_id from ok
), kept as (
    insert into rendering (occurred_month, delivery_id, n, company_id, template_version, subject, body)
    select occurred_month, id, n, company_id, version, subject, body from ok
)
select id from ok;

-- name: finish
-- T3: the end of a delivery, told in the log and on the outbox; where the fence has moved on, nothing. How its try ended
-- (outcome, said) is mostly the same.
with t as (
    select * from unnest($1::uuid[], $2::int[], $3::text[], $4::text[], $5::text[], $6::text[], $7::int[], $8::boolean[],
                         $9::text[], $10::smallint[], $11::jsonb[], $12::bytea[], $13::text[], $14::bytea[],
                         $15::text[], $16::text[])
    as t (id, n, state, reason, code, detail, version, tried, provider_id, segments, headers, body, subject, words,
          outcome, said)
), done as (
    delete from queue q using t
    where q.id = t.id and q.fence = t.n and q.leased
    returning t.*, q.occurred_month, q.company_id
), logged as (
    update delivery d
    set state = done.state, reason = done.reason, detail = done.detail, updated_at = now(),
        waits_for = case when done.state = 'expired' then d.waits_for end,  -- what its time ran out for
        template_version = coalesce(done.version, d.template_version), attempts = d.attempts + done.tried::int
    from done
    where d.occurred_month = done.occurred_month and d.id = done.id
    returning d.id, d.occurred_month, d.destination_id, d.told  -- a receipt came first
), tries as (
    insert into attempt (occurred_month, delivery_id, n, company_id, finished_at, outcome, code, detail, provider_id,
                         segments)
    select occurred_month, id, n, company_id, now(), outcome, code, said, provider_id, segments from done where tried
    on conflict (occurred_month, delivery_id, n) do update
    set finished_at = excluded.finished_at, outcome = excluded.outcome, code = excluded.code, detail = excluded.detail,
        provider_id = excluded.provider_id, segments = excluded.segments
), unsent as (
    insert into rendering (occurred_month, delivery_id, n, company_id, template_version, subject, body)
    select d.occurred_month, d.id, d.n, d.company_id, d.version, d.subject, d.words
    from done d join logged l on l.id = d.id
    where d.words is not null and l.destination_id is not null  -- nothing of who was deleted meanwhile
    on conflict do nothing
), published as (
    insert into outbox (company_id, topic, key, headers, body)
    select company_id, 'deliveries.v1', id::text, headers, body from done
)
select id, occurred_month, told from logged;

-- name: put_back
-- Back to the queue after `delay`; what a try met on the way is told in the log.
with t as (
    select * from unnest($1::uuid[], $2::int[], $3::interval[], $4::boolean[], $5::text[], $6::text[])
    as t (id, n, delay, tried, code, detail)
), back as (
    update queue q set leased = false, due_at = now() + t.delay
    from t
    where q.id = t.id and q.fence = t.n and q.leased
    returning t.*, q.occurred_month, q.company_id, q.due_at
), logged as (
    update delivery d
    set detail = back.detail, due_at = back.due_at, waits_for = null, updated_at = now(), attempts = d.attempts + back.tried::int
    from back
    where d.occurred_month = back.occurred_month and d.id = back.id and back.detail is not null
    returning d.id, d.told  -- a receipt came meanwhile, of an earlier try
), tries as (
    insert into attempt (occurred_month, delivery_id, n, company_id, finished_at, outcome, code, detail)
    select occurred_month, id, n, company_id, now(), 'queued', code, detail from back where tried
    on conflict (occurred_month, delivery_id, n) do update
    set finished_at = excluded.finished_at, outcome = excluded.outcome, code = excluded.code, detail = excluded.detail
)
select back.id, back.occurred_month, logged.told from back left join logged on logged.id = back.id;

-- name: close_attempts!
-- What was begun and never tried, for the answer to its T2 was lost or came too late. After the statement that took it from
-- its sender's hands, so that a T2 that committed in between is seen, and none comes later.
update attempt a set finished_at = now(), outcome = t.outcome, detail = t.detail
from unnest($1::date[], $2::uuid[], $3::int[], $4::text[], $5::text[]) as t (occurred_month, id, n, outcome, detail)
where a.occurred_month = t.occurred_month and a.delivery_id = t.id and a.n = t.n and a.outcome is null;

-- name: postpone!
-- Back to the queue until its moment; the log says what it waits for.
with t as (
    select * from unnest($1::uuid[], $2::int[], $3::timestamptz[], $4::text[]) as t (id, n, until, waits_for)
), back as (
    update queue q set leased = false, due_at = t.until
    from t
    where q.id = t.id and q.fence = t.n and q.leased
    returning t.*, q.occurred_month
)
update delivery d set due_at = back.until, waits_for = back.waits_for, detail = null, updated_at = now()
from back
where d.occurred_month = back.occurred_month and d.id = back.id;

-- name: renew
-- A longer lease for what is still in our hands.
update queue q set due_at = now() + $3::interval
from unnest($1::uuid[], $2::int[]) as t (id, n)
where q.id = t.id and q.fence = t.n and q.leased
returning q.id;

-- name: lock_overdue
-- The sweep, first half: what nobody came back for.
select id
from queue
where leased and due_at < now() and id <> all($1::uuid[])
order by due_at
limit $2
for update skip locked;

-- name: overdue
-- The sweep, second half, on a snapshot taken after the lock: in doubt is what was about to go on the wire.
select q.id, q.fence, q.occurred_month, d.company_id, d.trigger, d.category, d.channel, d.lane, d.rule_id,
       d.template_id, d.template_version, d.job_id, d.customer_id, d.recipient_id, null as address, d.masked_address,
       d.copy_number, d.attempts, greatest(d.planned_at, d.due_at) as due_at, d.expires_at, d.traceparent, d.as_it_was, o.id as event_id, o.type, o.occurred_at,
       o.data::text as data, o.traceparent as occurrence_traceparent, now() as claimed_at, false as may_be_there,
       exists (select from attempt a where a.occurred_month = q.occurred_month and a.delivery_id = q.id and a.n = q.fence)
           as in_doubt,
       (select r.body from rendering r
        where q.channel = 'sms' and r.occurred_month = q.occurred_month and r.delivery_id = q.id and r.n = q.fence) as body
from queue q
join delivery d on d.occurred_month = q.occurred_month and d.id = q.id
join occurrence o on o.occurred_month = d.occurred_month and o.company_id = d.company_id and o.id = d.occurrence_id
where q.id = any($1::uuid[]);

-- name: backlog
-- What is due and waits, per lane, and for how many seconds the first of it has; emails and phone messages each by their
-- index, counted no further than 100,000.
select l.lane::smallint as lane, count(*) as waiting, extract(epoch from now() - min(due_at))::float8 as oldest
from generate_series(0, 2) as l (lane)
cross join lateral (
    (select due_at from queue where lane = l.lane and not leased and channel = 'email' and due_at <= now() limit 100000)
    union all
    (select due_at from queue where lane = l.lane and not leased and channel <> 'email' and due_at <= now() limit 100000)
) due
group by l.lane;

-- name: retrying
-- What was in a sender's hands and went back to the queue; counted no further than 100,000.
select lane, count(*) as waiting
from (select lane from queue where not leased and fence > 0 limit 100000) back
group by lane;

-- name: wake_relay!
select pg_notify('outbox', '');
