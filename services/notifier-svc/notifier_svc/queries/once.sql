-- name: told_once
-- Which occurrence each of these rules told of each of these jobs; what came to nothing for everybody was not told.
select t.rule_id, t.job_id, t.occurrence_id
from told_once t
where (t.company_id, t.rule_id, t.job_id) in (select * from unnest($1::uuid[], $2::uuid[], $3::uuid[]))
  and (select bool_and(d.state in ('skipped', 'failed', 'expired', 'cancelled'))
       from delivery d
       where d.company_id = t.company_id and d.job_id = t.job_id and d.rule_id = t.rule_id
         and d.occurrence_id = t.occurrence_id) is not true;

-- name: forget_told_once
-- A slice of what is older than the log may be.
delete from told_once
where ctid = any (array(select ctid from told_once where told_at < now() - interval '25 months' limit $1))
returning rule_id;

-- name: tell_once
-- The first occurrence that a rule tells of a job stays the one, unless all its messages came to nothing; in one order: no
-- deadlocks. Returns which that is.
insert into told_once as mine (company_id, rule_id, job_id, occurrence_id)
select distinct on (1, 2, 3) *
from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[]) as t (company_id, rule_id, job_id, occurrence_id)
order by 1, 2, 3
on conflict (company_id, rule_id, job_id) do update
set occurrence_id = case
    when (select bool_and(d.state in ('skipped', 'failed', 'expired', 'cancelled'))
          from delivery d
          where d.company_id = mine.company_id and d.job_id = mine.job_id and d.rule_id = mine.rule_id
            and d.occurrence_id = mine.occurrence_id)
    then excluded.occurrence_id else mine.occurrence_id end
returning rule_id, job_id, occurrence_id;
