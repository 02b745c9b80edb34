-- name: count_usage!
insert into usage as mine (company_id, month, channel, messages, units)
select company_id, $1, channel, messages, units
from unnest($2::uuid[], $3::text[], $4::int[], $5::int[]) as t (company_id, channel, messages, units)
order by company_id, channel
on conflict (company_id, month, channel) do update
set messages = mine.messages + excluded.messages, units = mine.units + excluded.units;

-- name: take_back_usage!
-- What a text in doubt was counted for, where it was: it was not taken. Noted with its try, for it may have been after all.
with counted as (
    update attempt a
    set taken_back = coalesce(q.counted_in, date_trunc('month', a.finished_at at time zone 'UTC')::date)
    from doubt q
    where q.delivery_id = $2 and q.n = $3 and a.occurred_month = $1 and a.delivery_id = $2 and a.n = $3
    returning a.company_id, a.taken_back, coalesce(a.segments, 1) as units
)
update usage u set messages = u.messages - 1, units = u.units - counted.units
from counted
where u.company_id = counted.company_id and u.month = counted.taken_back and u.channel = 'sms'
  and u.messages >= 1 and u.units >= counted.units;

-- name: count_again!
-- The same once it turns out to have been taken.
with taken as (
    select company_id, taken_back, coalesce(segments, 1) as units from attempt
    where occurred_month = $1 and delivery_id = $2 and n = $3 and taken_back is not null
    for update
), noted as (
    update attempt a set taken_back = null
    from taken
    where a.occurred_month = $1 and a.delivery_id = $2 and a.n = $3
)
insert into usage as mine (company_id, month, channel, messages, units)
select company_id, taken_back, 'sms', 1, units from taken
on conflict (company_id, month, channel) do update
set messages = mine.messages + excluded.messages, units = mine.units + excluded.units;

-- name: usage_since
select month, channel, messages, units from usage where company_id = $1 and month >= $2 order by month desc, channel;

-- name: monthly_cap^
select version, segments, calls from monthly_cap where company_id = $1;

-- name: lock_monthly_cap!
-- Keeps two first writers apart, too.
select pg_advisory_xact_lock(hashtextextended('monthly cap' || $1::uuid, 0));

-- name: put_monthly_cap!
insert into monthly_cap (company_id, version, segments, calls) values ($1, $2, $3, $4)
on conflict (company_id) do update
set version = excluded.version, segments = excluded.segments, calls = excluded.calls, changed_at = now();

-- name: spent
-- Which of these companies have used up what a month may cost them, and of what.
select u.company_id, u.channel
from monthly_cap c
join usage u on u.company_id = c.company_id and u.month = $2
where c.company_id = any($1::uuid[]) and u.units >= case u.channel when 'sms' then c.segments else c.calls end;

-- name: caps_in_sight^
-- How many companies are near their cap, or have reached it.
select count(*) filter (where part >= 1) as reached, count(*) filter (where part >= $2 and part < 1) as near
from (select max(case when most = 0 then 1 else units::float8 / most end) as part
      from (select c.company_id, u.units, case u.channel when 'sms' then c.segments else c.calls end as most
            from monthly_cap c
            join usage u on u.company_id = c.company_id and u.month = $1) used
      group by company_id) companies;
