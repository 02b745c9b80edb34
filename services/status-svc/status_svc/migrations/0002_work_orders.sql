-- Pictures, stored once per company by what is in them.
create table images (
    company_id uuid not null,
    sha256 text not null check (sha256 ~ '^[0-9a-f]{64}$'),
    content_type text not null,
    data bytea not null,
    added_at timestamptz not null default now(),
    primary key (company_id, sha256)
);
alter table images alter column data set storage external;  -- compressed already
select guard_company_table('images');

create table notes (
    company_id uuid not null,
    id uuid not null,
    job_id uuid not null,
    seq bigint generated always as identity,
    text text not null,
    images text[] not null,
    author_id text not null,
    author_name text,
    written_at timestamptz not null,
    primary key (company_id, id),
    foreign key (company_id, job_id) references jobs
);
create index notes_job on notes (company_id, job_id, seq);
select guard_company_table('notes');

create table signatures (
    company_id uuid not null,
    job_id uuid not null,
    signed_by text not null,
    image text not null,
    signed_at timestamptz not null,
    primary key (company_id, job_id),
    foreign key (company_id, job_id) references jobs,
    foreign key (company_id, image) references images
);
select guard_company_table('signatures');
