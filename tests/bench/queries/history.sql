-- name: fill_log!
-- So many copies of deliveries that were sent, with a try and words each, planned one after the other before now.
with known as materialized (
    select d.*, row_number() over () as k from (select * from delivery where state = 'sent' limit 2000) d
), logged as (
    insert into delivery (occurred_month, id, company_id, occurrence_id, occurred_at, trigger, category, channel, lane,
                          rule_id, template_id, template_version, job_id, customer_id, recipient_id, destination_id,
                          masked_address, state, attempts, due_at, expires_at, planned_at)
    select k.occurred_month, gen_random_uuid(), k.company_id, gen_random_uuid(), k.occurred_at, k.trigger, k.category,
           k.channel, k.lane, k.rule_id, k.template_id, k.template_version, gen_random_uuid(), k.customer_id,
           k.recipient_id, k.destination_id, k.masked_address, 'sent', 1, k.due_at, k.expires_at,
           now() - n * interval '0.1 seconds'
    from generate_series(1, $1::int) n join known k on k.k = 1 + n % (select count(*) from known)
    returning occurred_month, id, company_id, planned_at
), tried as (
    insert into attempt (occurred_month, delivery_id, n, company_id, started_at, finished_at, outcome)
    select occurred_month, id, 1, company_id, planned_at, planned_at, 'sent' from logged
)
insert into rendering (occurred_month, delivery_id, n, company_id, template_version, subject, body)
select occurred_month, id, 1, company_id, 1, 'Your visit on ' || to_char(planned_at, 'FMMonth DD at HH24:MI:SS'),
       'words'::bytea
from logged;
