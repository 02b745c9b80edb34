-- Who allowed or refused texts, when, how, and who wrote it down. Rows are only ever added.
create table consent_ledger (
    company_id uuid not null,
    id bigint generated always as identity,
    customer_id uuid not null,
    phone_id uuid not null,
    state text not null check (state in ('none', 'requested', 'granted', 'refused', 'revoked')),
    source text not null,                    -- in the words of who wrote it down: "paper form, signed 3 May"
    actor text not null,                     -- the subject of the token
    at timestamptz not null default now(),
    primary key (company_id, id)
);
create index consent_ledger_phone on consent_ledger (company_id, phone_id, id);
select guard_company_table('consent_ledger', 'select, insert');
