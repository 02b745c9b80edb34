-- Of which categories a company has an email of unknown outcome sent once more, though it may then arrive twice (D14: R = 1).
create table once_more (
    company_id uuid primary key,
    version bigint not null default 1,
    categories text[] not null,
    changed_at timestamptz not null default now()
);
select guard_company_table('once_more');
