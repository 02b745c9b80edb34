-- name: open_windows
-- In one order, for all planners: no deadlocks.
select company_id, job_id, headers, body
from change_window
where (company_id, job_id) in (select * from unnest($1::uuid[], $2::uuid[]))
order by company_id, job_id
for update;

-- name: put_windows!
-- New windows end after $6, by the database's clock: what is read late waits as long as anything. What was open stays so.
insert into change_window (company_id, job_id, customer_id, ends_at, headers, body)
select company_id, job_id, customer_id, now() + $6::interval, headers, body
from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::jsonb[], $5::bytea[]) as t (company_id, job_id, customer_id, headers, body)
order by company_id, job_id
on conflict (company_id, job_id) do update set body = excluded.body;

-- name: close_windows$
-- What has ended goes to those that wait for nothing but a profile, and is planned with them.
with ended as (
    delete from change_window
    where (company_id, job_id) in (
        select company_id, job_id from change_window where ends_at <= now() order by ends_at limit 500 for update skip locked)
    returning company_id, customer_id, headers, body, ends_at
), parked as (
    insert into parked (company_id, customer_id, headers, body)
    select company_id, customer_id, headers, body from ended order by ends_at
)
select count(*) from ended;
