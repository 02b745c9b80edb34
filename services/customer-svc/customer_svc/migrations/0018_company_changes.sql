-- Who changed which setting of the company, when, from what to what. Rows are only ever added; nothing of a customer is in them.
create table company_change (
    company_id uuid not null,
    id bigint generated always as identity,
    at timestamptz not null default now(),
    version bigint not null,                 -- the company's, since then
    actor text not null,                     -- the subject of a token
    role text not null,
    how text not null,                       -- the operation
    field text not null,
    part_id uuid,                            -- the region
    old jsonb,
    new jsonb,
    primary key (company_id, id)
);
select guard_company_table('company_change', 'select, insert');

do $$
begin
    execute format('revoke update, delete on company_change from %I', service_role('worker'));
end
$$;

-- For everyone, whatever a program tries.
create function company_change_is_immutable() returns trigger language plpgsql as $$
begin
    raise exception 'the change log is only added to';
end
$$;
create trigger company_change_is_immutable before update or delete on company_change
    for each row execute function company_change_is_immutable();
