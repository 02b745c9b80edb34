-- Senders, texts and calls.

-- What a company sends from. The token is sealed by the service: the database never sees it.
create table sender (
    company_id uuid primary key,
    version bigint not null default 1,
    from_address text unique,                -- normalised; one company's
    reply_to text,
    account_sid text,
    auth_token bytea,
    messaging_service_sid text,
    messages_per_second real,
    updated_at timestamptz not null default now(),
    check ((account_sid is null) = (auth_token is null) and (account_sid is null) = (messages_per_second is null))
);
select guard_company_table('sender');

-- The numbers it texts and calls from: what comes in on one names exactly one company.
create table sender_number (
    number text primary key,
    company_id uuid not null references sender (company_id) on delete cascade,
    position smallint not null
);
create index sender_number_company on sender_number (company_id, position);
select guard_company_table('sender_number');

-- What the provider says later of a try: `delivered`, `undelivered` with an error code, `completed` ...
create table receipt (
    occurred_month date not null,
    delivery_id uuid not null,
    n int not null,
    status text not null,
    company_id uuid not null,
    error_code text,
    provider_id text not null,
    received_at timestamptz not null default now(),
    primary key (occurred_month, delivery_id, n, status)
) partition by range (occurred_month);
select guard_company_table('receipt', 'select');

alter table attempt add column provider_id text;      -- the provider's own id of it
alter table attempt add column segments smallint;     -- of a text: what it is billed by

-- Email and phone wait apart: a company's phone account has a rate of its own, and none may keep another waiting.
drop index queue_due;
create index queue_email on queue (lane, due_at) where not leased and channel = 'email';
create index queue_phone on queue (company_id, lane, due_at) where not leased and channel <> 'email';

create or replace function ensure_month(month date) returns void language plpgsql security definer
set search_path = public, pg_temp as $$
declare
    parent text;
    child text;
    first date := date_trunc('month', month)::date;
begin
    foreach parent in array array['occurrence', 'delivery', 'attempt', 'rendering', 'receipt'] loop
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

-- Months that were there before receipts.
select ensure_month(to_date(right(relid::text, 7), 'YYYY_MM')) from pg_partition_tree('delivery') where isleaf;
