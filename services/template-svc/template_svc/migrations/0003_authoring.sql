-- Who changed which template, when, from what to what. Rows are only ever added.
create table template_change (
    company_id uuid not null,
    id bigint generated always as identity,
    template_id uuid not null,
    version bigint not null,                 -- the template's, since then
    at timestamptz not null,
    actor text not null,
    how text not null,
    field text not null,
    old jsonb,
    new jsonb,
    primary key (company_id, id),
    foreign key (company_id, template_id) references template (company_id, id)
);
create index template_change_template on template_change (company_id, template_id, id desc);
select guard_company_table('template_change', 'select, insert');

-- For everyone, whatever a program tries.
create function template_change_is_immutable() returns trigger language plpgsql as $$
begin
    raise exception 'the change log is only added to';
end
$$;
create trigger template_change_is_immutable before update or delete on template_change
    for each row execute function template_change_is_immutable();

-- The copy of the notifier's rules is asked for all of a company's at once.
create index snapshot_rules on snapshot (company_id) where kind = 'rules';
