-- name: sender^
select s.company_id, s.version, s.from_address, s.reply_to, s.account_sid, s.auth_token, s.messaging_service_sid,
       s.messages_per_second, s.keywords_answered_by, s.dkim_selector, s.dkim_key, s.dkim_record, n.numbers
from sender s
cross join lateral (
    select array_agg(number order by position) as numbers from sender_number where company_id = s.company_id
) n
where s.company_id = $1;

-- name: senders
select s.company_id, s.version, s.from_address, s.reply_to, s.account_sid, s.auth_token, s.messaging_service_sid,
       s.messages_per_second, s.keywords_answered_by, s.dkim_selector, s.dkim_key, s.dkim_record, n.numbers
from sender s
cross join lateral (
    select array_agg(number order by position) as numbers from sender_number where company_id = s.company_id
) n
where s.company_id = any($1::uuid[]);

-- name: lock_sender!
-- Keeps two first writers apart, too. What is read after it is what the last writer left.
select pg_advisory_xact_lock(hashtextextended('sender' || $1::uuid, 0));

-- name: put_sender!
insert into sender as s (company_id, version, from_address, reply_to, account_sid, auth_token, messaging_service_sid,
                         messages_per_second, keywords_answered_by, dkim_selector, dkim_key, dkim_record)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
on conflict (company_id) do update
set version = excluded.version, from_address = excluded.from_address, reply_to = excluded.reply_to,
    account_sid = excluded.account_sid, auth_token = excluded.auth_token,
    messaging_service_sid = excluded.messaging_service_sid, messages_per_second = excluded.messages_per_second,
    keywords_answered_by = excluded.keywords_answered_by, dkim_selector = excluded.dkim_selector,
    dkim_key = excluded.dkim_key, dkim_record = excluded.dkim_record, updated_at = now();

-- name: drop_numbers!
with gone as (
    delete from sender_number where company_id = $1 returning number
)
insert into former_number (company_id, number) select $1, number from gone
on conflict (company_id, number) do update set until = now();

-- name: add_numbers!
insert into sender_number (company_id, number, position)
select $1, number, position from unnest($2::text[]) with ordinality as t (number, position);

-- name: sealed_secrets
select company_id, auth_token, dkim_key from sender where auth_token is not null or dkim_key is not null
order by company_id for update;

-- name: reseal!
update sender s set auth_token = t.auth_token, dkim_key = t.dkim_key
from unnest($1::uuid[], $2::bytea[], $3::bytea[]) as t (company_id, auth_token, dkim_key)
where s.company_id = t.company_id;
