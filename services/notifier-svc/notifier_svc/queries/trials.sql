-- name: told_of_job
-- What was told of a job, or would have been, the newest first.
select o.id as event_id, o.company_id, o.type, o.occurred_at, o.data::text as data, o.traceparent as occurrence_traceparent
from (select distinct occurred_month, occurrence_id from delivery
      where company_id = current_company() and job_id = $1) d
join occurrence o on o.occurred_month = d.occurred_month and o.company_id = current_company() and o.id = d.occurrence_id
where o.data <> '{}'
order by o.occurred_at desc
limit 100;

-- name: lock_tests!
-- One after the other, so that they can be counted.
select pg_advisory_xact_lock(hashtextextended('tests of ' || current_company(), 0));

-- name: tests_lately$
select count(*) from delivery
where company_id = current_company() and trigger = 'test' and planned_at > now() - $1::interval;
