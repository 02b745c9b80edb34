-- Preferences of many customers changed at once: who was chosen, how far it is, and what it changed, so that it can be
-- taken back.
create table batch_edit (
    company_id uuid not null references company,
    id uuid not null,
    mode text not null check (mode in ('change', 'overwrite')),
    flags jsonb not null,                    -- what is set: {"contact.text": true}
    actor text not null,
    state text not null check (state in ('running', 'done', 'undoing', 'undone', 'failed')),
    total int not null,
    position bigint not null default 0,      -- of the last customer that is done
    done int not null default 0,             -- customers that it, or its undo, has gone through
    failures int not null default 0,         -- of one slice after the other: five, and it is given up
    changed int not null default 0,          -- customers that differed
    restored int not null default 0,         -- flags that the undo gave back
    created_at timestamptz not null default now(),
    worked_at timestamptz not null default now(),
    finished_at timestamptz,
    primary key (company_id, id)
);
create index batch_edit_newest on batch_edit (company_id, created_at desc, id desc);
create index batch_edit_at_work on batch_edit (worked_at) where state in ('running', 'undoing');
select guard_company_table('batch_edit');

create table batch_edit_customer (
    company_id uuid not null,
    batch_id uuid not null,
    position bigint generated always as identity,
    customer_id uuid not null,
    primary key (company_id, batch_id, position),
    foreign key (company_id, batch_id) references batch_edit on delete cascade
);
select guard_company_table('batch_edit_customer', 'select, insert');

alter table change add column batch_id uuid;
create index change_batch on change (company_id, batch_id, customer_id) where batch_id is not null;
