-- name: has_rules$
select exists (select from rule where company_id = $1);

-- name: count_rules$
select count(*) from rule where company_id = $1;

-- name: add_rules
-- New rules; one whose id is there already stays as the company made it.
-- `tags` are JSON arrays: they may hold any character.
insert into rule (company_id, id, name, trigger, status_id, region_id, customer_kinds, tags, channel, template_id,
                  category, lane, max_age, expires_after, active, created_at, updated_at, attach_report,
                  once_per_job, timing)
select company_id, id, name, trigger, status_id, region_id, string_to_array(customer_kinds, ','),
       array(select jsonb_array_elements_text(tags::jsonb)), channel, template_id, category, lane, max_age,
       expires_after, active, created_at, created_at, attach_report, once_per_job, timing
from unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::uuid[], $6::uuid[], $7::text[], $8::text[], $9::text[],
            $10::uuid[], $11::text[], $12::text[], $13::interval[], $14::interval[], $15::boolean[],
            $16::timestamptz[], $17::text[], $18::boolean[], $19::jsonb[])
     as t (company_id, id, name, trigger, status_id, region_id, customer_kinds, tags, channel, template_id, category,
           lane, max_age, expires_after, active, created_at, attach_report, once_per_job, timing)
on conflict do nothing
returning id;

-- name: list_rules
select company_id, id, version, name, trigger, status_id, region_id, customer_kinds, tags, channel, template_id, category,
       lane, max_age, expires_after, active, created_at, attach_report, once_per_job, timing
from rule
where ($1::text is null or trigger = $1)
  and ($2::timestamptz is null or (created_at, id) > ($2, $3::uuid))
order by created_at, id
limit $4;

-- name: rule^
select company_id, id, version, name, trigger, status_id, region_id, customer_kinds, tags, channel, template_id, category,
       lane, max_age, expires_after, active, created_at, attach_report, once_per_job, timing
from rule
where id = $1;

-- name: lock_rule!
select from rule where id = $1 for update;

-- name: lock_rules_of!
select pg_advisory_xact_lock(hashtextextended('rules ' || $1, 0));

-- name: replace_rule!
update rule
set version = version + 1, name = $2, status_id = $3, region_id = $4, customer_kinds = $5, tags = $6,
    channel = $7, template_id = $8, lane = $9, max_age = $10, expires_after = $11, active = $12, attach_report = $13, once_per_job = $14,
    timing = $15, updated_at = now()
where id = $1;

-- name: tags_of_nobody
-- Of these tags those that no customer of the transaction's company has.
select tag from unnest($1::text[]) as wanted (tag) where not is_tagged(tag);
