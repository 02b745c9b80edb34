-- name: add_consent!
insert into consent_ledger (company_id, customer_id, phone_id, state, source, actor) values ($1, $2, $3, $4, $5, $6);
