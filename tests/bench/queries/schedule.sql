-- name: fill_courses!
-- Jobs number $2 to $3 of company $1, each with a visit in one to three weeks: the course $4 and the job $5 with other ids.
insert into course (company_id, job_id, customer_id, state, job, kept_until)
select $1::uuid, job_id, $6::uuid,
       jsonb_set(jsonb_set($4::jsonb, '{job_id}', to_jsonb(job_id)), '{visits,0}', ($4::jsonb #> '{visits,0}') || visit),
       jsonb_set(jsonb_set($5::jsonb, '{id}', to_jsonb(job_id)), '{visits,0}', ($5::jsonb #> '{visits,0}') || visit),
       starts_at + interval '2 hours'
from generate_series($2::int, $3::int) n
cross join lateral (select md5('job ' || n)::uuid as job_id, md5('visit ' || n)::uuid as visit_id,
                           $7::timestamptz + interval '7 days' + n % 336 * interval '1 hour' as starts_at) j
cross join lateral (select jsonb_build_object('id', visit_id, 'starts_at', starts_at) as visit) v;

-- name: fill_schedule!
-- What each rule has waiting of these jobs: the first of $4 an hour before the visit, the second two hours before, ...
insert into schedule (company_id, job_id, subject_id, rule_id, version, told, made_at, due_at)
select $1::uuid, md5('job ' || n)::uuid, md5('visit ' || n)::uuid, r.id, 1, 0, $5::timestamptz,
       $5::timestamptz + interval '7 days' + n % 336 * interval '1 hour' - r.hours * interval '1 hour'
from generate_series($2::int, $3::int) n cross join unnest($4::uuid[]) with ordinality as r (id, hours);

-- name: built_on_schedule
-- What the table is found by and held to, foreign keys first: what drops each, and what makes it again. Keys to other tables
-- are not checked anew: what is filled in has them.
select kind, format('alter table schedule drop constraint %I', name) as drop,
       format('alter table schedule add constraint %I %s', name, definition) as make
from (select case contype when 'f' then 0 else 1 end as kind, conname as name,
             pg_get_constraintdef(oid) || case contype when 'f' then ' not valid' else '' end as definition
      from pg_constraint where conrelid = 'schedule'::regclass and contype in ('f', 'p')) c
union all
select 2, format('drop index %I', i.relname), pg_get_indexdef(i.oid)
from pg_index x join pg_class i on i.oid = x.indexrelid
where x.indrelid = 'schedule'::regclass and not x.indisprimary
order by kind;
