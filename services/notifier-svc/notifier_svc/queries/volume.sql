-- name: count_volume
-- Counted in one of the hour's parts, with what all parts have that is known by now.
with counted as (
    insert into volume as mine (company_id, hour, part, planned)
    select company_id, hour, $4, planned
    from unnest($1::uuid[], $2::timestamptz[], $3::int[]) as new (company_id, hour, planned) order by 1, 2
    on conflict (company_id, hour, part) do update set planned = mine.planned + excluded.planned
    returning company_id, hour, part, planned, judged
)
select c.company_id, c.hour, c.planned + coalesce(others.planned, 0) as planned,
       c.judged and coalesce(others.judged, true) as judged
from counted c
cross join lateral (
    select sum(v.planned)::int as planned, bool_and(v.judged) as judged
    from volume v where v.company_id = c.company_id and v.hour = c.hour and v.part <> c.part
) others;

-- name: usual_volume$
-- The median of the hours of the last four weeks in which the company had something to send, or of those at this time of
-- day, when reminders go; null for a new one.
select greatest(percentile_cont(0.5) within group (order by planned),
                percentile_cont(0.5) within group (order by planned)
                    filter (where extract(hour from hour) = extract(hour from $2::timestamptz)))
from (select hour, sum(planned) as planned from volume
      where company_id = $1 and hour >= $2::timestamptz - interval '28 days' and hour < $2
      group by hour having sum(planned) > 0) hours;

-- name: volume_of_hour^
select coalesce(sum(planned), 0)::int as planned, coalesce(bool_and(judged), true) as judged
from volume where company_id = $1 and hour = $2;

-- name: judge_no_more!
-- What the company has planned so far was meant, and what it plans in this hour; late news of earlier ones, too.
with past as (
    select hour, part from volume where company_id = $1 and hour < date_trunc('hour', now()) and judged
    order by hour for update
), before as (
    update volume v set judged = false from past where v.company_id = $1 and (v.hour, v.part) = (past.hour, past.part)
)
insert into volume (company_id, hour, judged) values ($1, date_trunc('hour', now()), false)
on conflict (company_id, hour, part) do update set judged = false;

-- name: forget_volume!
delete from volume where hour < now() - interval '29 days';
