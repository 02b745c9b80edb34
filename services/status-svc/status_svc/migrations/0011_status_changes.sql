-- Who changed which status of the catalogue, when, from what to what. Rows are only ever added.
create table status_changes (
    company_id uuid not null,
    id bigint generated always as identity,
    at timestamptz not null default now(),
    status_id uuid not null,
    version int not null,                    -- the status's, since then
    actor text not null,                     -- the subject of a token, or fieldbell
    role text not null,
    how text not null,                       -- the operation, or starter
    field text not null,
    old jsonb,
    new jsonb,
    primary key (company_id, id)
);
create index status_changes_status on status_changes (company_id, status_id, id desc);
select guard_company_table('status_changes', 'select, insert');

do $$
begin
    execute format('revoke update, delete on status_changes from %I', service_role('worker'));
end
$$;

-- For everyone, whatever a program tries.
create function status_change_is_immutable() returns trigger language plpgsql as $$
begin
    raise exception 'the change log is only added to';
end
$$;
create trigger status_change_is_immutable before update or delete on status_changes
    for each row execute function status_change_is_immutable();
