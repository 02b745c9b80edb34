-- name: note_unanswered!
insert into unanswered (company_id, occurred_at, id, type, customer_id, data)
select * from unnest($1::uuid[], $2::timestamptz[], $3::uuid[], $4::text[], $5::uuid[], $6::jsonb[])
on conflict do nothing;

-- name: forget_unanswered!
delete from unanswered where occurred_at < now() - interval '8 days';

-- name: happened_since
-- What happened to the company's jobs and requests, whether the log has something of it or not, the newest first: of each
-- type $2 what has $3 in it. Read backwards by index, so that a page costs a page.
select h.event_id, h.company_id, told.type, h.occurred_at, h.data::text as data, null as occurrence_traceparent
from unnest($2::text[], $3::jsonb[]) as told (type, part)
cross join lateral (
    (select id as event_id, company_id, occurred_at, data
     from occurrence
     where company_id = current_company() and type = told.type and occurred_at >= $1
       and occurred_month >= date_trunc('month', $1::timestamptz at time zone 'UTC')::date
       and data @> told.part and data <> '{}'
     order by occurred_at desc
     limit $4)
    union all
    (select id, company_id, occurred_at, data
     from unanswered
     where company_id = current_company() and type = told.type and occurred_at >= $1 and data @> told.part
     order by occurred_at desc
     limit $4)
) h
order by h.occurred_at desc, h.event_id
limit $4;

-- name: courses_of_company
-- How the company's jobs go on, a slice after the other.
select job_id, customer_id, state::text as state from course
where company_id = current_company() and job_id > $1
order by job_id
limit $2;
