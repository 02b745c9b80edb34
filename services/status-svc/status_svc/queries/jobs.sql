-- name: next_number$
insert into job_numbers as n (company_id, last) values ($1, $2)
on conflict (company_id) do update set last = n.last + 1
returning last;

-- name: lock_job$
select id from jobs where id = $1 for update;

-- name: job_id_by_external_id$
select id from jobs where external_id = $1;

-- name: lock_job_by_external_id$
select id from jobs where external_id = $1 for update;

-- name: note_revision$
update jobs set external_revision = $2
where external_id = $1 and (external_revision is null or external_revision < $2)
returning true;

-- name: get_job^
select company_id, id, version, number, external_id, kind, title, status, previous_status, customer_id,
       service_address_id, visits, lines, currency, total, balance, created_at, status_set_at, closed_at,
       cancelled_at
from job_snapshots where id = $1;

-- name: list_jobs
-- Newest first; null parameters do not filter.
select company_id, id, version, number, external_id, kind, title, status, previous_status, customer_id,
       service_address_id, visits, lines, currency, total, balance, created_at, status_set_at, closed_at,
       cancelled_at
from job_snapshots
where ($1::bigint is null or number < $1)
  and ($2::uuid is null or status_id = $2)
  and ($3::uuid is null or customer_id = $3)
  and ($4::int is null or number = $4)
  and ($5::text is null or strpos(lower(title), lower($5)) > 0 or external_id = $5)
  and ($7::boolean is null or (cancelled_at is not null) = $7)
  and ($8::uuid is null and $9::timestamptz is null and $10::timestamptz is null or id in (
      select v.job_id from visits v
      where not v.cancelled
        and ($8 is null or v.technicians @> jsonb_build_array(jsonb_build_object('id', $8::text)))
        and ($9 is null or v.ends_at > $9) and ($10 is null or v.starts_at < $10)))
order by number desc limit $6;

-- name: board
-- A column for each status that is in use or holds a job, in the company's order: how many, and the newest.
select s.id, s.company_id, s.version, s.name, s.colour, s.position, s.closes, s.allow_tech_skip, s.hold_seconds,
       s.active, n.count, coalesce(j.jobs, '[]') as jobs
from statuses s
cross join lateral (
    select count(*) from (
        select from jobs where company_id = s.company_id and status_id = s.id and cancelled_at is null limit $2
    ) counted
) n
left join lateral (
    select jsonb_agg(to_jsonb(f) - 'status_id' order by f.number desc) as jobs
    from (
        select * from job_snapshots
        where company_id = s.company_id and status_id = s.id and cancelled_at is null
        order by number desc limit $1
    ) f
) j on true
where s.active or n.count > 0
order by s.active desc, s.position, s.name;

-- name: add_job!
insert into jobs (company_id, id, version, number, external_id, kind, title, status_id, previous_status_id, customer_id,
                  service_address_id, lines, currency, total, created_at, status_set_at, closed_at, cancelled_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18);

-- name: save_job!
update jobs
set version = $2, kind = $3, title = $4, status_id = $5, previous_status_id = $6, service_address_id = $7, lines = $8,
    total = $9, status_set_at = $10, closed_at = $11, cancelled_at = $12
where id = $1;

-- name: drop_visits!
delete from visits where job_id = $1 and id <> all ($2::uuid[]);

-- name: save_visits!
insert into visits as v (company_id, job_id, id, starts_at, ends_at, zone, technicians, cancelled, schedule_version)
select $1::uuid, $2::uuid, new.*
from jsonb_to_recordset($3::jsonb) as new (
    id uuid, starts_at timestamptz, ends_at timestamptz, zone text, technicians jsonb, cancelled boolean,
    schedule_version int)
on conflict (company_id, id) do update
set starts_at = excluded.starts_at, ends_at = excluded.ends_at, zone = excluded.zone,
    technicians = excluded.technicians, cancelled = excluded.cancelled, schedule_version = excluded.schedule_version;

-- name: add_events!
-- The changes are those of the whole act: they stand with its first event.
insert into job_events (company_id, job_id, id, type, happened_at, job_version, status_name, detail, changes)
select $1, $2, id, type, happened_at, job_version, status_name, detail, case n when 1 then $9::jsonb else '[]' end
from unnest($3::uuid[], $4::text[], $5::timestamptz[], $6::int[], $7::text[], $8::jsonb[]) with ordinality
     as new (id, type, happened_at, job_version, status_name, detail, n)
order by n;

-- name: list_events
select id, seq, type, happened_at, job_version, status_name, detail, changes
from job_events where job_id = $1 and ($2::bigint is null or seq > $2) order by seq limit $3;
