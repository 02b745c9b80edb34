-- name: tried^
-- Of the try that a callback is about: whose it was, and where it went.
select a.company_id, a.provider_id, d.channel, d.customer_id, d.recipient_id, p.address
from attempt a
join delivery d on d.occurred_month = a.occurred_month and d.id = a.delivery_id
left join destination p on p.company_id = d.company_id and p.id = d.destination_id
where a.occurred_month = $1 and a.delivery_id = $2 and a.n = $3;

-- name: add_receipt!
insert into receipt (occurred_month, delivery_id, n, status, company_id, error_code, provider_id)
values ($1, $2, $3, $4, $5, $6, $7)
on conflict do nothing;

-- name: words_of_try$
select body from rendering where occurred_month = $1 and delivery_id = $2 and n = $3;
