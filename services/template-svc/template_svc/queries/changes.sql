-- name: add_changes!
insert into template_change (company_id, template_id, version, at, actor, actor_name, how, field, old, new)
select t.company_id, t.template_id, t.version, t.at, t.actor, t.actor_name, t.how, t.field, t.old::jsonb, t.new::jsonb
from unnest($1::uuid[], $2::uuid[], $3::bigint[], $4::timestamptz[], $5::text[], $6::text[], $7::text[], $8::text[],
            $9::text[], $10::text[])
    as t (company_id, template_id, version, at, actor, actor_name, how, field, old, new);

-- name: list_changes
select id, template_id, version, at, actor, actor_name, how, field, old, new
from template_change
where ($1::uuid is null or template_id = $1)
  and ($2::text is null or actor = $2)
  and ($3::timestamptz is null or at >= $3)
  and ($4::timestamptz is null or at < $4)
  and ($5::bigint is null or id < $5)
order by id desc
limit $6;
