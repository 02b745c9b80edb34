-- name: add_block^
-- One more reason not to write there; nothing where it is blocked for the same reason already.
insert into block (company_id, channel, address_hash, scope, cause, masked_address, note, actor, expires_at, customer_id,
                   person_id, phones)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
on conflict (address_hash, scope, cause) do update
set expires_at = excluded.expires_at, note = excluded.note, actor = excluded.actor, created_at = now(),
    customer_id = excluded.customer_id, person_id = excluded.person_id, phones = excluded.phones,
    masked_address = coalesce(excluded.masked_address, block.masked_address)
where block.expires_at <= now()
returning id, channel, scope, cause, masked_address, note, actor, created_at, expires_at, customer_id, person_id;

-- name: list_blocks
select id, channel, scope, cause, masked_address, note, actor, created_at, expires_at, customer_id, person_id
from block
where company_id = current_company()
  and (expires_at is null or expires_at > now())
  and ($1::text is null or channel = $1)
  and ($2::text is null or cause = $2)
  and ($3::bytea[] is null or address_hash = any($3))
  and ($4::timestamptz is null or (created_at, id) < ($4, $5::uuid))
order by created_at desc, id desc
limit $6;

-- name: block^
select id, channel, scope, cause, masked_address, note, actor, created_at, expires_at, customer_id, person_id, address_hash
from block
where company_id = current_company() and id = $1 and (expires_at is null or expires_at > now());

-- name: drop_block
delete from block where company_id = current_company() and id = $1 returning id, channel, scope, cause, phones;

-- name: lift_own
-- What its owner asked for, taken back by its owner; of one scope or all.
delete from block where company_id = $1 and address_hash = $2 and cause = $3 and ($4::text is null or scope = $4)
returning id, channel, scope, cause;

-- name: stopped
-- What its owner stopped, and what the office did.
select scope, cause, created_at from block
where company_id = $1 and address_hash = $2 and cause in ('unsubscribed', 'office')
  and (expires_at is null or expires_at > now());
