-- What companies use of what costs by the piece, by the month (UTC) in which a provider took it; and what a month may cost.
create table usage (
    company_id uuid not null,
    month date not null,
    channel text not null,                   -- sms, voice
    messages int not null,                   -- texts or calls
    units int not null,                      -- segments of texts; calls
    primary key (company_id, month, channel)
) with (fillfactor = 70);
select guard_company_table('usage', 'select');

create table monthly_cap (
    company_id uuid primary key,
    version bigint not null default 1,
    segments int,                            -- null: as many as there are
    calls int,
    changed_at timestamptz not null default now()
);
select guard_company_table('monthly_cap');
