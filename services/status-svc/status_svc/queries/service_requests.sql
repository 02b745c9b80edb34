-- name: add_request!
insert into service_requests (company_id, id, version, state, customer_id, service_address_id, summary, received_at)
values ($1, $2, $3, $4, $5, $6, $7, $8);

-- name: save_request!
update service_requests set version = $2, state = $3, reason = $4, job_id = $5 where id = $1;

-- name: get_request^
select company_id, id, version, state, customer_id, service_address_id, summary, received_at, reason, job_id
from service_requests where id = $1;

-- name: get_request_for_update^
select company_id, id, version, state, customer_id, service_address_id, summary, received_at, reason, job_id
from service_requests where id = $1 for update;

-- name: list_requests
-- Newest first; null parameters do not filter.
select seq, company_id, id, version, state, customer_id, service_address_id, summary, received_at, reason, job_id
from service_requests
where ($1::bigint is null or seq < $1) and ($2::text is null or state = $2) and ($3::uuid is null or customer_id = $3)
  and ($4::uuid is null or job_id = $4)
order by seq desc limit $5;
