-- name: fill!
-- Customers number $2 to $3 of company $1, row by row as the API makes them: each with a contact, an email address, a
-- phone and a service address. Names and streets repeat as those of people do; a few things are rare.
with person as materialized (
    select n, chance, md5('customer ' || n)::uuid as id, md5('contact ' || n)::uuid as contact_id,
        first || ' ' || last as contact_name,
        case when chance % 5 = 0 then last || ' & Sons LLC' else first || ' ' || last end as name,
        format('%s.%s%s@example.com', lower(first), lower(last), n) as email,
        format('+1%s%s%s', (array[303, 720, 970, 719])[1 + n % 4], 220 + n / 4 % 700, to_char(n / 2800, 'FM0000'))
            as number,
        format('%s %s %s', 1 + n * 7 % 9973, (array['N', 'S', 'E', 'W'])[1 + n / 97 % 4], street) as line,
        to_char(80001 + n % 600, 'FM00000') as postal_code
    from generate_series($2::int, $3::int) n
    cross join abs(hashint4(n)) as chance
    cross join lateral (select
        (array['Maria', 'Samuel', 'Ellen', 'Noor', 'Ana', 'Tom', 'Ida', 'Omar', 'June', 'Felix', 'Rosa', 'Kenji', 'Ada',
            'Paul', 'Lena', 'Victor', 'Mei', 'Hugo', 'Iris', 'Caleb', 'Nadia', 'Oscar', 'Freya', 'Jonas', 'Tara', 'Eli',
            'Greta', 'Ivan', 'Salma', 'Theo'])[1 + n % 30] as first,
        initcap(
            (array['ander', 'berg', 'card', 'dom', 'ever', 'fair', 'gold', 'hart', 'ing', 'john', 'kell', 'lind', 'mor',
                'nor', 'ols', 'pet', 'quin', 'rich', 'stan', 'thorn'])[1 + n / 30 % 20]
            || (array['son', 'field', 'wood', 'man', 'ley', 'ton', 'er', 'well', 'by', 'stein'])[1 + n / 600 % 10]
        ) as last,
        (array['Elm St', 'Larimer Street', 'Juniper Court', 'Colfax Ave', 'Pearl St', 'Alder Ct', 'Blake St', 'Oak Ln',
            'Federal Blvd', 'Sheridan Way', 'Aspen Dr', 'Quebec St'])[1 + n / 7 % 12] as street
    ) words
), customers as (
    insert into customer (company_id, id, version, name, kind, region_id, head_office, send_client_notifications, tags,
        archived, blocked, notes, sales_tax_exempt, cards, created_at, search)
    select $1, id, 1, name, case when chance % 5 = 0 then 'commercial' else 'residential' end,
        (select r.id from region r where r.company_id = $1 order by r.position offset chance / 5 % 4 limit 1), false, true,
        array_remove(array[case when chance / 20 % 10 = 0 then 'Pool' end, case when n % 20000 = 7 then 'VIP' end], null),
        chance / 200 % 50 = 0, n % 10000 = 3, '', false, '[]', now() - n * interval '1 minute',
        lower(concat_ws(' ', name, contact_name, email, number, line, 'Denver', postal_code))
    from person
), contacts as (
    insert into contact (company_id, id, customer_id, position, name, is_primary, confirmations, text, voice,
        service_specials, service_reminders, invoice_reminders, exclude_from_broadcasts)
    select $1, contact_id, id, 0, contact_name, true, true, true, n % 25000 = 9, true, true, true, chance / 10000 % 100 = 0
    from person
), emails as (
    insert into email_address (company_id, id, contact_id, position, address, normalised, confirmations, status_updates,
        payment_receipts, invoices)
    select $1, md5('email ' || n)::uuid, contact_id, 0, email, email, true, true, true, n % 100000 <> 8
    from person
), phones as (
    insert into phone (company_id, id, contact_id, position, number, landline, sms_consent, calls_opted_out)
    select $1, md5('phone ' || n)::uuid, contact_id, 0, number, false, 'none', false
    from person
), places as (
    insert into service_address (company_id, id, customer_id, position, line, city, state, postal_code, zone,
        additional_communication)
    select $1, md5('place ' || n)::uuid, id, 0, line, 'Denver', 'CO', postal_code, 'America/Denver', false
    from person
)
insert into change (company_id, customer_id, version, actor, how, field, new)
select $1, id, 1, 'bench', 'another system', 'customer', jsonb_build_object('name', name) from person;
