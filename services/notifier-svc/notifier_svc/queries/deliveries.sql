-- name: list_deliveries
-- The log, newest first.
select d.id, d.occurred_month, d.occurrence_id, d.occurred_at, d.planned_at, d.updated_at, d.due_at, d.trigger, d.category,
       d.channel, d.lane, d.rule_id, r.name as rule_name, d.template_id, d.template_version, d.job_id, d.customer_id,
       d.recipient_id, p.address, d.masked_address, d.state, d.reason, d.detail, d.attempts, d.copy_number, d.resend_of,
       d.company_id, d.waits_for
from delivery d
left join rule r on r.company_id = d.company_id and r.id = d.rule_id
left join destination p on p.company_id = d.company_id and p.id = d.destination_id
where d.company_id = current_company()
  and ($1::uuid is null or (d.job_id = $1 and d.trigger <> 'test'))
  and ($2::uuid is null or (d.customer_id = $2 and d.trigger <> 'test'))
  and ($3::uuid is null or d.occurrence_id = $3)
  and ($4::text[] is null or d.state = any($4))
  and ($5::text is null or d.channel = $5)
  and ($6::text[] is null or d.reason = any($6))
  and ($7::timestamptz is null or (d.planned_at, d.id) < ($7, $8::uuid))
order by d.planned_at desc, d.id desc
limit $9;

-- name: delivery^
select d.id, d.occurred_month, d.occurrence_id, d.occurred_at, d.planned_at, d.updated_at, d.due_at, d.trigger, d.category,
       d.channel, d.lane, d.rule_id, r.name as rule_name, d.template_id, d.template_version, d.job_id, d.customer_id,
       d.recipient_id, p.address, d.masked_address, d.state, d.reason, d.detail, d.attempts, d.copy_number, d.resend_of,
       d.company_id, d.waits_for
from delivery d
left join rule r on r.company_id = d.company_id and r.id = d.rule_id
left join destination p on p.company_id = d.company_id and p.id = d.destination_id
where d.company_id = current_company() and d.id = $1;

-- name: attempts
select n, started_at, finished_at, outcome, code, detail, provider_id, segments
from attempt
where occurred_month = $1 and delivery_id = $2
order by n;

-- name: receipts
select n, status, error_code, received_at
from receipt
where occurred_month = $1 and delivery_id = $2
order by received_at, n, status;

-- name: last_rendering^
select template_version, body
from rendering
where occurred_month = $1 and delivery_id = $2
order by n desc
limit 1;
