-- name: list_deliveries
-- The log, newest first.
select d.id, d.occurred_month, d.occurrence_id, d.occurred_at, d.planned_at, d.updated_at, d.due_at, d.trigger, d.category,
       d.channel, d.lane, d.rule_id, r.name as rule_name, d.template_id, d.template_version, d.job_id, d.customer_id,
       d.recipient_id, p.address, d.masked_address, d.state, d.reason, d.detail, d.attempts, d.copy_number, d.resend_of,
       d.as_it_was, d.company_id, d.waits_for
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
  and ($7::timestamptz is null or d.planned_at >= $7)
  and ($8::timestamptz is null or d.planned_at < $8)
  and ($9::timestamptz is null or (d.planned_at, d.id) < ($9, $10::uuid))
order by d.planned_at desc, d.id desc
limit $11;

-- name: search_deliveries
-- The same of those that match, by the function that may use indexes (docs/adr/0037).
select d.id, d.occurred_month, d.occurrence_id, d.occurred_at, d.planned_at, d.updated_at, d.due_at, d.trigger, d.category,
       d.channel, d.lane, d.rule_id, r.name as rule_name, d.template_id, d.template_version, d.job_id, d.customer_id,
       d.recipient_id, p.address, d.masked_address, d.state, d.reason, d.detail, d.attempts, d.copy_number, d.resend_of,
       d.as_it_was, d.company_id, d.waits_for
from find_deliveries(to_tsquery('simple', $12), $13, $14, $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) f
join delivery d on d.occurred_month = f.occurred_month and d.id = f.id
left join rule r on r.company_id = d.company_id and r.id = d.rule_id
left join destination p on p.company_id = d.company_id and p.id = d.destination_id
order by d.planned_at desc, d.id desc;

-- name: count_deliveries
-- What was planned between two moments, by hours from the first one on; how much of it in the last hour.
select date_bin('1 hour', planned_at, $1) as hour, channel, state, reason, count(*) as count,
       count(*) filter (where planned_at >= now() - interval '1 hour') as lately,
       count(*) filter (where state in ('queued', 'sending') and waits_for is null and due_at < now() - $3::interval) as late
from delivery
where company_id = current_company() and planned_at >= $1 and planned_at < $2
group by 1, 2, 3, 4
order by 1, 2, 3, 4;

-- name: seconds_to_send^
-- From when a message might go until it had gone: of the newest that went, so many.
select percentile_cont(array[0.5, 0.95, 0.99]) within group (
           order by extract(epoch from t.finished_at - greatest(d.planned_at, d.due_at))) as seconds
from (select occurred_month, id, planned_at, due_at
      from delivery
      where company_id = current_company() and planned_at >= $1 and planned_at < $2
        and state in ('sent', 'delivered')
      order by planned_at desc
      limit $3) d
cross join lateral (select min(finished_at) as finished_at
                    from attempt
                    where occurred_month = d.occurred_month and delivery_id = d.id and outcome = 'sent') t;

-- name: delivery^
select d.id, d.occurred_month, d.occurrence_id, d.occurred_at, d.planned_at, d.updated_at, d.due_at, d.trigger, d.category,
       d.channel, d.lane, d.rule_id, r.name as rule_name, d.template_id, d.template_version, d.job_id, d.customer_id,
       d.recipient_id, p.address, d.masked_address, d.state, d.reason, d.detail, d.attempts, d.copy_number, d.resend_of,
       d.as_it_was, d.company_id, d.waits_for
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
select n, status, error_code, detail, received_at
from receipt
where occurred_month = $1 and delivery_id = $2
order by received_at, n, status;

-- name: last_rendering^
select template_version, body
from rendering
where occurred_month = $1 and delivery_id = $2
order by n desc
limit 1;
