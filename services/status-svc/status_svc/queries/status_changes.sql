-- name: add_status_changes!
insert into status_changes (company_id, status_id, version, actor, actor_name, role, how, field, old, new)
select t.company_id, t.status_id, t.version, $1, $2, $3, $4, t.field, t.old::jsonb, t.new::jsonb
from unnest($5::uuid[], $6::uuid[], $7::int[], $8::text[], $9::text[], $10::text[])
    as t (company_id, status_id, version, field, old, new);

-- name: list_status_changes
select id, at, status_id, version, actor, actor_name, role, how, field, old, new
from status_changes
where ($1::uuid is null or status_id = $1)
  and ($2::text is null or actor = $2)
  and ($3::timestamptz is null or at >= $3)
  and ($4::timestamptz is null or at < $4)
  and ($5::bigint is null or id < $5)
order by id desc
limit $6;
