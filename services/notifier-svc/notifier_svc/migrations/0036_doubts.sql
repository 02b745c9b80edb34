-- Deliveries that ended as unknown and may still be settled: by asking the provider, or by sending once more (D14).
create table doubt (
    occurred_month date not null,
    delivery_id uuid not null,
    n int not null,                          -- the try that ended so
    company_id uuid not null,
    looks smallint not null default 0,       -- how often the provider was asked
    look_at timestamptz not null,
    primary key (delivery_id, n)
);
create index doubt_due on doubt (look_at);
select guard_company_table('doubt', 'select');
