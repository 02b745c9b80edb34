-- name: add_changes!
insert into change (company_id, resource, resource_id, version, actor, actor_name, role, how, field, old, new)
select t.company_id, t.resource, t.resource_id, t.version, $1, $2, $3, $4, t.field, t.old::jsonb, t.new::jsonb
from unnest($5::uuid[], $6::text[], $7::uuid[], $8::bigint[], $9::text[], $10::text[], $11::text[])
    as t (company_id, resource, resource_id, version, field, old, new);

-- name: add_change_for_all!
-- In the log of every company that is known here: what became of its pause.
insert into change (company_id, resource, resource_id, actor, role, how, field, old, new)
select s.company_id, 'pause', s.company_id, $1, $2, $3, 'paused_for_all', to_jsonb(not $4), to_jsonb($4::boolean)
from snapshot_generation g join snapshot s on s.kind = g.kind and s.generation = g.active
where g.kind = 'companies' and s.data is not null;

-- name: list_changes
select id, at, resource, resource_id, version, actor, actor_name, role, how, field, old, new
from change
where ($1::text is null or resource = $1)
  and ($2::uuid is null or resource_id = $2)
  and ($3::text is null or actor = $3)
  and ($4::timestamptz is null or at >= $4)
  and ($5::timestamptz is null or at < $5)
  and ($6::bigint is null or id < $6)
order by id desc
limit $7;
