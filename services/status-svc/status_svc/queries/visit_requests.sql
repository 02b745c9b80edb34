-- name: has_open_visit_request$
select exists (select from visit_requests where visit_id = $1 and state = 'open');

-- name: add_visit_request!
insert into visit_requests (company_id, id, state, customer_id, job_id, visit_id, wish, starts_at, ends_at, words, asked_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11);

-- name: save_visit_request!
update visit_requests set state = $2, reason = $3, answered_at = $4 where id = $1;

-- name: decline_gone_visit_requests!
-- Open requests of job $1 about other visits than these.
update visit_requests set state = 'declined', reason = $3, answered_at = $4
where job_id = $1 and state = 'open' and visit_id <> all ($2::uuid[]);

-- name: get_visit_request^
select id, state, customer_id, job_id, visit_id, wish, starts_at, ends_at, words, asked_at, reason, answered_at
from visit_requests where id = $1;

-- name: list_visit_requests
-- Newest first; null parameters do not filter.
select seq, id, state, customer_id, job_id, visit_id, wish, starts_at, ends_at, words, asked_at, reason, answered_at
from visit_requests
where ($1::bigint is null or seq < $1) and ($2::text is null or state = $2) and ($3::uuid is null or customer_id = $3)
  and ($4::uuid is null or job_id = $4)
order by seq desc limit $5;
