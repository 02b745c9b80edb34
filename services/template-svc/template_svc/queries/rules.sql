-- name: rules_of_templates
-- Of one company, as row-level security has it.
select s.data
from snapshot_generation g join snapshot s on s.kind = g.kind and s.generation = g.active
where g.kind = 'rules' and s.kind = 'rules' and s.data ->> 'template_id' = any($1::text[])
order by s.data ->> 'name', s.id;
