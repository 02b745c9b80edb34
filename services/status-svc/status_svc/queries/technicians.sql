-- name: all_technicians
select id, name, photo_url from technicians order by name, id;

-- name: get_technician^
select id, name, photo_url from technicians where id = $1;

-- name: save_technician!
insert into technicians (company_id, id, name) values ($1, $2, $3)
on conflict (company_id, id) do update set name = excluded.name;

-- name: set_photo_url!
update technicians set photo_url = $2 where id = $1;

-- name: photos_of
select id, photo_url from technicians where id = any ($1::uuid[]) and photo_url is not null;

-- name: add_photo!
insert into technician_photos (company_id, technician_id, sha256, content_type, data) values ($1, $2, $3, $4, $5)
on conflict do nothing;

-- name: drop_photos!
delete from technician_photos where technician_id = $1;

-- name: find_photo^
select content_type, data from technician_photos where sha256 = $1 limit 1;

-- name: jobs_to_come_of
-- Jobs that go on, with a visit of the technician that is not over.
select distinct v.job_id
from visits v join jobs j on j.company_id = v.company_id and j.id = v.job_id
where v.ends_at > $2 and v.technicians @> jsonb_build_array(jsonb_build_object('id', $1::uuid::text)) and j.cancelled_at is null
order by v.job_id;
