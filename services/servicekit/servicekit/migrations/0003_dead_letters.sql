-- What could not be read or handled, whole, until somebody decides: then it goes back to where it came from, or only that it
-- was there stays on record. Of whatever companies: no request of one company sees it.
create table dead_letter (
    id uuid primary key default gen_random_uuid(),
    origin text not null,                    -- topic/partition/offset
    topic text not null,
    key text not null,
    headers jsonb not null,
    body bytea,                              -- null once it is decided
    error text not null,
    at timestamptz not null default now(),
    state text not null default 'waiting' check (state in ('waiting', 'replayed', 'discarded')),
    decided_at timestamptz,
    decided_by text,
    reason text,                             -- why it was discarded
    check ((state = 'waiting') = (decided_at is null) and (state = 'waiting') = (body is not null))
);
create index dead_letter_newest on dead_letter (at desc, id desc);
create index dead_letter_waiting on dead_letter (at, id) where state = 'waiting';
alter table dead_letter enable row level security;
alter table dead_letter force row level security;

do $$
declare worker name := service_role('worker');
begin
    execute format('create policy worker on dead_letter to %I using (true)', worker);
    execute format('grant select, insert, update, delete on dead_letter to %I', worker);
end
$$;
