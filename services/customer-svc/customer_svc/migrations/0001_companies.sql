-- Companies: what each one sets for itself. Settings edited as a whole are documents; what others refer to has rows.
create table company (
    company_id uuid primary key,
    version bigint not null,
    name text not null,
    slug text not null constraint company_slug unique,
    zone text not null,
    currency text not null,
    locale text not null,
    brand jsonb not null,
    email_defaults jsonb not null,
    contact_defaults jsonb not null,
    recipient_defaults jsonb not null,
    quiet_hours jsonb not null,
    caps jsonb not null,
    sandbox jsonb not null,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now()
);
select guard_company_table('company');

create table region (
    company_id uuid not null references company,
    id uuid not null,
    position int not null,
    name text not null,
    active boolean not null,
    reply_to text,
    portal_url text,
    primary key (company_id, id)
);
select guard_company_table('region');

-- A logo replaced stays: mail that was sent links to it.
create table logo (
    company_id uuid not null references company,
    sha256 text not null,
    media_type text not null,
    content bytea not null,
    created_at timestamptz not null default now(),
    primary key (company_id, sha256)
);
create index logo_sha256 on logo (sha256);
select guard_company_table('logo');
