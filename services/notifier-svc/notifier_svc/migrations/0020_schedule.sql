-- Reminders and follow-ups: when a rule's go, how each job goes on, and what waits for its time.

alter table rule add column timing jsonb;   -- of reminders and follow-ups: days, hours, time of day, how often

-- How a job goes on, as far as reminders go by it, and the job as they would tell it. Personal: it goes with the customer.
create table course (
    company_id uuid not null,
    job_id uuid not null,
    customer_id uuid not null,
    state jsonb not null,                    -- visits to come, estimate, invoices, closing; read with each event
    job jsonb not null,                      -- whole; read when something is told
    kept_until timestamptz not null,         -- when nothing of it can be reminded of any more
    primary key (company_id, job_id)
) with (fillfactor = 80);
create index course_customer on course (customer_id);
create index course_over on course (kept_until);
select guard_company_table('course', 'select');

-- One row per thing to remind of and rule. Rows that are through stay with their course, so that nothing is told twice.
create table schedule (
    company_id uuid not null,
    job_id uuid not null,
    subject_id uuid not null,                -- visit or invoice; the job itself for its estimate and closing
    rule_id uuid not null,
    version bigint not null,                 -- of the time of what it is about
    told int not null default 0,             -- how many messages are behind it
    made_at timestamptz not null,
    due_at timestamptz,                      -- when to look at it; null: nothing waits
    primary key (company_id, job_id, subject_id, rule_id),
    foreign key (company_id, job_id) references course on delete cascade
);
create index schedule_due on schedule (due_at) where due_at is not null;
select guard_company_table('schedule', 'select');

-- Rules that were made, or go at other times now: the jobs that are known already follow, a slice at a time; and once more
-- a while later, for those that were being written down meanwhile.
create table rule_change (
    seq bigint generated always as identity primary key,
    company_id uuid not null,
    rule_id uuid not null,
    due_at timestamptz not null,
    after_job uuid not null default '00000000-0000-0000-0000-000000000000'
);
select guard_company_table('rule_change', 'insert');
