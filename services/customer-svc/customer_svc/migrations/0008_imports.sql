-- Customers of another system, by its own ids; and lists of them that are being read in.
alter table customer add column external_id text;
create unique index customer_external_id on customer (company_id, external_id) where external_id is not null;

create table customer_import (
    company_id uuid not null references company,
    id uuid not null,
    actor text not null,
    state text not null check (state in ('running', 'done', 'failed')),
    total int not null,                      -- rows that could be read
    position bigint not null default 0,      -- of the last row that is done
    added int not null default 0,
    changed int not null default 0,
    failures int not null default 0,         -- of one slice after the other: five, and it is given up
    problems jsonb not null,                 -- of the rows that were left out
    created_at timestamptz not null default now(),
    worked_at timestamptz not null default now(),
    finished_at timestamptz,
    primary key (company_id, id)
);
create index customer_import_at_work on customer_import (worked_at) where state = 'running';
select guard_company_table('customer_import', 'select, insert');

-- Gone once it is done.
create table customer_import_row (
    company_id uuid not null,
    import_id uuid not null,
    position bigint generated always as identity,
    line int not null,
    data jsonb not null,
    primary key (company_id, import_id, position),
    foreign key (company_id, import_id) references customer_import on delete cascade
);
select guard_company_table('customer_import_row', 'select, insert');
