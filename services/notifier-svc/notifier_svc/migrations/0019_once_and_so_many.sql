-- What is told once, or so many times a day, or when all is said: the database decides who was first.

-- The places that a company's cap leaves a recipient on a day of their own: who has none waits.
create table cap_place (
    company_id uuid not null,
    address_hash bytea not null,             -- keyed, of company, channel and address
    day date not null,
    slot int not null,                       -- 1 to the cap
    delivery_id uuid not null,
    primary key (address_hash, day, slot)
);
create unique index cap_place_of_delivery on cap_place (delivery_id, day);
create index cap_place_day on cap_place (day);
select guard_company_table('cap_place', 'select');

-- Rules that tell of each job once, and what they told.
alter table rule add column once_per_job boolean not null default false;
create table told_once (
    company_id uuid not null,
    rule_id uuid not null,
    job_id uuid not null,
    occurrence_id uuid not null,
    primary key (company_id, rule_id, job_id)
);
select guard_company_table('told_once', 'select');

-- Changes of a job that are told together, as the job is when the window ends.
create table change_window (
    company_id uuid not null,
    job_id uuid not null,
    customer_id uuid not null,
    ends_at timestamptz not null,
    headers jsonb not null,                  -- of the event that opened it
    body bytea not null,                     -- the same event, with all that changed since
    primary key (company_id, job_id)
);
create index change_window_end on change_window (ends_at);
select guard_company_table('change_window', 'select');
