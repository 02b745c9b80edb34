-- name: tried^
-- Of the try that a receipt is about: whose it was, and where it went.
select a.company_id, a.provider_id, d.channel, d.customer_id, d.recipient_id, p.address
from attempt a
join delivery d on d.occurred_month = a.occurred_month and d.id = a.delivery_id
left join destination p on p.company_id = d.company_id and p.id = d.destination_id
where a.occurred_month = $1 and a.delivery_id = $2 and a.n = $3;

-- name: stands^
-- How a delivery stands, kept so until the transaction ends: its outcome is written before that, or after.
select state from delivery where occurred_month = $1 and id = $2 for update;

-- name: add_receipt$
insert into receipt (occurred_month, delivery_id, n, status, company_id, error_code, provider_id, state, reason, detail, rank)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
on conflict do nothing
returning true;

-- name: outcome_of$
select outcome from attempt where occurred_month = $1 and delivery_id = $2 and n = $3;

-- name: lock_place$
select fence from queue where id = $1 for update skip locked;

-- name: lock_held$
-- The same while a pause holds it.
select fence from held where id = $1 for update skip locked;

-- name: leave_place!
with gone as (delete from queue where id = $1)
delete from held where id = $1;

-- name: arrived_before$
-- Whether a try of the delivery that ended in doubt arrived after all, as a receipt says.
select exists (
    select from receipt r
    join attempt a on a.occurred_month = r.occurred_month and a.delivery_id = r.delivery_id and a.n = r.n
    where r.occurred_month = $1 and r.delivery_id = $2 and r.state in ('sent', 'delivered') and a.outcome = 'unknown');

-- name: doubt_back!
-- It waits no more; what it is is said by its receipts.
update delivery set state = 'unknown', reason = 'outcome_unknown', detail = null, waits_for = null, updated_at = now()
where occurred_month = $1 and id = $2 and state = 'queued';

-- name: tell_later!
update delivery set told = true where occurred_month = $1 and id = $2 and told is null;

-- name: settle
-- What deliveries are by the highest receipt of a try: of the last one that may have arrived, unless an earlier one did;
-- nothing of those that are so already, or never went.
with tried as (
    select distinct on (r.delivery_id, r.n) r.*
    from unnest($1::date[], $2::uuid[]) as t (occurred_month, id)
    join receipt r on r.occurred_month = t.occurred_month and r.delivery_id = t.id
    where r.rank is not null
    order by r.delivery_id, r.n, r.rank desc, r.status
), best as (
    select distinct on (r.delivery_id) r.*
    from tried r
    where r.state = 'delivered' or not exists (
        select from attempt a
        where a.occurred_month = r.occurred_month and a.delivery_id = r.delivery_id and a.n > r.n
          and a.outcome in ('sent', 'unknown'))
    order by r.delivery_id, r.state = 'delivered' desc, r.n desc
)
update delivery d
set state = best.state, reason = best.reason, detail = best.detail, updated_at = now()
from best
where d.occurred_month = best.occurred_month and d.id = best.delivery_id
  and d.state in ('sent', 'unknown', 'delivered', 'undelivered', 'failed', 'bounced')
  and (d.state, d.reason, d.detail) is distinct from (best.state, best.reason, best.detail)
returning d.id, d.company_id, d.occurrence_id, d.trigger, d.category, d.channel, d.state, d.reason, d.rule_id,
          d.template_id, d.template_version, d.job_id, d.customer_id, d.recipient_id, d.masked_address, d.copy_number,
          d.attempts, d.occurred_at, d.updated_at, d.traceparent;
