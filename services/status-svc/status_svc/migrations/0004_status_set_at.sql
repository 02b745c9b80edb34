-- When the status was set: one that is set, undone and set again is told once, as of the last time.

alter table jobs add column status_set_at timestamptz;

create or replace view job_snapshots with (security_invoker = true) as
select j.company_id, j.id, j.version, j.number, j.external_id, j.kind, j.title,
       j.status_id, status_of(s) as status, status_of(p) as previous_status,
       j.customer_id, j.service_address_id,
       (select coalesce(jsonb_agg(to_jsonb(v) order by v.starts_at, v.id), '[]')
        from visits v where v.company_id = j.company_id and v.job_id = j.id) as visits,
       j.lines, j.currency, j.total,
       j.total - (select coalesce(sum(amount), 0)
                  from payments m where m.company_id = j.company_id and m.job_id = j.id) as balance,
       j.created_at, j.closed_at, j.cancelled_at, j.status_set_at
from jobs j
join statuses s on s.company_id = j.company_id and s.id = j.status_id
left join statuses p on p.company_id = j.company_id and p.id = j.previous_status_id;
