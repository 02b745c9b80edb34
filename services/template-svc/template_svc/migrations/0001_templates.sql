-- Templates as their authors see them, and the versions that were published: those never change.

create table template (
    company_id uuid not null,
    id uuid not null,
    version bigint not null default 1,  -- of this row, for ETag and templates.v1
    name text not null,
    channel text not null check (channel in ('email', 'sms', 'voice')),
    state text not null default 'draft' check (state in ('draft', 'published', 'archived')),
    -- the draft
    subject text,
    preheader text,
    html text,
    text text,
    published_version int,
    changed_since_published boolean not null default true,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    updated_by text not null,
    primary key (company_id, id)
);
-- Rendering asks by id alone, for many companies in one request.
create unique index template_id on template (id);
create index template_by_name on template (company_id, name, id);
select guard_company_table('template');

create table template_version (
    company_id uuid not null,
    template_id uuid not null,
    number int not null,
    -- as written
    subject text,
    preheader text,
    html text,
    text text,
    -- as rendered: cleaned, guarded, framed
    document text not null,
    plain text not null,
    published_at timestamptz not null default now(),
    published_by text not null,
    primary key (company_id, template_id, number),
    foreign key (company_id, template_id) references template (company_id, id)
);
select guard_company_table('template_version');

-- Immutable for everyone, whatever a program tries.
create function template_version_is_immutable() returns trigger language plpgsql as $$
begin
    raise exception 'a published version never changes';
end
$$;
create trigger template_version_is_immutable before update or delete on template_version
    for each row execute function template_version_is_immutable();
