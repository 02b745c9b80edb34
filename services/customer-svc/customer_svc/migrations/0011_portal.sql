-- The portal: who signs in, who is signed in, who guesses; what all signed-in customers are told.

-- A contact with a password. It belongs to an address on file, and goes when that is removed or becomes another.
create table portal_account (
    company_id uuid not null,
    email_id uuid not null,
    customer_id uuid not null,
    normalised text not null,                -- the address
    invitation_id uuid,                      -- until it is used
    invitation_expires_at timestamptz,
    invited_at timestamptz,
    asked int not null default 0,            -- how often for a link, since the last password that was chosen
    password_hash text,                      -- argon2id; none until confirmed
    confirmed_at timestamptz,
    primary key (company_id, email_id),
    foreign key (company_id, email_id) references email_address (company_id, id) on delete cascade
);
create index portal_account_normalised on portal_account (company_id, normalised);
create unique index portal_account_signs_in on portal_account (company_id, normalised) where confirmed_at is not null;
select guard_company_table('portal_account');

create table portal_session (
    company_id uuid not null,
    token_hash bytea not null,               -- SHA-256 of what the browser has
    email_id uuid not null,
    expires_at timestamptz not null,
    primary key (token_hash),
    foreign key (company_id, email_id) references portal_account (company_id, email_id) on delete cascade
);
create index portal_session_account on portal_session (company_id, email_id);
create index portal_session_expires_at on portal_session (expires_at);
select guard_company_table('portal_session', 'select');

-- Tries to sign in since the last that succeeded, whether there is such an account or not.
create table sign_in_attempt (
    company_id uuid not null,
    address_hash bytea not null,
    failures int not null,
    tried_at timestamptz not null,
    locked_until timestamptz,
    primary key (company_id, address_hash)
);
create index sign_in_attempt_tried_at on sign_in_attempt (tried_at);
select guard_company_table('sign_in_attempt', 'select');

alter table company add column specials jsonb;
alter table customer add column locale text;
