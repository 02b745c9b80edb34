-- Sending can be paused, for one company or for all. What waits for the end of a pause lies apart, where no claim looks.

create table pause (
    company_id uuid primary key,
    version bigint not null default 1,
    paused boolean not null,
    cause text not null,                     -- office, or volume: the breaker
    note text,                               -- the office's words
    actor text,                              -- the subject of the office's token; null where nobody did it
    changed_at timestamptz not null default now()
);
select guard_company_table('pause');

-- One row while an operator has paused sending for all companies.
create table pause_of_all (
    one boolean primary key default true check (one),
    since timestamptz not null default now()
);
do $$
begin
    execute format('grant select on pause_of_all to %I', service_role('api'));
    execute format('grant select, insert, delete on pause_of_all to %I', service_role('worker'));
end
$$;

-- What was in the queue, or would be, but for a pause.
create table held (
    id uuid primary key,                     -- the delivery's
    occurred_month date not null,
    company_id uuid not null,
    channel text not null,
    lane smallint not null,
    due_at timestamptz not null,
    expires_at timestamptz not null,
    fence int not null default 0             -- as in the queue, where it rises on
);
create index held_of_company on held (company_id, lane, due_at);
create index held_until on held (expires_at);
select guard_company_table('held', 'select');

-- When some of what a company's pause held was let go last: the pace is one for all senders.
create table held_turn (
    company_id uuid primary key,
    released_at timestamptz not null
);
select guard_company_table('held_turn', 'select');

-- What a queued delivery waits for, if not just for its time: pause, cap, quiet_hours.
alter table delivery add column waits_for text;
