-- name: ensure_month$
select ensure_month($1);

-- name: rules_of
-- The companies' rules of these triggers, and whether the company can text and call; without a rule, only that.
select c.company_id, r.id, r.name, r.trigger, r.status_id, r.region_id, r.customer_kinds, r.tags, r.channel,
       r.template_id, r.category, r.lane, r.max_age, r.expires_after, r.active, r.created_at, r.attach_report, r.once_per_job, r.timing,
       s.account_sid is not null as by_phone
from unnest($1::uuid[]) as c (company_id)
left join rule r on r.company_id = c.company_id and r.trigger = any($2::text[])
left join sender s on s.company_id = c.company_id;

-- name: blocked
select address_hash, scope, cause from block
where address_hash = any($1::bytea[]) and (expires_at is null or expires_at > now());

-- name: add_deliveries
-- What happened, where it goes, the log's new rows, and a place in the queue for those to be sent. What is there already
-- stays as it is.
with occurrences as (
    insert into occurrence (occurred_month, company_id, id, type, occurred_at, job_id, customer_id, data, traceparent)
    select * from unnest($1::date[], $2::uuid[], $3::uuid[], $4::text[], $5::timestamptz[], $6::uuid[], $7::uuid[],
                         $8::jsonb[], $9::text[])
    on conflict do nothing
), destinations as (
    insert into destination (company_id, id, customer_id, channel, address)
    select distinct on (1, 2) * from unnest($10::uuid[], $11::uuid[], $12::uuid[], $13::text[], $14::text[])
    order by 1, 2
    on conflict do nothing
), planned as (
    select * from unnest(
        $15::date[], $16::uuid[], $17::uuid[], $18::uuid[], $19::timestamptz[], $20::text[], $21::text[], $22::text[],
        $23::text[], $24::uuid[], $25::uuid[], $26::int[], $27::uuid[], $28::uuid[], $29::uuid[], $30::uuid[], $31::text[],
        $32::text[], $33::text[], $34::timestamptz[], $35::timestamptz[], $36::text[], $37::text[])
    as t (occurred_month, id, company_id, occurrence_id, occurred_at, trigger, category, channel, lane,
          rule_id, template_id, template_version, job_id, customer_id, recipient_id, destination_id, masked_address, state,
          reason, due_at, expires_at, traceparent, waits_for)
), logged as (
    insert into delivery (occurred_month, id, company_id, occurrence_id, occurred_at, trigger, category, channel, lane,
                          rule_id, template_id, template_version, job_id, customer_id, recipient_id, destination_id,
                          masked_address, state, reason, due_at, expires_at, traceparent, waits_for)
    select * from planned
    on conflict do nothing
    returning occurred_month, id, company_id, channel, lane, due_at, state
), queued as (
    insert into queue (id, occurred_month, company_id, channel, lane, due_at)
    select id, occurred_month, company_id, channel,
           case lane when 'urgent' then 0 when 'normal' then 1 else 2 end, due_at
    from logged
    where state = 'queued'
    returning case channel when 'email' then 'email ' || lane else 'phone' end as part
)
select id, (select count(pg_notify('due', part)) from (select distinct part from queued) parts) from logged;

-- name: deleted_customers
select wanted.id
from unnest($1::uuid[]) as wanted (id)
cross join lateral (
    select from snapshot_generation g join snapshot s on s.kind = g.kind and s.generation = g.active and s.id = wanted.id
    where g.kind = 'customers' and s.data is null
    offset 0
) deleted;

-- name: parked_customers
select distinct customer_id from parked where customer_id = any($1::uuid[]);

-- name: park!
insert into parked (company_id, customer_id, customer_version, headers, body)
select * from unnest($1::uuid[], $2::uuid[], $3::bigint[], $4::jsonb[], $5::bytea[]);

-- name: take_parked
-- Parked events that can be planned now: customer and company are known, or were waited for long enough.
with ready as (
    select p.seq
    from parked p
    where p.parked_at < now() - $1::interval
       or (select count(*)
           from snapshot s join snapshot_generation g on g.kind = s.kind and g.active = s.generation
           where (s.kind, s.id) in (('customers', p.customer_id), ('companies', p.company_id))
             and (s.kind <> 'customers' or s.version >= p.customer_version)
             and s.company_id = p.company_id and s.data is not null) = 2
    order by p.seq
    limit 500
    for update of p skip locked
)
delete from parked p using ready where p.seq = ready.seq
returning p.seq, p.headers, p.body, p.parked_at;
