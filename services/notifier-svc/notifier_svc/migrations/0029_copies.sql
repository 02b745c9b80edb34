-- What the office does with the log: it sends messages again, one or many, cancels what waits, and finds what it looks for.

create extension if not exists pg_trgm;
create extension if not exists btree_gin;

-- A copy that says what its original said, word for word: those words lie with it as its rendering 0.
alter table delivery add column as_it_was boolean not null default false;

-- An email's subject, to be looked for. It goes with the words.
alter table rendering add column subject text;

-- Who sent a message again, or cancelled it. Rows are only ever added; they go with their month.
create table delivery_act (
    occurred_month date not null,
    delivery_id uuid not null,
    at timestamptz not null default now(),
    company_id uuid not null,
    act text not null check (act in ('resent', 'cancelled')),
    copy_id uuid,                            -- of what was sent again: the message that came of it
    actor text not null,                     -- the subject of a token
    actor_name text,
    role text not null
) partition by range (occurred_month);
create index delivery_act_of on delivery_act (delivery_id, at);
select guard_change_log('delivery_act');

-- Many messages sent again: which were chosen, and how far it is.
create table bulk_resend (
    company_id uuid not null,
    id uuid not null,
    filter jsonb not null,
    actor text not null,
    actor_name text,
    role text not null,
    state text not null default 'running' check (state in ('running', 'done', 'failed')),
    total int not null,
    position bigint not null default 0,      -- of the last one that is done
    done int not null default 0,
    resent int not null default 0,           -- of these: what is in the queue, or was
    failures int not null default 0,         -- of one slice after the other: five, and it is given up
    created_at timestamptz not null default now(),
    worked_at timestamptz not null default now(),
    finished_at timestamptz,
    primary key (company_id, id)
);
create index bulk_resend_newest on bulk_resend (company_id, created_at desc, id desc);
create index bulk_resend_at_work on bulk_resend (worked_at) where state = 'running';
select guard_company_table('bulk_resend', 'select, insert');

create table bulk_resend_delivery (
    company_id uuid not null,
    bulk_id uuid not null,
    position bigint generated always as identity,
    occurred_month date not null,
    delivery_id uuid not null,
    primary key (company_id, bulk_id, position),
    foreign key (company_id, bulk_id) references bulk_resend on delete cascade
);
select guard_company_table('bulk_resend_delivery', 'select, insert');

-- The API logs and queues copies besides tests, the words of one that is as it was, and where its reader is now; and it
-- cancels what waits. Nothing else, whatever the code says.
create or replace function is_waiting_test(month date, delivery_id uuid) returns boolean
language plpgsql volatile set search_path = public, pg_temp as $$
begin
    return exists (
        select from delivery d
        where d.occurred_month = month and d.id = delivery_id and (d.trigger = 'test' or d.resend_of is not null)
          and d.state = 'queued');
end
$$;

do $$
declare api name := service_role('api');
begin
    drop policy tests_only on delivery;
    execute format('create policy tests_and_copies on delivery as restrictive for insert to %I'
                   ' with check (trigger = ''test'' or resend_of is not null)', api);
    execute format('grant update (state, reason, detail, waits_for, updated_at) on delivery to %I', api);
    execute format('create policy cancels on delivery as restrictive for update to %I'
                   ' using (state = ''queued'') with check (state = ''cancelled'')', api);
    execute format('grant insert on rendering to %I', api);
    execute format('create policy kept_words on rendering as restrictive for insert to %I with check (n = 0)', api);
    execute format('grant delete on queue, held to %I', api);
    drop policy nobodys on destination;
    execute format('create policy of_those_known on destination as restrictive for insert to %I with check ('
                   ' customer_id = ''00000000-0000-0000-0000-000000000000'' or exists ('
                   '  select from snapshot_generation g'
                   '  join snapshot s on s.kind = g.kind and s.generation = g.active and s.id = customer_id'
                   '  where g.kind = ''customers'' and s.data is not null))', api);
end
$$;

create or replace function ensure_month(month date) returns void language plpgsql security definer
set search_path = public, pg_temp as $$
declare
    parent text;
    child text;
    first date := date_trunc('month', month)::date;
begin
    foreach parent in array array['occurrence', 'delivery', 'attempt', 'rendering', 'receipt', 'delivery_act'] loop
        child := parent || to_char(first, '_YYYY_MM');
        if to_regclass(child) is null then
            perform pg_advisory_xact_lock(hashtext('ensure_month'));
            -- by a query: what to_regclass has once not found, it remembers
            continue when exists (select from pg_class where relname = child and relnamespace = 'public'::regnamespace);
            -- attached, not created in place: that would lock out, and deadlock with, whoever reads the parent
            execute format('create table %I (like %I including all)', child, parent);
            if parent in ('delivery', 'attempt') then
                execute format('alter table %I set (fillfactor = 80)', child);
            elsif parent = 'rendering' then
                execute format('alter table %I set (toast_tuple_target = 8160)', child);
            end if;
            execute format('alter table %I attach partition %I for values from (%L) to (%L)',
                parent, child, first, (first + interval '1 month')::date);
        end if;
    end loop;
end
$$;

-- Months that were there before.
select ensure_month(to_date(right(relid::text, 7), 'YYYY_MM')) from pg_partition_tree('delivery') where isleaf;

-- The names of all people on a profile, to be looked for.
create function people_of(profile jsonb) returns tsvector language sql immutable strict parallel safe as $$
    select jsonb_to_tsvector('simple', jsonb_path_query_array(profile, '$.name')
        || jsonb_path_query_array(profile, '$.contacts[*].name')
        || jsonb_path_query_array(profile, '$.service_addresses[*].recipients[*].name'), '["string"]')
$$;
