-- Blocks that people see, add and lift; texts that come in.

alter table block
    add column id uuid not null default gen_random_uuid(),
    add column masked_address text,          -- enough to recognise it
    add column note text,                    -- the office's words
    add column actor text,                   -- the subject of the office's token
    add column expires_at timestamptz,
    drop constraint block_pkey,              -- an address is blocked by each cause by itself: lifting one leaves the others
    add primary key (address_hash, scope, cause);
create unique index block_id on block (company_id, id);
create index block_newest on block (company_id, created_at desc, id desc);

-- What customers wrote. Personal, so it is all in this one row.
create table inbound_text (
    company_id uuid not null,
    id uuid not null,
    provider_id text not null,
    number text not null,                    -- the company's
    address text not null,                   -- who wrote, E.164
    body text not null,
    meaning text not null,
    answer text,                             -- what we replied at once, if anything
    customer_ids uuid[] not null,            -- whose number it is, by the profiles known then
    received_at timestamptz not null default now(),
    primary key (company_id, id),
    unique (company_id, provider_id)
);
create index inbound_text_newest on inbound_text (company_id, received_at desc, id desc);
create index inbound_text_customers on inbound_text using gin (customer_ids);
select guard_company_table('inbound_text', 'select');

-- Deleted customers of whom something may have been written meanwhile.
create table erasure (
    company_id uuid not null,
    customer_id uuid not null,
    due_at timestamptz not null,
    primary key (company_id, customer_id)
);
select guard_company_table('erasure', 'select');

-- Whose number is this?
create index snapshot_numbers on snapshot using gin (jsonb_path_query_array(data, '$.**.number'))
    where kind = 'customers';

-- Twilio answers STOP, START and HELP by itself unless an account has that switched off.
alter table sender add column keywords_answered_by text not null default 'twilio'
    check (keywords_answered_by in ('twilio', 'fieldbell'));

-- A message whose words are its own: neither a rule nor a template made it.
alter table delivery alter column template_id drop not null;
alter table rendering alter column template_version drop not null;

-- What can only be planned once a profile is as new as this.
alter table parked add column customer_version bigint not null default 0;

-- The office adds and lifts its own; what a customer asked for it can't touch, whatever the code says.
do $$
declare api name := service_role('api');
begin
    execute format('grant insert, update, delete on block to %I', api);
    execute format('create policy office_adds on block as restrictive for insert to %I with check (cause = ''office'')', api);
    execute format('create policy owners_stay on block as restrictive for delete to %I using (cause <> ''opted_out'')', api);
    execute format('create policy owners_keep on block as restrictive for update to %I using (cause <> ''opted_out'')', api);
end
$$;
