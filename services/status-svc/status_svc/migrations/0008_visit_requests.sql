-- What customers ask for about a visit: another time, or none.
create table visit_requests (
    company_id uuid not null,
    id uuid not null,
    seq bigint generated always as identity,
    state text not null check (state in ('open', 'accepted', 'declined')),
    customer_id uuid not null,
    job_id uuid not null,
    visit_id uuid not null,  -- of the job; a visit that is left out of it later is gone
    wish text not null check (wish in ('move', 'cancel')),
    starts_at timestamptz,
    ends_at timestamptz,
    words text,
    asked_at timestamptz not null,
    reason text,
    answered_at timestamptz,
    primary key (company_id, id),
    foreign key (company_id, job_id) references jobs
);
create unique index visit_requests_open on visit_requests (company_id, visit_id) where state = 'open';
create index visit_requests_waiting on visit_requests (company_id, seq) where state = 'open';
create index visit_requests_newest on visit_requests (company_id, seq);
create index visit_requests_customer on visit_requests (company_id, customer_id, seq);
create index visit_requests_job on visit_requests (company_id, job_id, seq);
select guard_company_table('visit_requests');
