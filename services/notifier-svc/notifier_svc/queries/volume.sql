-- name: count_volume
-- Rows are locked in one order, and until the end of the transaction: planners judge one after the other.
insert into volume as mine (company_id, hour, planned)
select * from unnest($1::uuid[], $2::timestamptz[], $3::int[]) as new (company_id, hour, planned) order by 1, 2
on conflict (company_id, hour) do update set planned = mine.planned + excluded.planned
returning company_id, hour, planned, judged;

-- name: usual_volume$
-- The median of the hours of the last four weeks in which the company had something to send; null for a new one.
select percentile_cont(0.5) within group (order by planned)
from volume
where company_id = $1 and hour >= $2::timestamptz - interval '28 days' and hour < $2;

-- name: judge_no_more!
-- What the company has planned so far was meant, and what it plans in this hour; late news of earlier ones, too.
with before as (
    update volume set judged = false where company_id = $1 and hour < date_trunc('hour', now()) and judged
)
insert into volume (company_id, hour, judged) values ($1, date_trunc('hour', now()), false)
on conflict (company_id, hour) do update set judged = false;

-- name: forget_volume!
delete from volume where hour < now() - interval '29 days';
