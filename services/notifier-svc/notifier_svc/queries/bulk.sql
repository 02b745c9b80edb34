-- name: count_to_resend
-- Of those that would be sent again, how many are in which state; counted no further than $8.
select state, count(*) as count
from (
    select d.state from delivery d
    where d.company_id = current_company() and d.planned_at >= $1 and ($2::timestamptz is null or d.planned_at < $2)
      and d.state = any($3::text[]) and ($4::text is null or d.channel = $4)
      and ($5::text[] is null or d.reason = any($5)) and ($6::uuid is null or d.job_id = $6)
      and ($7::uuid is null or d.customer_id = $7)
      and d.trigger not in ('test', 'sms_permission', 'sms_confirmation') and d.destination_id is not null
      and not exists (select from delivery c where c.resend_of = d.id and c.company_id = d.company_id)
    limit $8
) chosen
group by state;

-- name: add_bulk_resend!
-- Those that are chosen now, the oldest first, and no more than $8.
with chosen as (
    insert into bulk_resend_delivery (company_id, bulk_id, occurred_month, delivery_id)
    select d.company_id, $9, d.occurred_month, d.id from delivery d
    where d.company_id = current_company() and d.planned_at >= $1 and ($2::timestamptz is null or d.planned_at < $2)
      and d.state = any($3::text[]) and ($4::text is null or d.channel = $4)
      and ($5::text[] is null or d.reason = any($5)) and ($6::uuid is null or d.job_id = $6)
      and ($7::uuid is null or d.customer_id = $7)
      and d.trigger not in ('test', 'sms_permission', 'sms_confirmation') and d.destination_id is not null
      and not exists (select from delivery c where c.resend_of = d.id and c.company_id = d.company_id)
    order by d.planned_at, d.id
    limit $8
    returning 1
)
insert into bulk_resend (company_id, id, filter, actor, actor_name, role, total)
select current_company(), $9, $10, $11, $12, $13, count(*) from chosen;

-- name: list_bulk_resends
select id, state, total, done, resent, actor, actor_name, created_at, finished_at
from bulk_resend
where company_id = current_company() and ($1::uuid is null or id = $1)
order by created_at desc, id desc
limit $2;

-- name: bulk_resend_at_work^
-- The one that has waited longest of those that nobody works on; the lock lasts for one slice of it.
select company_id, id, actor, actor_name, role, position from bulk_resend
where state = 'running'
order by worked_at
limit 1
for update skip locked;

-- name: next_of_bulk_resend
select position, occurred_month, delivery_id
from bulk_resend_delivery
where company_id = $1 and bulk_id = $2 and position > $3
order by position
limit $4;

-- name: lock_wanted
-- Of these, what is as it was when it was chosen, and stays so until the transaction ends: what turned out to have arrived,
-- went back to the queue, or was sent again meanwhile is passed over.
select d.occurred_month, d.id
from bulk_resend b
cross join unnest($3::date[], $4::uuid[]) as w (occurred_month, id)
join delivery d on d.company_id = b.company_id and d.occurred_month = w.occurred_month and d.id = w.id
where b.company_id = $1 and b.id = $2 and b.filter -> 'states' ? d.state
  and not exists (select from delivery c where c.resend_of = d.id and c.company_id = d.company_id)
order by d.id
for update of d;

-- name: advance_bulk_resend!
update bulk_resend
set position = $3, done = done + $4, resent = resent + $5, failures = 0, worked_at = clock_timestamp(),
    state = case when $6 then state else 'done' end, finished_at = case when $6 then null else now() end
where company_id = $1 and id = $2;

-- name: fail_bulk_resend!
-- A slice can't be worked off: others take their turns, and after five tries this one is given up.
update bulk_resend
set failures = failures + 1, worked_at = clock_timestamp(),
    state = case when failures < 4 then state else 'failed' end,
    finished_at = case when failures < 4 then null else now() end
where company_id = $1 and id = $2;

-- name: forget_bulk_resends!
-- Which were chosen is of no use afterwards; that it was done is, for a while.
with over as (delete from bulk_resend where state <> 'running' and finished_at < now() - interval '90 days')
delete from bulk_resend_delivery c using bulk_resend b
where b.state <> 'running' and c.company_id = b.company_id and c.bulk_id = b.id;
