-- name: add_consent!
insert into consent_ledger (company_id, customer_id, person_id, phone_id, channel, state, source, wording, actor)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9);

-- name: consent_of_customer
select id, at, channel, person_id, phone_id, state, source, wording, actor
from consent_ledger
where company_id = $1 and customer_id = $2 and ($3::bigint is null or id < $3)
order by id desc
limit $4;

-- name: opted_out
-- Of these numbers those of which some phone of the company has opted out.
select distinct number from phone where company_id = $1 and number = any($2::text[]) and sms_consent = 'revoked';

-- name: last_asked$
select max(at) from consent_ledger where company_id = $1 and phone_id = $2 and channel = 'sms' and state = 'requested';

-- name: consent_before_stop$
-- What the phone's owner had said before the STOP that counts now.
select state from consent_ledger
where company_id = $1 and phone_id = $2 and channel = 'sms' and state <> 'revoked'
order by id desc limit 1;

-- name: forget_typed_sources!
-- What the service itself wrote names nobody: a question has its wording, an answer its owner as the actor.
update consent_ledger set source = 'erased with the customer'
where company_id = $1 and customer_id = $2 and wording is null and actor <> 'customer';
