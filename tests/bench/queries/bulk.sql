-- name: fill_bulk!
-- So many copies of a delivery that was sent, in the bulk lane; `$2`: when they are due.
with one as (
    select d.* from delivery d where d.state = 'sent' order by d.planned_at desc limit 1
), logged as (
    insert into delivery (occurred_month, id, company_id, occurrence_id, occurred_at, trigger, category, channel, lane,
                          rule_id, template_id, template_version, job_id, customer_id, recipient_id, destination_id,
                          masked_address, state, due_at, expires_at, planned_at)
    select one.occurred_month, gen_random_uuid(), one.company_id, one.occurrence_id, one.occurred_at, one.trigger,
           one.category, one.channel, 'bulk', one.rule_id, one.template_id, one.template_version, one.job_id,
           one.customer_id, one.recipient_id, one.destination_id, one.masked_address, 'queued', $2::timestamptz,
           $2::timestamptz + interval '1 day', now()
    from one, generate_series(1, $1::int)
    returning occurred_month, id, company_id, channel, due_at
)
insert into queue (id, occurred_month, company_id, channel, lane, due_at)
select id, occurred_month, company_id, channel, 2, due_at from logged;

-- name: bulk_is_due!
update queue set due_at = now() where lane = 2;
