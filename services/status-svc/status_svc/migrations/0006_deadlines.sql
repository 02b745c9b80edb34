-- When something happens to a job by itself: its estimate runs out, or its invoice becomes overdue. A job waits for one
-- of them at most; the row goes when it happened, or no longer can.
create table deadlines (
    company_id uuid not null,
    job_id uuid not null,
    due_at timestamptz not null,
    primary key (company_id, job_id),
    foreign key (company_id, job_id) references jobs
);
create index deadlines_due on deadlines (due_at);

alter table estimates add column expires_on date;
alter table invoices add column overdue_at timestamptz;

-- Invoices that are open already, by their company's clock. The owner sees no row of a guarded table; for this once it must.
alter table invoices no force row level security;
alter table jobs no force row level security;
alter table snapshot no force row level security;

insert into deadlines (company_id, job_id, due_at)
select i.company_id, i.job_id, (i.due_on + 1)::timestamp at time zone coalesce(c.zone, 'UTC')
from invoices i
join jobs j on j.company_id = i.company_id and j.id = i.job_id
left join lateral (select s.data ->> 'zone' as zone from snapshot s
                   where s.kind = 'companies' and s.id = i.company_id and s.data is not null
                   order by s.generation limit 1) c on true
where i.balance > 0 and j.cancelled_at is null
on conflict do nothing;

alter table invoices force row level security;
alter table jobs force row level security;
alter table snapshot force row level security;
select guard_company_table('deadlines');
