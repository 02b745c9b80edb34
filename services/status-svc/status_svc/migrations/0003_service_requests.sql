-- What customers ask for, before it is a job.
create table service_requests (
    company_id uuid not null,
    id uuid not null,
    seq bigint generated always as identity,
    version int not null,
    state text not null check (state in ('received', 'accepted', 'rejected')),
    customer_id uuid not null,
    service_address_id uuid not null,
    summary text not null,
    received_at timestamptz not null,
    reason text,
    job_id uuid,
    primary key (company_id, id),
    foreign key (company_id, job_id) references jobs
);
create index service_requests_newest on service_requests (company_id, seq);
create index service_requests_customer on service_requests (company_id, customer_id, seq);
select guard_company_table('service_requests');
