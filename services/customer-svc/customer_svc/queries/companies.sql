-- name: get_company^
select company_id as id, company_id, version, name, slug, zone, currency, locale, brand, email_defaults,
    contact_defaults, recipient_defaults, quiet_hours, caps, sandbox, specials,
    coalesce((
        select jsonb_agg(jsonb_build_object('id', r.id, 'name', r.name, 'active', r.active, 'reply_to', r.reply_to,
            'portal_url', r.portal_url) order by r.position)
        from region r where r.company_id = company.company_id
    ), '[]') as regions
from company
where company_id = $1;

-- name: lock_company$
select version from company where company_id = $1 for update;

-- name: insert_company!
insert into company (company_id, version, name, slug, zone, currency, locale, brand, email_defaults, contact_defaults,
    recipient_defaults, quiet_hours, caps, sandbox, specials)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15);

-- name: update_company!
update company
set version = $2, name = $3, slug = $4, zone = $5, currency = $6, locale = $7, brand = $8, email_defaults = $9,
    contact_defaults = $10, recipient_defaults = $11, quiet_hours = $12, caps = $13, sandbox = $14,
    specials = $15, updated_at = now()
where company_id = $1;

-- name: remove_other_regions!
delete from region where company_id = $1 and id <> all($2::uuid[]);

-- name: save_regions!
insert into region (company_id, id, position, name, active, reply_to, portal_url)
select $1, id, position, name, active, reply_to, portal_url
from jsonb_populate_recordset(null::region, $2)
on conflict (company_id, id) do update
set position = excluded.position, name = excluded.name, active = excluded.active, reply_to = excluded.reply_to,
    portal_url = excluded.portal_url;

-- name: add_logo!
insert into logo (company_id, sha256, media_type, content) values ($1, $2, $3, $4) on conflict do nothing;

-- name: find_logo^
select sha256, media_type, content from logo where sha256 = $1 limit 1;
