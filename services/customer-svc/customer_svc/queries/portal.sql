-- name: invite$
-- A link that holds is sent again; else there is a new one. Returns its id.
insert into portal_account as mine (company_id, email_id, customer_id, normalised, invitation_id, invitation_expires_at, invited_at,
                                    asked)
values ($1, $2, $3, $4, $5, $6, now(), $7)
on conflict (company_id, email_id) do update
set invitation_id = case when mine.invitation_expires_at > now() then mine.invitation_id else excluded.invitation_id end,
    invitation_expires_at = excluded.invitation_expires_at, invited_at = now(), asked = mine.asked + excluded.asked
returning invitation_id;

-- name: drop_accounts_of_other_addresses!
-- What signed in by an address that is another one now.
delete from portal_account a using email_address e
where a.company_id = $1 and a.customer_id = $2 and e.company_id = a.company_id and e.id = a.email_id
  and e.normalised <> a.normalised;

-- name: signs_in_elsewhere$
-- Whether somebody else signs in with this address.
select exists (
    select from portal_account where company_id = $1 and normalised = $2 and email_id <> $3 and confirmed_at is not null);

-- name: portal_account_of^
select a.email_id, a.customer_id, a.confirmed_at, a.password_hash, a.normalised, e.contact_id
from portal_account a join email_address e on e.company_id = a.company_id and e.id = a.email_id
where a.company_id = $1 and a.email_id = $2;

-- name: portal_account_with^
-- Who signs in with an address.
select a.email_id, a.customer_id, a.confirmed_at, a.password_hash, a.normalised, e.contact_id
from portal_account a join email_address e on e.company_id = a.company_id and e.id = a.email_id
where a.company_id = $1 and a.normalised = $2 and a.confirmed_at is not null;

-- name: sign_in_addresses
select a.email_id
from contact c
join email_address e on e.company_id = c.company_id and e.contact_id = c.id
join portal_account a on a.company_id = e.company_id and a.email_id = e.id
where c.company_id = $1 and c.customer_id = any($2::uuid[]) and a.confirmed_at is not null;

-- name: portal_account_to_remind^
-- Who has an account by this address, confirmed or not, unless they were written to a while ago: a minute, and twice as
-- long each time they ask.
select a.email_id, a.customer_id, a.confirmed_at, a.password_hash, a.normalised, e.contact_id
from portal_account a join email_address e on e.company_id = a.company_id and e.id = a.email_id
where a.company_id = $1 and a.normalised = $2
  and (a.invited_at is null or a.invited_at <= now() - least(interval '1 day', $3::interval * power(2, least(a.asked, 20))))
order by a.confirmed_at nulls last
limit 1
for update of a;

-- name: invited^
select a.email_id, a.customer_id, a.confirmed_at, a.password_hash, a.normalised, e.contact_id
from portal_account a join email_address e on e.company_id = a.company_id and e.id = a.email_id
where a.company_id = $1 and a.invitation_id = $2 and a.invitation_expires_at > now()
for update of a;

-- name: confirm!
update portal_account
set password_hash = $3, confirmed_at = coalesce(confirmed_at, now()), invitation_id = null, invitation_expires_at = null,
    invited_at = null, asked = 0
where company_id = $1 and email_id = $2;

-- name: add_session!
with seen as (update portal_account set signed_in_at = now() where company_id = $1 and email_id = $3)
insert into portal_session (company_id, token_hash, email_id, expires_at) values ($1, $2, $3, now() + $4::interval);

-- name: portal_accounts_of_customer
-- Every email address of a customer's contacts, and what is known of who signs in by it.
select c.id as contact_id, e.id as email_id, e.address, e.normalised, a.invited_at, a.invitation_expires_at, a.confirmed_at,
       a.signed_in_at
from contact c
join email_address e on e.company_id = c.company_id and e.contact_id = c.id
left join portal_account a on a.company_id = e.company_id and a.email_id = e.id
where c.company_id = $1 and c.customer_id = $2
order by c.position, e.position;

-- name: portal_session^
select s.company_id, s.email_id
from portal_session s where s.token_hash = $1 and s.expires_at > now();

-- name: drop_session!
delete from portal_session where token_hash = $1;

-- name: drop_sessions_of!
delete from portal_session where company_id = $1 and email_id = $2;

-- name: count_attempt^
-- One more try, counted before its password is looked at; none while locked.
insert into sign_in_attempt as mine (company_id, address_hash, failures, tried_at)
values ($1, $2, 1, now())
on conflict (company_id, address_hash) do update
set failures = mine.failures + 1, tried_at = now(), locked_until = null
where mine.locked_until is null or mine.locked_until <= now()
returning failures;

-- name: locked_until
select address_hash, locked_until from sign_in_attempt
where company_id = $1 and address_hash = any($2::bytea[]) and locked_until > now();

-- name: locked_for$
select ceil(extract(epoch from locked_until - now()))::int from sign_in_attempt where company_id = $1 and address_hash = $2;

-- name: lock_sign_in!
update sign_in_attempt set locked_until = now() + $3::interval where company_id = $1 and address_hash = $2;

-- name: forget_attempts!
delete from sign_in_attempt where company_id = $1 and address_hash = $2;

-- name: forget_old_attempts!
delete from sign_in_attempt where tried_at < now() - interval '1 day';

-- name: forget_old_sessions!
delete from portal_session where expires_at < now();

-- name: company_with_slug$
select company_id from company where slug = $1;
