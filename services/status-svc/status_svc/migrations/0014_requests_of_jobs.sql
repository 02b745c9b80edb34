-- outside a transaction
-- What a job was booked for.
create index concurrently service_requests_job on service_requests (company_id, job_id, seq) where job_id is not null;
