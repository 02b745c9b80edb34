-- Who changed which rule or setting, when, from what to what. Rows are only ever added.
create table change (
    company_id uuid not null,
    id bigint generated always as identity,
    at timestamptz not null default now(),
    resource text not null,                  -- rule, sender, pause, block
    resource_id uuid not null,               -- the company's of what there is one of
    version bigint,                          -- of the resource, since then; null where it has none
    actor text not null,                     -- the subject of a token, or fieldbell
    role text not null,
    how text not null,                       -- the operation
    field text not null,
    old jsonb,
    new jsonb,
    primary key (company_id, id)
);
create index change_resource on change (company_id, resource, resource_id, id desc);
select guard_company_table('change', 'select, insert');

do $$
begin
    execute format('revoke update, delete on change from %I', service_role('worker'));
end
$$;

-- For everyone, whatever a program tries.
create function change_is_immutable() returns trigger language plpgsql as $$
begin
    raise exception 'the change log is only added to';
end
$$;
create trigger change_is_immutable before update or delete on change
    for each row execute function change_is_immutable();
