-- name: copies_there$
-- The highest copy number that went to this address of this occasion.
select coalesce(max(copy_number), 0)
from delivery
where occurred_month = $1 and company_id = $2 and customer_id = $3 and occurrence_id = $4 and destination_id = $5;

-- name: lock_delivery$
select lock_delivery($1, $2);

-- name: add_copies
-- Copies of deliveries: where they go, their rows of the log with who asked for them, the words of those that go as they
-- were, and a place in the queue. One that is there already stays as it is.
with wanted as (
    select * from unnest($1::date[], $2::uuid[], $3::uuid[], $4::int[], $5::uuid[], $6::text[], $7::text[], $8::int[],
                         $9::timestamptz[], $10::boolean[])
    as t (occurred_month, original_id, id, copy_number, destination_id, address, masked_address, template_version,
          expires_at, as_it_was)
), original as (
    select w.*, d.company_id, d.occurrence_id, d.occurred_at, d.trigger, d.category, d.channel, d.lane, d.rule_id,
           d.template_id, d.job_id, d.customer_id, d.recipient_id
    from wanted w join delivery d on d.occurred_month = w.occurred_month and d.id = w.original_id
), destinations as (
    insert into destination (company_id, id, customer_id, channel, address)
    select distinct on (1, 2) company_id, destination_id, customer_id, channel, address from original order by 1, 2
    on conflict do nothing
), logged as (
    insert into delivery (occurred_month, id, company_id, occurrence_id, occurred_at, trigger, category, channel, lane,
                          rule_id, template_id, template_version, job_id, customer_id, recipient_id, destination_id,
                          masked_address, copy_number, resend_of, as_it_was, state, due_at, expires_at, traceparent)
    select occurred_month, id, company_id, occurrence_id, occurred_at, trigger, category, channel, coalesce($14, lane),
           rule_id, template_id, template_version, job_id, customer_id, recipient_id, destination_id, masked_address,
           copy_number, original_id, as_it_was, 'queued', now(), expires_at, $15
    from original
    on conflict do nothing
    returning occurred_month, id, company_id, channel, lane, due_at, resend_of, as_it_was
), words as (
    insert into rendering (occurred_month, delivery_id, n, company_id, template_version, subject, body)
    select l.occurred_month, l.id, 0, l.company_id, r.template_version, r.subject, r.body
    from logged l
    cross join lateral (
        select template_version, subject, body from rendering
        where occurred_month = l.occurred_month and delivery_id = l.resend_of
        order by n desc limit 1
    ) r
    where l.as_it_was
), acts as (
    insert into delivery_act (occurred_month, delivery_id, company_id, act, copy_id, actor, actor_name, role)
    select occurred_month, resend_of, company_id, 'resent', id, $11, $12, $13 from logged
), queued as (
    insert into queue (id, occurred_month, company_id, channel, lane, due_at)
    select id, occurred_month, company_id, channel,
           case lane when 'urgent' then 0 when 'normal' then 1 else 2 end, due_at
    from logged
    returning case channel when 'email' then 'email ' || lane else 'phone' end as part
)
select id, (select count(pg_notify('due', part)) from (select distinct part from queued) parts) from logged;

-- name: kept_words
select delivery_id, body from rendering
where (occurred_month, delivery_id) in (select * from unnest($1::date[], $2::uuid[])) and n = 0;

-- name: has_words$
select exists (select from rendering where occurred_month = $1 and delivery_id = $2);

-- name: copies_of
-- What came of a delivery that was sent again.
select id, copy_number, as_it_was, state, planned_at from delivery
where company_id = current_company() and resend_of = $1
order by copy_number;

-- name: acts_on
select at, act, copy_id, actor, actor_name, role from delivery_act
where company_id = current_company() and occurred_month = $1 and delivery_id = $2
order by at;

-- name: in_hands$
-- Whether a sender has it at this moment.
select exists (select from queue where id = $1 and leased);

-- name: was_begun$
select exists (select from attempt where occurred_month = $1 and delivery_id = $2 and n = $3 and outcome is null);

-- name: was_cancelled$
select exists (
    select from delivery_act
    where company_id = current_company() and occurred_month = $1 and delivery_id = $2 and act = 'cancelled');

-- name: cancel_delivery$
select cancel_delivery($1, $2);

-- name: note_cancelled!
insert into delivery_act (occurred_month, delivery_id, company_id, act, actor, actor_name, role)
values ($1, $2, $3, 'cancelled', $4, $5, $6);
