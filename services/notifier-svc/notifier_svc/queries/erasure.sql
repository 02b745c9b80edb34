-- name: destinations_of
select channel, address from destination where company_id = $1 and customer_id = $2;

-- name: waiting_of
-- What waits or is on its way to the customer; the lock keeps a T2 from beginning meanwhile.
select q.id
from delivery d join queue q on q.id = d.id
where d.company_id = $1 and d.customer_id = $2
order by q.id
for update of q;

-- name: cancel
-- Of these, what is on no wire, tried before or not: on a snapshot taken after the lock, so that a T2 that committed in
-- between is seen. Cancelled even where an earlier try may have arrived: nobody is left to send it to again.
with cancelled as (
    delete from queue q
    where q.id = any($1::uuid[])
      and not (leased and exists (
          select from attempt a where a.occurred_month = q.occurred_month and a.delivery_id = q.id and a.n = q.fence))
    returning q.id, q.occurred_month
)
update delivery d
set state = 'cancelled', reason = 'customer_deleted', detail = null, updated_at = now()
from cancelled c
where d.occurred_month = c.occurred_month and d.id = c.id
returning d.id, d.company_id, d.occurrence_id, d.trigger, d.category, d.channel, d.rule_id, d.template_id,
          d.template_version, d.job_id, d.customer_id, d.recipient_id, d.copy_number, d.attempts, d.occurred_at,
          d.updated_at, d.traceparent;

-- name: forget_words!
delete from rendering r using delivery d
where d.company_id = $1 and d.customer_id = $2 and r.occurred_month = d.occurred_month and r.delivery_id = d.id;

-- name: forget_occurrences!
update occurrence o set data = '{}' from delivery d
where d.company_id = $1 and d.customer_id = $2
  and o.occurred_month = d.occurred_month and o.company_id = d.company_id and o.id = d.occurrence_id;

-- name: forget_unanswered_of!
delete from unanswered where company_id = $1 and customer_id = $2;

-- name: forget_addresses!
with gone as (delete from destination where company_id = $1 and customer_id = $2)
update delivery set destination_id = null, masked_address = null where company_id = $1 and customer_id = $2;

-- name: forget_tests_to!
-- Tests have no customer: their addresses are known by their ids.
with gone as (delete from destination where company_id = $1 and id = any($2::uuid[]))
update delivery set destination_id = null, masked_address = null
where company_id = $1 and trigger = 'test' and destination_id = any($2::uuid[]);

-- name: forget_old_tests!
with gone as (
    delete from destination p
    where p.customer_id = $1 and not exists (
        select from delivery d
        where d.trigger = 'test' and d.destination_id = p.id and d.planned_at > now() - $2::interval)
    returning p.id
)
update delivery d set destination_id = null, masked_address = null
from gone
where d.trigger = 'test' and d.destination_id = gone.id;

-- name: forget_parked!
delete from parked where company_id = $1 and customer_id = $2;

-- name: forget_windows!
delete from change_window where company_id = $1 and customer_id = $2;

-- name: forget_texts!
-- A text of a phone that others have, too, stays theirs.
with shared as (
    update inbound_text set customer_ids = array_remove(customer_ids, $2)
    where company_id = $1 and customer_ids @> array[$2::uuid] and cardinality(customer_ids) > 1
)
delete from inbound_text where company_id = $1 and customer_ids = array[$2::uuid];

-- name: forget_jobs!
-- What was told of them that is not in the log; how they stand names nobody.
delete from snapshot
where kind = 'jobs' and data ? 'whole' and company_id = $1 and data -> 'whole' ->> 'customer_id' = $2::uuid::text;

-- name: erase_again!
-- What was being planned when the customer was deleted may be written after: it is erased a while later.
insert into erasure (company_id, customer_id, due_at) values ($1, $2, now() + $3::interval) on conflict do nothing;

-- name: due_erasures
delete from erasure e
where (e.company_id, e.customer_id) in (
    select company_id, customer_id from erasure where due_at <= now() order by due_at limit 20 for update skip locked)
returning company_id, customer_id;

-- name: forget_texts_from!
delete from inbound_text where company_id = $1 and customer_ids = '{}' and address = any($2::text[]);

-- name: kept_by_others
-- Of these normalised addresses those that other customers of the company have on file.
select known.address from unnest($3::text[]) as known (address)
where exists (
    select from snapshot s join snapshot_generation g on g.kind = s.kind and g.active = s.generation
    where s.kind = 'customers' and s.company_id = $1 and s.id <> $2
      and (emails_of(s.data) ? known.address or jsonb_path_query_array(s.data, '$.**.number') ? known.address));

-- name: forget_masks!
-- Of an address that others have, too ($3), only the note of what the deleted customer wished.
update block set note = null, masked_address = case when address_hash = any($3::bytea[]) then masked_address end
where company_id = $1 and (address_hash = any($2::bytea[]) and address_hash <> all($3::bytea[]) or customer_id = $4);

-- name: forget_answers!
-- Answers kept for repeated requests that are about the customer: a message sent again, say.
delete from idempotency where company_id = $1 and position(convert_to($2::uuid::text, 'UTF8') in body) > 0;

-- name: forget_block_answers!
-- Answers kept for repeated requests show the note and the mask of a block.
delete from idempotency i using block b
where b.company_id = $1
  and (b.address_hash = any($2::bytea[]) and b.address_hash <> all($3::bytea[]) or b.customer_id = $4)
  and i.company_id = b.company_id and position(convert_to(b.id::text, 'UTF8') in i.body) > 0;
