-- name: read_only!
-- From here on this transaction changes nothing, whatever the code says.
set transaction read only;

-- name: parked_jobs
-- What was told last of these jobs, where it waits for the customer's profile.
select distinct on (headers ->> 'ce_subject') headers ->> 'ce_subject' as job_id,
       (convert_from(body, 'UTF8')::jsonb -> 'job')::text as job
from parked
where company_id = current_company() and headers ->> 'ce_subject' = any($1::text[])
order by headers ->> 'ce_subject', seq desc;

-- name: window_of_job^
-- The window in which changes of a job gather, if it is open: what it tells so far, and when it ends.
select headers, body, ends_at from change_window where company_id = current_company() and job_id = $1;

-- name: destinations_texted_lately
-- Which of these numbers of some customers got a text in so long a time.
select distinct destination_id from delivery
where company_id = current_company() and customer_id = any($1::uuid[]) and planned_at > now() - $3::interval
  and destination_id = any($2::uuid[]) and channel = 'sms' and state in ('sent', 'delivered');
