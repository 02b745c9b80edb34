-- name: statuses_of
select s.id, s.data::text as data
from snapshot_generation g join snapshot s on s.kind = g.kind and s.generation = g.active
where g.kind = 'statuses' and s.kind = 'statuses' and s.company_id = $1;
