-- name: erase_again!
-- What was being written when the customer was deleted is committed after: it is erased a while later.
insert into erasure (company_id, customer_id, due_at) values ($1, $2, now() + $3::interval) on conflict do nothing;

-- name: due_erasures
delete from erasure e
where (e.company_id, e.customer_id) in (
    select company_id, customer_id from erasure where due_at <= now() order by due_at limit 20 for update skip locked)
returning company_id, customer_id;

-- name: forget_answers!
-- Answers kept for repeated requests: about the customer, a job or request of theirs, or a note on such a job.
with about as (
    select $2::uuid as id
    union all
    select n.id from notes n join jobs j on j.company_id = n.company_id and j.id = n.job_id
    where j.company_id = $1 and j.customer_id = $2
)
delete from idempotency i using about a
where i.company_id = $1 and position(convert_to(a.id::text, 'UTF8') in i.body) > 0;

-- name: forget_unpublished!
-- Their requests, as far as they wait for the broker.
delete from outbox
where company_id = $1 and topic = $3
  and key in (select id::text from service_requests where company_id = $1 and customer_id = $2);

-- name: forget_requests!
delete from service_requests where company_id = $1 and customer_id = $2;

-- name: forget_visit_requests!
delete from visit_requests where company_id = $1 and customer_id = $2;

-- name: lock_pictures_of
-- The pictures of the customer's jobs; who shows one of them elsewhere at this moment ends first.
select company_id, sha256 from images
where company_id = $1 and sha256 in (
    select unnest(n.images) from notes n join jobs j on j.company_id = n.company_id and j.id = n.job_id
    where j.company_id = $1 and j.customer_id = $2
    union
    select s.image from signatures s join jobs j on j.company_id = s.company_id and j.id = s.job_id
    where j.company_id = $1 and j.customer_id = $2)
order by sha256
for update;

-- name: lock_stray_pictures
-- Pictures that nothing shows, a day after they came: never used, or replaced by another. One pass over all notes:
-- looking for those of each picture would take minutes.
select company_id, sha256 from images i
where added_at < now() - interval '1 day'
  and not exists (
      select from (
          select company_id, unnest(images) as sha256 from notes
          union all
          select company_id, image from signatures
      ) shown
      where shown.company_id = i.company_id and shown.sha256 = i.sha256)
limit $1
for update skip locked;

-- name: forget_notes!
delete from notes n using jobs j
where j.company_id = $1 and j.customer_id = $2 and n.company_id = j.company_id and n.job_id = j.id;

-- name: forget_signatures!
delete from signatures s using jobs j
where j.company_id = $1 and j.customer_id = $2 and s.company_id = j.company_id and s.job_id = j.id;

-- name: drop_unused_pictures!
-- Of these, what nothing shows: on a snapshot taken after the lock, so that a note committed in between is seen.
delete from images i using unnest($1::uuid[], $2::text[]) as locked (company_id, sha256)
where i.company_id = locked.company_id and i.sha256 = locked.sha256
  and not exists (select from notes n where n.company_id = i.company_id and n.images @> array[i.sha256])
  and not exists (select from signatures s where s.company_id = i.company_id and s.image = i.sha256);
