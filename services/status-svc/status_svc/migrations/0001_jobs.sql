-- The catalogue. A status is retired, never deleted: jobs point at it.
create table statuses (
    company_id uuid not null,
    id uuid not null,
    version int not null,
    name text not null,
    colour text not null,
    position int not null,
    closes boolean not null,
    allow_tech_skip boolean not null,
    hold_seconds int not null,
    active boolean not null default true,
    primary key (company_id, id)
);
select guard_company_table('statuses');

-- The last job number of each company. Its row stays locked until the booking commits: numbers have no gaps.
create table job_numbers (
    company_id uuid primary key,
    last int not null
);
select guard_company_table('job_numbers');

create table jobs (
    company_id uuid not null,
    id uuid not null,
    version int not null,
    number int not null,
    external_id text,
    kind text not null check (kind in ('estimate', 'job')),
    title text not null,
    status_id uuid not null,
    previous_status_id uuid,
    customer_id uuid not null,
    service_address_id uuid not null,
    lines jsonb not null,
    currency text not null,
    total numeric(12, 2) not null,
    created_at timestamptz not null,
    closed_at timestamptz,
    cancelled_at timestamptz,
    primary key (company_id, id),
    foreign key (company_id, status_id) references statuses,
    foreign key (company_id, previous_status_id) references statuses
);
create unique index jobs_number on jobs (company_id, number);
create unique index jobs_external_id on jobs (company_id, external_id) where external_id is not null;
create index jobs_customer on jobs (company_id, customer_id, number);
create index jobs_status on jobs (company_id, status_id, number);
select guard_company_table('jobs');

create table visits (
    company_id uuid not null,
    id uuid not null,
    job_id uuid not null,
    starts_at timestamptz not null,
    ends_at timestamptz not null,
    zone text not null,
    technicians jsonb not null,
    cancelled boolean not null,
    schedule_version int not null,
    primary key (company_id, id),
    foreign key (company_id, job_id) references jobs
);
create index visits_job on visits (company_id, job_id);
select guard_company_table('visits');

create table estimates (
    company_id uuid not null,
    job_id uuid not null,
    schedule_version int not null,
    sent_at timestamptz,
    decision text,
    decided_at timestamptz,
    primary key (company_id, job_id),
    foreign key (company_id, job_id) references jobs
);
select guard_company_table('estimates');

create table invoices (
    company_id uuid not null,
    id uuid not null,
    job_id uuid not null,
    number text not null,
    total numeric(12, 2) not null,
    balance numeric(12, 2) not null,
    due_on date not null,
    schedule_version int not null,
    issued_at timestamptz not null default now(),
    primary key (company_id, id),
    foreign key (company_id, job_id) references jobs
);
create unique index invoices_number on invoices (company_id, number);
create index invoices_job on invoices (company_id, job_id);
select guard_company_table('invoices');

create table payments (
    company_id uuid not null,
    id uuid not null,
    job_id uuid not null,
    invoice_id uuid,
    kind text not null check (kind in ('deposit', 'invoice')),
    amount numeric(12, 2) not null check (amount > 0),
    method text not null,
    received_at timestamptz not null,
    primary key (company_id, id),
    foreign key (company_id, job_id) references jobs,
    foreign key (company_id, invoice_id) references invoices
);
create index payments_job on payments (company_id, job_id);
select guard_company_table('payments');

-- What happened to a job, in order; `detail` is the event without the job.
create table job_events (
    company_id uuid not null,
    id uuid not null,
    job_id uuid not null,
    seq bigint generated always as identity,
    type text not null,
    happened_at timestamptz not null,
    job_version int not null,
    status_name text not null,
    detail jsonb not null,
    primary key (company_id, id),
    foreign key (company_id, job_id) references jobs
);
create index job_events_job on job_events (company_id, job_id, seq);
select guard_company_table('job_events');

create function status_of(s statuses) returns jsonb language sql immutable as $$
    select case when s.id is null then null else jsonb_build_object(
        'id', s.id, 'name', s.name, 'colour', s.colour, 'closes', s.closes,
        'allow_tech_skip', s.allow_tech_skip, 'hold_seconds', s.hold_seconds) end
$$;

-- A job as the contract has it; the caller's row-level security applies.
create view job_snapshots with (security_invoker = true) as
select j.company_id, j.id, j.version, j.number, j.external_id, j.kind, j.title,
       j.status_id, status_of(s) as status, status_of(p) as previous_status,
       j.customer_id, j.service_address_id,
       (select coalesce(jsonb_agg(to_jsonb(v) order by v.starts_at, v.id), '[]')
        from visits v where v.company_id = j.company_id and v.job_id = j.id) as visits,
       j.lines, j.currency, j.total,
       j.total - (select coalesce(sum(amount), 0)
                  from payments m where m.company_id = j.company_id and m.job_id = j.id) as balance,
       j.created_at, j.closed_at, j.cancelled_at
from jobs j
join statuses s on s.company_id = j.company_id and s.id = j.status_id
left join statuses p on p.company_id = j.company_id and p.id = j.previous_status_id;

do $$
begin
    execute format('grant select on job_snapshots to %I, %I', service_role('api'), service_role('worker'));
end
$$;
