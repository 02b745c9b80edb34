-- name: told_once
-- Which occurrence each of these rules told of each of these jobs.
select rule_id, job_id, occurrence_id
from told_once
where (company_id, rule_id, job_id) in (select * from unnest($1::uuid[], $2::uuid[], $3::uuid[]));

-- name: tell_once
-- The first occurrence that a rule tells of a job stays the one; in one order: no deadlocks. Returns which that is.
insert into told_once as mine (company_id, rule_id, job_id, occurrence_id)
select distinct on (1, 2, 3) *
from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[]) as t (company_id, rule_id, job_id, occurrence_id)
order by 1, 2, 3
on conflict (company_id, rule_id, job_id) do update set occurrence_id = mine.occurrence_id
returning rule_id, job_id, occurrence_id;
