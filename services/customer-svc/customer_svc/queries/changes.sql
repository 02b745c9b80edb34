-- name: add_changes!
insert into change (company_id, customer_id, version, actor, actor_name, how, field, part_id, old, new)
select t.company_id, t.customer_id, t.version, $1, $2, $3, t.field, t.part_id, t.old::jsonb, t.new::jsonb
from unnest($4::uuid[], $5::uuid[], $6::bigint[], $7::text[], $8::uuid[], $9::text[], $10::text[])
    as t (company_id, customer_id, version, field, part_id, old, new);

-- name: list_changes
-- That an owner named a flag and left it as it was is no change.
select id, at, version, actor, actor_name, how, field, part_id, old, new
from change
where company_id = $1 and customer_id = $2 and (old = new) is not true
  and ($3::text is null or field = $3 or starts_with(field, $3 || '.'))
  and ($4::uuid is null or part_id = $4)
  and ($5::text is null or actor = $5)
  and ($6::timestamptz is null or at >= $6)
  and ($7::timestamptz is null or at < $7)
  and ($8::bigint is null or id < $8)
order by id desc
limit $9;

-- name: settings_of_customer
-- The newest row of each flag, and of the coming of each part and of the customer.
select part_id, field, actor, how, at
from (select distinct on (field, part_id) id, part_id, field, actor, how, at, new
      from change
      where company_id = $1 and customer_id = $2
        and (field like '%flags.%' or field in ('customer', 'contacts', 'contacts.emails', 'service_addresses',
                                                'service_addresses.recipients'))
      order by field, part_id, id desc) newest
where new is not null
order by id;

-- name: forget_changes!
update change set old = null, new = null where company_id = $1 and customer_id = $2;

-- name: add_company_changes!
insert into company_change (company_id, version, actor, actor_name, role, how, field, part_id, old, new)
select $1, $2, $3, $4, $5, $6, t.field, t.part_id, t.old::jsonb, t.new::jsonb
from unnest($7::text[], $8::uuid[], $9::text[], $10::text[]) as t (field, part_id, old, new);

-- name: list_company_changes
select id, at, version, actor, actor_name, role, how, field, part_id, old, new
from company_change
where ($1::text is null or field = $1 or starts_with(field, $1 || '.'))
  and ($2::uuid is null or part_id = $2)
  and ($3::text is null or actor = $3)
  and ($4::timestamptz is null or at >= $4)
  and ($5::timestamptz is null or at < $5)
  and ($6::bigint is null or id < $6)
order by id desc
limit $7;
