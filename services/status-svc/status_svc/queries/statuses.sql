-- name: all_statuses
select id, company_id, version, name, colour, position, closes, allow_tech_skip, hold_seconds, active
from statuses order by active desc, position, name;

-- name: get_status^
select id, company_id, version, name, colour, position, closes, allow_tech_skip, hold_seconds, active
from statuses where id = $1;

-- name: add_missing_statuses
insert into statuses (company_id, id, version, name, colour, position, closes, allow_tech_skip, hold_seconds, active)
select * from unnest($1::uuid[], $2::uuid[], $3::int[], $4::text[], $5::text[], $6::int[], $7::boolean[], $8::boolean[],
                     $9::int[], $10::boolean[])
on conflict (company_id, id) do nothing
returning id;

-- name: save_statuses!
update statuses s
set version = new.version, name = new.name, colour = new.colour, position = new.position, closes = new.closes,
    allow_tech_skip = new.allow_tech_skip, hold_seconds = new.hold_seconds, active = new.active
from unnest($1::uuid[], $2::uuid[], $3::int[], $4::text[], $5::text[], $6::int[], $7::boolean[], $8::boolean[],
            $9::int[], $10::boolean[])
     as new (company_id, id, version, name, colour, position, closes, allow_tech_skip, hold_seconds, active)
where s.company_id = new.company_id and s.id = new.id;
