-- What every service's database has. Runs as <service>_owner; <service>_api and <service>_worker stand beside it.

create function service_role(suffix text) returns name language sql stable as $$
    select (regexp_replace(current_user, '_owner$', '') || '_' || suffix)::name
$$;

-- The company of this transaction, null outside one: then no row is visible.
create function current_company() returns uuid language sql stable as $$
    select nullif(current_setting('app.company_id', true), '')::uuid
$$;

-- Row-level security for a table with a company_id: the api role sees its transaction's company, the worker all.
-- `api_may` says what the api role does with it; what only workers write it reads at most.
create function guard_company_table(guarded regclass, api_may text default 'select, insert, update, delete')
returns void language plpgsql as $$
begin
    execute format('alter table %s enable row level security', guarded);
    execute format('alter table %s force row level security', guarded);
    execute format('create policy company on %s to %I using (company_id = (select current_company()))',
        guarded, service_role('api'));
    execute format('create policy worker on %s to %I using (true)', guarded, service_role('worker'));
    execute format('grant select, insert, update, delete on %s to %I', guarded, service_role('worker'));
    execute format('grant %s on %s to %I', api_may, guarded, service_role('api'));
end
$$;

-- Messages to publish, written in the transaction that made them true; the relay deletes what the broker has.
create table outbox (
    id bigint generated always as identity primary key,
    company_id uuid not null,
    topic text not null,
    key text not null,
    headers jsonb not null,
    body bytea not null,
    created_at timestamptz not null default now(),
    parked text  -- why it can't be published; kept for a person to look at
);
create index outbox_waiting on outbox (id) where parked is null;
select guard_company_table('outbox', 'insert');

-- Ids of the events a consumer group has worked off.
create table inbox (
    consumer text not null,
    event_id text not null,
    seen_at timestamptz not null default now(),
    primary key (consumer, event_id)
);
create index inbox_seen_at on inbox using brin (seen_at);

-- Answers to requests that carried an Idempotency-Key.
create table idempotency (
    company_id uuid not null,
    key text not null,
    fingerprint text not null,  -- of who asked for what: the same key for something else is refused
    status smallint,
    headers jsonb,
    body bytea,
    created_at timestamptz not null default now(),
    primary key (company_id, key)
);
create index idempotency_created_at on idempotency (created_at);
select guard_company_table('idempotency');

-- Copies of snapshots that other services own. A rebuild fills a new generation, then swaps.
create table snapshot_generation (
    kind text primary key,
    active int not null default 1,
    building int
);

create table snapshot (
    kind text not null,
    generation int not null,
    id uuid not null,
    company_id uuid not null,
    version bigint not null,
    data jsonb,  -- null: deleted; the row stays, so that a late snapshot resurrects nobody
    primary key (kind, generation, id)
);
select guard_company_table('snapshot', 'select');

do $$
begin
    execute format('grant select, insert, update, delete on inbox, snapshot_generation to %I', service_role('worker'));
    execute format('grant select on snapshot_generation to %I', service_role('api'));
end
$$;
