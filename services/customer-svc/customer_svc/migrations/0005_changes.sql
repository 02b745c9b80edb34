-- What changed about a customer, who did it, and how. Rows are only ever added; what a deleted customer's fields said
-- goes with the customer, that they were changed stays.
create table change (
    company_id uuid not null,
    id bigint generated always as identity,
    customer_id uuid not null,
    version bigint not null,                 -- the customer's, after it
    at timestamptz not null default now(),
    actor text not null,
    how text not null,
    field text not null,
    part_id uuid,
    old jsonb,
    new jsonb,
    primary key (company_id, id)
);
create index change_customer on change (company_id, customer_id, id desc);
select guard_company_table('change', 'select, insert');
do $$
begin
    execute format('grant update (old, new) on change to %I', service_role('api'));
end
$$;
