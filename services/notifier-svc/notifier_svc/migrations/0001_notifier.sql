-- Rules, the delivery log and the queue. Big tables are partitioned by the month of what they are about.

create table rule (
    company_id uuid not null,
    id uuid not null,
    version bigint not null default 1,
    name text not null,
    trigger text not null,
    status_id uuid,                          -- of trigger status_set: which status; null is any
    region_id uuid,                          -- a region's rule; null is the company's
    customer_kinds text[] not null default '{residential,commercial}',
    channel text not null,
    template_id uuid not null,
    category text not null,
    lane text not null default 'normal',
    max_age interval not null,               -- an older occurrence is skipped when planned (D13)
    expires_after interval not null default interval '24 hours',
    active boolean not null default true,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    primary key (company_id, id)
);
select guard_company_table('rule');

-- What happened, once, for all deliveries that answer it, as the event told it: no address of a customer.
create table occurrence (
    occurred_month date not null,
    company_id uuid not null,
    id uuid not null,                        -- the event's
    type text not null,
    occurred_at timestamptz not null,
    job_id uuid,
    customer_id uuid not null,
    data jsonb not null,
    traceparent text,
    primary key (occurred_month, company_id, id)
) partition by range (occurred_month);
select guard_company_table('occurrence', 'select');

-- Where messages go: the one erasable row that holds a person's address. Deliveries refer to it.
create table destination (
    company_id uuid not null,
    id uuid not null,                        -- keyed hash of (company, customer, channel, normalised address)
    customer_id uuid not null,
    channel text not null,
    address text not null,
    primary key (company_id, id)
);
create index destination_customer on destination (company_id, customer_id);
select guard_company_table('destination', 'select');

-- The delivery log: one row per decision, sent or not. Its id is its dedup key, so that a decision made twice is one row.
create table delivery (
    occurred_month date not null,
    id uuid not null,
    company_id uuid not null,
    occurrence_id uuid not null,
    occurred_at timestamptz not null,
    trigger text not null,
    category text not null,
    channel text not null,
    lane text not null,
    rule_id uuid,
    template_id uuid,
    template_version int,
    job_id uuid,
    customer_id uuid not null,
    recipient_id uuid,                       -- contact or additional recipient
    destination_id uuid,
    masked_address text,
    copy_number smallint not null default 0,
    resend_of uuid,
    state text not null,
    reason text,
    detail text,                             -- the provider's or the renderer's words; never an address or a body
    attempts smallint not null default 0,
    due_at timestamptz,
    expires_at timestamptz,
    planned_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    traceparent text,
    primary key (occurred_month, id)
) partition by range (occurred_month);
create index delivery_newest on delivery (company_id, planned_at desc, id desc);
create index delivery_job on delivery (company_id, job_id, planned_at desc) where job_id is not null;
create index delivery_customer on delivery (company_id, customer_id, planned_at desc);
select guard_company_table('delivery', 'select');

-- One row per try that reached the wire, written before it (T2); n is the fence of its claim.
create table attempt (
    occurred_month date not null,
    delivery_id uuid not null,
    n int not null,
    company_id uuid not null,
    started_at timestamptz not null default now(),
    finished_at timestamptz,
    outcome text,                            -- null: on the wire, or its end is not known
    code text,
    detail text,
    primary key (occurred_month, delivery_id, n)
) partition by range (occurred_month);
select guard_company_table('attempt', 'select');

-- What was sent, word for word: zlib of JSON {subject, html, text}.
create table rendering (
    occurred_month date not null,
    delivery_id uuid not null,
    n int not null,
    company_id uuid not null,
    template_version int not null,
    body bytea not null,
    primary key (occurred_month, delivery_id, n)
) partition by range (occurred_month);
select guard_company_table('rendering', 'select');

-- What waits to be sent, and nothing else: small, hot, vacuumed often.
create table queue (
    id uuid primary key,                     -- the delivery's
    occurred_month date not null,
    company_id uuid not null,
    channel text not null,
    lane smallint not null,                  -- 0 urgent, 1 normal, 2 bulk
    due_at timestamptz not null,             -- of a leased row: when the lease ends
    fence int not null default 0,            -- raised by each claim; an older holder's writes match nothing
    leased boolean not null default false
) with (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_threshold = 500,
        autovacuum_vacuum_cost_delay = 0);
create index queue_due on queue (lane, due_at) where not leased;
create index queue_leased on queue (due_at) where leased;
select guard_company_table('queue', 'select');

-- Events of customers not known yet: planned in order when the profile arrives, skipped after a day.
create table parked (
    seq bigint generated always as identity primary key,
    company_id uuid not null,
    customer_id uuid not null,
    headers jsonb not null,
    body bytea not null,
    parked_at timestamptz not null default now()
);
create index parked_customer on parked (company_id, customer_id, seq);
select guard_company_table('parked', 'select');

-- Addresses that must not be written to. `address_hash` is a keyed hash, so that an erased person stays blocked.
create table block (
    company_id uuid not null,
    channel text not null,
    address_hash bytea not null,             -- of company, channel and address
    scope text not null default 'everything',
    cause text not null,
    created_at timestamptz not null default now(),
    primary key (address_hash, scope)
);
select guard_company_table('block', 'select');

-- Make sure that `month` has its partitions. Called by workers, who may not create tables themselves.
create function ensure_month(month date) returns void language plpgsql security definer set search_path = public, pg_temp as $$
declare
    parent text;
    child text;
    first date := date_trunc('month', month)::date;
begin
    foreach parent in array array['occurrence', 'delivery', 'attempt', 'rendering'] loop
        child := parent || to_char(first, '_YYYY_MM');
        if to_regclass(child) is null then
            perform pg_advisory_xact_lock(hashtext('ensure_month'));
            continue when to_regclass(child) is not null;
            -- attached, not created in place: that would lock out, and deadlock with, whoever reads the parent
            execute format('create table %I (like %I including all)', child, parent);
            execute format('alter table %I attach partition %I for values from (%L) to (%L)',
                parent, child, first, (first + interval '1 month')::date);
        end if;
    end loop;
end
$$;
revoke execute on function ensure_month(date) from public;
do $$
begin
    execute format('grant execute on function ensure_month(date) to %I', service_role('worker'));
end
$$;
