-- Customers. One aggregate: any change of any of these rows raises customer.version.
create table customer (
    company_id uuid not null references company,
    id uuid not null,
    version bigint not null,
    name text not null,
    kind text not null check (kind in ('residential', 'commercial')),
    region_id uuid,
    head_office boolean not null,
    send_client_notifications boolean not null,
    tags text[] not null,
    zone text,
    archived boolean not null,
    blocked boolean not null,
    notes text not null,  -- for the office only, never published
    sales_tax_exempt boolean not null,
    reward_balance numeric(12, 2),
    cards jsonb not null,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    primary key (company_id, id),
    constraint customer_region foreign key (company_id, region_id) references region (company_id, id)
);
create index customer_list on customer (company_id, archived, lower(name), id);
create index customer_region on customer (company_id, region_id) where region_id is not null;
select guard_company_table('customer');

-- Uniqueness within an aggregate is checked at commit: a change may pass through a state that breaks it.
create table contact (
    company_id uuid not null,
    id uuid not null,
    customer_id uuid not null,
    position int not null,
    name text not null,
    is_primary boolean not null,
    confirmations boolean not null,
    text boolean not null,
    voice boolean not null,
    service_specials boolean not null,
    service_reminders boolean not null,
    invoice_reminders boolean not null,
    exclude_from_broadcasts boolean not null,
    primary key (company_id, id),
    foreign key (company_id, customer_id) references customer (company_id, id) on delete cascade,
    constraint contact_one_primary exclude using btree (company_id with =, customer_id with =) where (is_primary)
        deferrable initially deferred
);
create index contact_customer on contact (company_id, customer_id);
select guard_company_table('contact');

create table email_address (
    company_id uuid not null,
    id uuid not null,
    contact_id uuid not null,
    position int not null,
    address text not null,  -- as typed
    normalised text not null,
    confirmations boolean not null,
    status_updates boolean not null,
    payment_receipts boolean not null,
    invoices boolean not null,
    primary key (company_id, id),
    foreign key (company_id, contact_id) references contact (company_id, id) on delete cascade,
    constraint email_address_once unique (company_id, contact_id, normalised) deferrable initially deferred
);
create index email_address_normalised on email_address (company_id, normalised);
select guard_company_table('email_address');

create table service_address (
    company_id uuid not null,
    id uuid not null,
    customer_id uuid not null,
    position int not null,
    line text not null,
    city text not null,
    state text not null,
    postal_code text not null,
    zone text not null,
    additional_communication boolean not null,
    primary key (company_id, id),
    foreign key (company_id, customer_id) references customer (company_id, id) on delete cascade
);
create index service_address_customer on service_address (company_id, customer_id);
select guard_company_table('service_address');

create table recipient (
    company_id uuid not null,
    id uuid not null,
    service_address_id uuid not null,
    position int not null,
    name text not null,
    role text check (role in ('tenant', 'owner', 'payer')),
    emails text[] not null,  -- as typed
    normalised_emails text[] not null,
    confirmations boolean not null,
    status_updates boolean not null,
    payment_receipts boolean not null,
    invoices boolean not null,
    text boolean not null,
    voice boolean not null,
    service_reminders boolean not null,
    invoice_reminders boolean not null,
    primary key (company_id, id),
    foreign key (company_id, service_address_id) references service_address (company_id, id) on delete cascade
);
create index recipient_service_address on recipient (company_id, service_address_id);
create index recipient_normalised_emails on recipient using gin (normalised_emails);
select guard_company_table('recipient');

-- A phone is a contact's or a recipient's; consent belongs to the number.
create table phone (
    company_id uuid not null,
    id uuid not null,
    contact_id uuid,
    recipient_id uuid,
    position int not null,
    number text not null,  -- E.164
    landline boolean not null,
    sms_consent text not null check (sms_consent in ('none', 'requested', 'granted', 'refused', 'revoked')),
    calls_opted_out boolean not null,
    primary key (company_id, id),
    check (num_nonnulls(contact_id, recipient_id) = 1),
    foreign key (company_id, contact_id) references contact (company_id, id) on delete cascade,
    foreign key (company_id, recipient_id) references recipient (company_id, id) on delete cascade,
    constraint phone_once unique nulls not distinct (company_id, contact_id, recipient_id, number)
        deferrable initially deferred
);
create index phone_number on phone (company_id, number);
create index phone_recipient on phone (company_id, recipient_id) where recipient_id is not null;
select guard_company_table('phone');
