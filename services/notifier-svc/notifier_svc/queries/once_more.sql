-- name: once_more^
select version, categories from once_more where company_id = $1;

-- name: lock_once_more!
-- Keeps two first writers apart, too.
select pg_advisory_xact_lock(hashtextextended('once more' || $1::uuid, 0));

-- name: put_once_more!
insert into once_more (company_id, version, categories) values ($1, $2, $3)
on conflict (company_id) do update
set version = excluded.version, categories = excluded.categories, changed_at = now();
