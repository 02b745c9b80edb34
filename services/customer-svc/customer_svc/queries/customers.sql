-- name: lock_customer$
select version from customer where company_id = $1 and id = $2 for update;

-- name: number_of_phone$
select number from phone where company_id = $1 and id = $2;

-- name: lock_customers_with_number
-- This customer, and those who have a phone with this number: a contact's, or an additional recipient's.
select id from customer
where company_id = $1 and id = any(array(
    select $3::uuid
    union
    select coalesce(t.customer_id, a.customer_id)
    from phone p
    left join contact t on t.company_id = p.company_id and t.id = p.contact_id
    left join recipient r on r.company_id = p.company_id and r.id = p.recipient_id
    left join service_address a on a.company_id = r.company_id and a.id = r.service_address_id
    where p.company_id = $1 and p.number = $2))
order by id
for update;

-- name: load_customers
-- Whole aggregates, one row each, in the shape of domain.Customer.
select c.id, c.company_id, c.version, c.name, c.kind, c.region_id, c.head_office, c.send_client_notifications, c.tags,
    c.zone, c.locale, c.archived, c.blocked, c.notes, c.external_id, c.sales_tax_exempt, c.reward_balance, c.cards,
    coalesce((
        select jsonb_agg(jsonb_build_object(
            'id', t.id, 'name', t.name, 'primary', t.is_primary, 'flags', to_jsonb(t),
            'emails', coalesce((
                select jsonb_agg(jsonb_build_object('id', e.id, 'address', e.address, 'flags', to_jsonb(e))
                    order by e.position)
                from email_address e where e.company_id = t.company_id and e.contact_id = t.id
            ), '[]'),
            'phones', coalesce((
                select jsonb_agg(to_jsonb(p) order by p.position)
                from phone p where p.company_id = t.company_id and p.contact_id = t.id
            ), '[]')) order by t.position)
        from contact t where t.company_id = c.company_id and t.customer_id = c.id
    ), '[]') as contacts,
    coalesce((
        select jsonb_agg(to_jsonb(a) || jsonb_build_object('recipients', coalesce((
                select jsonb_agg(to_jsonb(r) || jsonb_build_object(
                    'flags', to_jsonb(r),
                    'phones', coalesce((
                        select jsonb_agg(to_jsonb(p) order by p.position)
                        from phone p where p.company_id = r.company_id and p.recipient_id = r.id
                    ), '[]')) order by r.position)
                from recipient r where r.company_id = a.company_id and r.service_address_id = a.id
            ), '[]')) order by a.position)
        from service_address a where a.company_id = c.company_id and a.customer_id = c.id
    ), '[]') as service_addresses
from customer c
where c.company_id = $1 and c.id = any($2::uuid[]);

-- name: list_customers
-- One line each, in the order of the list.
select c.id, c.version, c.name, c.kind, c.region_id, c.tags, c.archived, c.blocked, c.created_at, t.name as contact,
    e.address as email, p.number as phone, lower(c.name) as sort_name
from find_customers($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) with ordinality c
left join contact t on t.company_id = c.company_id and t.customer_id = c.id and t.is_primary
left join lateral (
    select address from email_address
    where company_id = t.company_id and contact_id = t.id order by position limit 1
) e on true
left join lateral (
    select number from phone
    where company_id = t.company_id and contact_id = t.id order by position limit 1
) p on true
order by c.ordinality;

-- name: customers_named
-- One line each, by name.
select c.id, c.version, c.name, c.kind, c.region_id, c.tags, c.archived, c.blocked, c.created_at, t.name as contact,
    e.address as email, p.number as phone, lower(c.name) as sort_name
from customer c
left join contact t on t.company_id = c.company_id and t.customer_id = c.id and t.is_primary
left join lateral (
    select address from email_address
    where company_id = t.company_id and contact_id = t.id order by position limit 1
) e on true
left join lateral (
    select number from phone
    where company_id = t.company_id and contact_id = t.id order by position limit 1
) p on true
where c.company_id = $1 and c.id = any($2::uuid[])
order by lower(c.name), c.id;

-- name: save_customer*!
insert into customer (company_id, id, version, name, kind, region_id, head_office, send_client_notifications, tags, zone,
    archived, blocked, notes, sales_tax_exempt, reward_balance, cards, search, external_id, locale)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)
on conflict (company_id, id) do update
set version = excluded.version, name = excluded.name, kind = excluded.kind, region_id = excluded.region_id,
    head_office = excluded.head_office, send_client_notifications = excluded.send_client_notifications,
    tags = excluded.tags, zone = excluded.zone, archived = excluded.archived, blocked = excluded.blocked,
    notes = excluded.notes, sales_tax_exempt = excluded.sales_tax_exempt, reward_balance = excluded.reward_balance,
    cards = excluded.cards, search = excluded.search, external_id = excluded.external_id, locale = excluded.locale,
    updated_at = now();

-- name: forget_answers!
-- Answers kept for repeated requests show whole customers.
delete from idempotency where company_id = $1 and position(convert_to($2::uuid::text, 'UTF8') in body) > 0;

-- name: forget_unpublished!
-- Profiles and requests that wait for the broker. No receiver needs them: the deletion is newer than all of them.
delete from outbox where company_id = $1 and key = $2::uuid::text;

-- name: delete_customer!
-- The rows of its contacts, addresses and recipients go with it.
delete from customer where company_id = $1 and id = $2;
