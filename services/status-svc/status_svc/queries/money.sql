-- name: get_estimate^
select schedule_version, sent_at, expires_on, decision, decided_at from estimates where job_id = $1;

-- name: save_estimate!
insert into estimates (company_id, job_id, schedule_version, sent_at, expires_on, decision, decided_at)
values ($1, $2, $3, $4, $5, $6, $7)
on conflict (company_id, job_id) do update
set schedule_version = excluded.schedule_version, sent_at = excluded.sent_at, expires_on = excluded.expires_on,
    decision = excluded.decision, decided_at = excluded.decided_at;

-- name: invoices_of
select id, number, total, balance, due_on, schedule_version, issued_at, overdue_at
from invoices where job_id = $1 order by issued_at, number;

-- name: save_invoice!
insert into invoices (company_id, job_id, id, number, total, balance, due_on, schedule_version, issued_at,
                      overdue_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
on conflict (company_id, id) do update set balance = excluded.balance, overdue_at = excluded.overdue_at;

-- name: payments_of
select id, kind, amount, method, received_at, invoice_id from payments where job_id = $1 order by received_at, id;

-- name: add_payment!
insert into payments (company_id, job_id, id, invoice_id, kind, amount, method, received_at)
values ($1, $2, $3, $4, $5, $6, $7, $8);
