-- name: add_image!
-- The same one again is kept once, and counts as new: it has a day to be shown somewhere.
insert into images (company_id, sha256, content_type, data) values ($1, $2, $3, $4)
on conflict (company_id, sha256) do update set added_at = now();

-- name: get_image^
select content_type, data from images where sha256 = $1;

-- name: known_images
-- The lock keeps them until they are shown.
select sha256 from images where sha256 = any ($1::text[]) order by sha256 for key share;

-- name: add_note!
insert into notes (company_id, id, job_id, text, images, author_id, author_name, written_at)
values ($1, $2, $3, $4, $5, $6, $7, $8);

-- name: newest_notes
-- Newest first, each with how many there are.
select text, author_name, written_at, count(*) over () as total
from notes where job_id = $1 order by seq desc limit $2;

-- name: list_notes
select id, seq, text, images, author_id, author_name, written_at
from notes where job_id = $1 and ($2::bigint is null or seq > $2) order by seq limit $3;

-- name: save_signature!
insert into signatures (company_id, job_id, signed_by, image, signed_at) values ($1, $2, $3, $4, $5)
on conflict (company_id, job_id) do update
set signed_by = excluded.signed_by, image = excluded.image, signed_at = excluded.signed_at;

-- name: get_signature^
select signed_by, image, signed_at from signatures where job_id = $1;

-- name: get_signed_picture^
select s.signed_by, s.signed_at, i.data as picture
from signatures s join images i on i.company_id = s.company_id and i.sha256 = s.image
where s.job_id = $1;
