-- name: lock_courses
-- How these jobs went on so far; by key, one after the other, in the order given.
select c.job_id, c.state::text as state
from unnest($1::uuid[], $2::uuid[]) as w (company_id, job_id)
cross join lateral (
    select job_id, state from course where company_id = w.company_id and job_id = w.job_id for update
) c;

-- name: courses
select c.job_id, c.state::text as state
from unnest($1::uuid[], $2::uuid[]) as w (company_id, job_id)
cross join lateral (
    select job_id, state from course where company_id = w.company_id and job_id = w.job_id offset 0
) c;

-- name: courses_to_tell
select c.job_id, c.state::text as state, c.job::text as job
from unnest($1::uuid[], $2::uuid[]) as w (company_id, job_id)
cross join lateral (
    select job_id, state, job from course where company_id = w.company_id and job_id = w.job_id offset 0
) c;

-- name: entries
select s.*
from unnest($1::uuid[], $2::uuid[]) as w (company_id, job_id)
cross join lateral (
    select company_id, job_id, subject_id, rule_id, version, told, made_at, due_at
    from schedule where company_id = w.company_id and job_id = w.job_id offset 0
) s;

-- name: waiting_of_job
-- What a job's reminders and follow-ups wait for, the earliest first.
select s.rule_id, r.name as rule_name, r.active, r.trigger, r.channel, s.subject_id, s.told + 1 as number, s.due_at
from schedule s
join rule r on r.company_id = s.company_id and r.id = s.rule_id
where s.company_id = $1 and s.job_id = $2 and s.due_at is not null
order by s.due_at, s.rule_id, s.subject_id;

-- name: timed_rules
select company_id, id, name, trigger, status_id, region_id, customer_kinds, tags, channel, template_id, category, lane,
       max_age, expires_after, active, created_at, attach_report, once_per_job, timing
from rule
where company_id = any($1::uuid[]) and timing is not null;

-- name: put_courses!
-- Of a customer who was deleted nothing is kept. What arrives late brings no job along.
insert into course as mine (company_id, job_id, customer_id, state, job, kept_until)
select t.company_id, t.job_id, t.customer_id, t.state, coalesce(t.job, '{}'), t.kept_until
from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::jsonb[], $5::jsonb[], $6::timestamptz[])
    as t (company_id, job_id, customer_id, state, job, kept_until)
where not exists (
    select from snapshot_generation g
    join snapshot s on s.kind = g.kind and s.generation = g.active and s.id = t.customer_id
    where g.kind = 'customers' and s.data is null)
on conflict (company_id, job_id) do update
set customer_id = excluded.customer_id, state = excluded.state, kept_until = excluded.kept_until,
    job = case when excluded.job = '{}' then mine.job else excluded.job end;

-- name: put_entries$
-- What was told meanwhile stays told. Whoever waits for the next one hears of it, where it is soon.
with written as (
    insert into schedule as mine (company_id, job_id, subject_id, rule_id, version, told, made_at, due_at)
    select t.*
    from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::bigint[], $6::int[], $7::timestamptz[],
                $8::timestamptz[])
        as t (company_id, job_id, subject_id, rule_id, version, told, made_at, due_at)
    where exists (select from course c where c.company_id = t.company_id and c.job_id = t.job_id)
    on conflict (company_id, job_id, subject_id, rule_id) do update
    set version = excluded.version, made_at = excluded.made_at, due_at = excluded.due_at,
        told = case when mine.version = excluded.version then greatest(mine.told, excluded.told) else excluded.told end
    returning due_at
)
select count(pg_notify('schedule', '')) from (select from written where due_at <= $9 limit 1) soon;

-- name: take_due
-- What is due, whoever else takes some, too; the earliest first.
select company_id, job_id, subject_id, rule_id, version, told, made_at, due_at
from schedule
where due_at <= $1
order by due_at
limit $2
for update skip locked;

-- name: advance!
update schedule s
set told = t.told, due_at = t.due_at
from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::int[], $6::timestamptz[])
    as t (company_id, job_id, subject_id, rule_id, told, due_at)
where s.company_id = t.company_id and s.job_id = t.job_id and s.subject_id = t.subject_id and s.rule_id = t.rule_id;

-- name: next_due$
select due_at from schedule where due_at is not null order by due_at limit 1;

-- name: zones_of
-- The zone of each job's service address, else of its company, as far as they are known here.
select w.job_id, coalesce(
    (select jsonb_path_query_first(s.data, '$.service_addresses[*] ? (@.id == $id).zone',
                                   jsonb_build_object('id', w.address_id)) #>> '{}'
     from snapshot_generation g
     join snapshot s on s.kind = g.kind and s.generation = g.active and s.id = w.customer_id
     where g.kind = 'customers' and s.company_id = w.company_id),
    (select s.data ->> 'zone'
     from snapshot_generation g
     join snapshot s on s.kind = g.kind and s.generation = g.active and s.id = w.company_id
     where g.kind = 'companies')) as zone
from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[]) as w (job_id, company_id, customer_id, address_id);

-- name: rule_changed!
with changed as (
    insert into rule_change (company_id, rule_id, due_at)
    select t.company_id, t.rule_id, now() + again
    from unnest($1::uuid[], $2::uuid[]) as t (company_id, rule_id), unnest(array[interval '0', $3::interval]) again
)
select pg_notify('schedule', '');

-- name: take_rule_change^
select seq, company_id, rule_id, after_job
from rule_change
where due_at <= now()
order by seq
limit 1
for update skip locked;

-- name: take_rule_changes_beside
-- Those of the company that have come as far: its jobs are looked at once for all of them.
select seq, company_id, rule_id, after_job
from rule_change
where due_at <= now() and company_id = $1 and after_job = $2 and seq <> $3
for update skip locked;

-- name: courses_after
select job_id, customer_id, state::text as state
from course
where company_id = $1 and job_id > $2
order by job_id
limit $3;

-- name: rule_changes_reached!
update rule_change set after_job = $2 where seq = any($1::bigint[]);

-- name: rule_changes_done!
delete from rule_change where seq = any($1::bigint[]);

-- name: forget_courses!
delete from course where company_id = $1 and customer_id = $2;

-- name: forget_over
-- Jobs of which nothing is to come, a slice at a time.
delete from course c
using (
    select o.company_id, o.job_id from course o
    where o.kept_until < $1
      and not exists (select from schedule s
                      where s.company_id = o.company_id and s.job_id = o.job_id and s.due_at is not null)
    limit $2
    for update skip locked
) gone
where c.company_id = gone.company_id and c.job_id = gone.job_id
returning c.job_id;
