-- name: insert_template^
insert into template (company_id, id, name, channel, locale, subject, preheader, html, text, variants, updated_by,
                      updated_by_name)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
returning company_id, id, version, name, channel, state, locale, subject, preheader, html, text, variants,
          published_version, changed_since_published, untold, created_at, updated_at, updated_by, updated_by_name;

-- name: insert_starters
-- The starters of a company that it does not have yet, published at once.
with new as (
    insert into template (company_id, id, name, channel, locale, subject, preheader, html, text, variants,
                          state, published_version, changed_since_published, untold, updated_by)
    select $1, s.id, s.name, s.channel, s.locale, s.subject, s.preheader, s.html, s.text, s.variants,
           'published', 1, false, s.untold, 'fieldbell'
    from unnest($2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[],
                $10::jsonb[], $14::jsonb[])
        as s (id, name, channel, locale, subject, preheader, html, text, variants, untold)
    on conflict do nothing
    returning company_id, id, version, name, channel, state, locale, subject, preheader, html, text, variants,
              published_version, changed_since_published, untold, created_at, updated_at, updated_by, updated_by_name
), versions as (
    insert into template_version (company_id, template_id, number, locale, subject, preheader, html, text,
                                  document, plain, variants, published_by)
    select new.company_id, new.id, 1, new.locale, new.subject, new.preheader, new.html, new.text,
           v.document, v.plain, v.variants, 'fieldbell'
    from new
    join unnest($2::uuid[], $11::text[], $12::text[], $13::jsonb[]) as v (id, document, plain, variants) using (id)
)
select company_id, id, version, name, channel, state, locale, subject, preheader, html, text, variants,
       published_version, changed_since_published, untold, created_at, updated_at, updated_by, updated_by_name
from new;

-- name: get_template^
select company_id, id, version, name, channel, state, locale, subject, preheader, html, text, variants,
       published_version, changed_since_published, untold, created_at, updated_at, updated_by, updated_by_name
from template where id = $1;

-- name: lock_template^
select company_id, id, version, name, channel, state, locale, subject, preheader, html, text, variants,
       published_version, changed_since_published, untold, created_at, updated_at, updated_by, updated_by_name
from template where id = $1 for update;

-- name: list_templates
select company_id, id, version, name, channel, state, locale, subject, preheader, html, text, variants,
       published_version, changed_since_published, untold, created_at, updated_at, updated_by, updated_by_name
from template
where ($1::text is null or channel = $1)
  and ($2::text is null or state = $2)
  and ($3::text is null or (name, id) > ($3, $4::uuid))
  and ($5::text is null or position(lower($5) in lower(name)) > 0)
  and ($6::boolean is null or (state = 'archived') = $6)
order by name, id
limit $7;

-- name: update_draft^
update template
set name = $2, locale = $3, subject = $4, preheader = $5, html = $6, text = $7, variants = $8,
    changed_since_published = true, version = version + 1, updated_at = now(), updated_by = $9,
    updated_by_name = $10
where id = $1
returning company_id, id, version, name, channel, state, locale, subject, preheader, html, text, variants,
          published_version, changed_since_published, untold, created_at, updated_at, updated_by, updated_by_name;

-- name: set_published^
update template
set state = 'published', published_version = coalesce(published_version, 0) + 1,
    changed_since_published = false, untold = $4, version = version + 1, updated_at = now(),
    updated_by = $2, updated_by_name = $3
where id = $1
returning company_id, id, version, name, channel, state, locale, subject, preheader, html, text, variants,
          published_version, changed_since_published, untold, created_at, updated_at, updated_by, updated_by_name;

-- name: insert_version!
insert into template_version (company_id, template_id, number, locale, subject, preheader, html, text,
                              document, plain, variants, published_by, published_by_name)
select company_id, id, published_version, locale, subject, preheader, html, text, $2, $3, $4, updated_by, updated_by_name
from template where id = $1;

-- name: set_state^
update template
set state = $2, version = version + 1, updated_at = now(), updated_by = $3, updated_by_name = $4
where id = $1
returning company_id, id, version, name, channel, state, locale, subject, preheader, html, text, variants,
          published_version, changed_since_published, untold, created_at, updated_at, updated_by, updated_by_name;

-- name: list_versions
select number, published_at, published_by, published_by_name
from template_version
where template_id = $1 and ($2::bigint is null or number < $2)
order by number desc
limit $3;

-- name: get_version^
select locale, subject, preheader, html, text, variants, published_at, published_by, published_by_name
from template_version where template_id = $1 and number = $2;

-- name: current_versions
select id, company_id, state, published_version from template where id = any($1::uuid[]);

-- name: versions_to_render
select v.template_id, v.number, v.company_id, t.channel, v.locale, v.subject, v.document, v.plain, v.variants
from unnest($1::uuid[], $2::int[]) as asked (template_id, number)
join template t on t.id = asked.template_id
join template_version v
    on v.company_id = t.company_id and v.template_id = t.id and v.number = asked.number;
