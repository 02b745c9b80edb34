-- name: preview_edit^
-- Of the customers that are chosen: how many there are, how many would differ, in how many places each flag would, and
-- in how many of these it is as the customer set it: says so the newest row about the flag, or the coming of its part,
-- but for edits that were undone.
with chosen as materialized (
    select choose_customers($2, $3, $4, $5, $6, $7, $8, $9, $10, $11) as id
), wanted as (
    select key as flag, split_part(key, '.', 1) as kind, split_part(key, '.', 2) as name, value::boolean
    from jsonb_each($12::jsonb)
), places as (
    select t.customer_id,
        t.confirmations <> ($12::jsonb ->> 'contact.confirmations')::boolean as "contact.confirmations",
        t.text <> ($12 ->> 'contact.text')::boolean as "contact.text",
        t.voice <> ($12 ->> 'contact.voice')::boolean as "contact.voice",
        t.service_specials <> ($12 ->> 'contact.service_specials')::boolean as "contact.service_specials",
        t.service_reminders <> ($12 ->> 'contact.service_reminders')::boolean as "contact.service_reminders",
        t.invoice_reminders <> ($12 ->> 'contact.invoice_reminders')::boolean as "contact.invoice_reminders",
        t.exclude_from_broadcasts <> ($12 ->> 'contact.exclude_from_broadcasts')::boolean
            as "contact.exclude_from_broadcasts",
        false as "email.confirmations", false as "email.status_updates", false as "email.payment_receipts",
        false as "email.invoices"
    from chosen join contact t on t.company_id = $1 and t.customer_id = chosen.id
    union all
    select t.customer_id, false, false, false, false, false, false, false,
        e.confirmations <> ($12 ->> 'email.confirmations')::boolean,
        e.status_updates <> ($12 ->> 'email.status_updates')::boolean,
        e.payment_receipts <> ($12 ->> 'email.payment_receipts')::boolean,
        e.invoices <> ($12 ->> 'email.invoices')::boolean
    from chosen join contact t on t.company_id = $1 and t.customer_id = chosen.id
    join email_address e on e.company_id = $1 and e.contact_id = t.id
), own as (
    select distinct c.customer_id from change c join chosen on chosen.id = c.customer_id
    where c.company_id = $1 and c.how in ('portal', 'preference link')
), differing as (
    select t.customer_id, t.id as contact_id, t.id as part_id, w.flag, 'contacts.flags.' || w.name as field
    from own join contact t on t.company_id = $1 and t.customer_id = own.customer_id
    join wanted w on w.kind = 'contact' and (to_jsonb(t) ->> w.name)::boolean <> w.value
    union all
    select t.customer_id, t.id, e.id, w.flag, 'contacts.emails.flags.' || w.name
    from own join contact t on t.company_id = $1 and t.customer_id = own.customer_id
    join email_address e on e.company_id = $1 and e.contact_id = t.id
    join wanted w on w.kind = 'email' and (to_jsonb(e) ->> w.name)::boolean <> w.value
), overruled as (
    select d.flag, count(*) as places
    from differing d
    where (select r.how
           from (select c.id, c.how, lag(c.how) over (order by c.id desc) as later
                 from change c
                 where c.company_id = $1 and c.customer_id = d.customer_id and c.part_id in (d.part_id, d.contact_id)
                   and c.field in (d.field, 'contacts.emails', 'contacts')) r
           where 'undo of a batch edit' not in (r.how, coalesce(r.later, ''))
           order by r.id desc limit 1) in ('portal', 'preference link')
    group by d.flag
)
select (select count(*)::int from chosen) as customers,
    (select coalesce(jsonb_object_agg(flag, places), '{}') from overruled) as set_by_customers,
    count(distinct customer_id) filter (where
        "contact.confirmations" or "contact.text" or "contact.voice"
        or "contact.service_specials" or "contact.service_reminders" or "contact.invoice_reminders"
        or "contact.exclude_from_broadcasts" or "email.confirmations" or "email.status_updates"
        or "email.payment_receipts" or "email.invoices"
    )::int as changed,
    count(*) filter (where "contact.confirmations") as "contact.confirmations",
    count(*) filter (where "contact.text") as "contact.text",
    count(*) filter (where "contact.voice") as "contact.voice",
    count(*) filter (where "contact.service_specials") as "contact.service_specials",
    count(*) filter (where "contact.service_reminders") as "contact.service_reminders",
    count(*) filter (where "contact.invoice_reminders") as "contact.invoice_reminders",
    count(*) filter (where "contact.exclude_from_broadcasts") as "contact.exclude_from_broadcasts",
    count(*) filter (where "email.confirmations") as "email.confirmations",
    count(*) filter (where "email.status_updates") as "email.status_updates",
    count(*) filter (where "email.payment_receipts") as "email.payment_receipts",
    count(*) filter (where "email.invoices") as "email.invoices"
from places;

-- name: add_batch_edit!
-- Those who are chosen are worked off by id, which is by chance: a slice changes few rows of any page, and each page has
-- room for the new versions of a few.
with chosen as (
    insert into batch_edit_customer (company_id, batch_id, customer_id)
    select $1, $12, id from choose_customers($2, $3, $4, $5, $6, $7, $8, $9, $10, $11) as id order by id
    returning 1
)
insert into batch_edit (company_id, id, mode, flags, actor, actor_name, state, total)
select $1, $12, $13, $14, $15, $16, 'running', count(*) from chosen;

-- name: list_batch_edits
select id, mode, flags, actor, actor_name, state, total, done, changed, restored, created_at, finished_at
from batch_edit
where company_id = $1 and ($2::uuid is null or id = $2)
order by created_at desc, id desc
limit $3;

-- name: lock_batch_edit^
select id from batch_edit where company_id = $1 and id = $2 for update;

-- name: undo_batch_edit!
update batch_edit
set state = 'undoing', position = 0, done = 0, failures = 0, finished_at = null, undone_by = $3, undone_by_name = $4
where company_id = $1 and id = $2;

-- name: batch_edit_at_work^
-- The one that has waited longest of those that nobody works on; the lock lasts for one slice of it. The actor is whoever
-- made it, or had it taken back.
select company_id, id, flags, state, position,
    case when undone_by is null then actor else undone_by end as actor,
    case when undone_by is null then actor_name else undone_by_name end as actor_name
from batch_edit
where state in ('running', 'undoing')
order by worked_at
limit 1
for update skip locked;

-- name: next_of_batch_edit
select position, customer_id
from batch_edit_customer
where company_id = $1 and batch_id = $2 and position > $3
order by position
limit $4;

-- name: lock_customers
select id from customer where company_id = $1 and id = any($2::uuid[]) order by id for update;

-- name: differing_flags
-- Which flags of these customers are not what is wanted.
with wanted as (
    select split_part(flag, '.', 1) as kind, split_part(flag, '.', 2) as flag, value
    from unnest($3::text[], $4::boolean[]) as w (flag, value)
)
select t.customer_id, t.id as part_id, 'contacts.flags.' || w.flag as field, not w.value as old, w.value as new
from contact t join wanted w on w.kind = 'contact'
where t.company_id = $1 and t.customer_id = any($2::uuid[]) and (to_jsonb(t) ->> w.flag)::boolean <> w.value
union all
select t.customer_id, e.id, 'contacts.emails.flags.' || w.flag, not w.value, w.value
from contact t join email_address e on e.company_id = t.company_id and e.contact_id = t.id
join wanted w on w.kind = 'email'
where t.company_id = $1 and t.customer_id = any($2::uuid[]) and (to_jsonb(e) ->> w.flag)::boolean <> w.value;

-- name: flags_to_restore
-- What the edit changed of these customers and nobody has changed since, nor its owner named as it is.
select c.customer_id, c.part_id, c.field, c.new::boolean as old, c.old::boolean as new
from change c
where c.company_id = $1 and c.batch_id = $2 and c.customer_id = any($3::uuid[])
  and not exists (
      select from change later
      where later.company_id = c.company_id and later.customer_id = c.customer_id and later.id > c.id
        and later.part_id = c.part_id and later.field = c.field)
  and (exists (select from contact where company_id = c.company_id and id = c.part_id)
       or exists (select from email_address where company_id = c.company_id and id = c.part_id));

-- name: apply_flags
-- Set flags, raise the versions of their customers, and note it; returns the customers.
with flags as (
    select * from unnest($3::uuid[], $4::uuid[], $5::text[], $6::boolean[], $7::boolean[])
    as f (customer_id, part_id, field, old, new)
), parts as (
    select part_id, jsonb_object_agg(split_part(field, '.', -1), new) as flags from flags group by part_id
), contacts as (
    update contact t
    set (confirmations, text, voice, service_specials, service_reminders, invoice_reminders, exclude_from_broadcasts) = (
        select r.confirmations, r.text, r.voice, r.service_specials, r.service_reminders, r.invoice_reminders,
               r.exclude_from_broadcasts
        from jsonb_populate_record(t, p.flags) r)
    from parts p
    where t.company_id = $1 and t.id = p.part_id
), emails as (
    update email_address e
    set (confirmations, status_updates, payment_receipts, invoices) = (
        select r.confirmations, r.status_updates, r.payment_receipts, r.invoices
        from jsonb_populate_record(e, p.flags) r)
    from parts p
    where e.company_id = $1 and e.id = p.part_id
), raised as (
    update customer c set version = c.version + 1, updated_at = now()
    where c.company_id = $1 and c.id in (select customer_id from flags)
    returning c.id, c.version
), noted as (
    insert into change (company_id, customer_id, version, actor, actor_name, how, field, part_id, old, new, batch_id)
    select $1, f.customer_id, r.version, $8, $9, $10, f.field, f.part_id, to_jsonb(f.old), to_jsonb(f.new), $2
    from flags f join raised r on r.id = f.customer_id
)
select id from raised;

-- name: advance_batch_edit!
update batch_edit
set position = $3, worked_at = clock_timestamp(), failures = 0, done = done + $4, changed = changed + $5,
    restored = restored + $6, state = case when $7 then state when state = 'running' then 'done' else 'undone' end,
    finished_at = case when $7 then null else now() end
where company_id = $1 and id = $2;

-- name: fail_batch_edit!
-- A slice can't be worked off: others take their turns, and after five tries this one is given up.
update batch_edit
set failures = failures + 1, worked_at = clock_timestamp(),
    state = case when failures < 4 then state else 'failed' end,
    finished_at = case when failures < 4 then null else now() end
where company_id = $1 and id = $2;

-- name: drop_batch_edit_customers!
-- Who was chosen is of no use once it can't be undone.
delete from batch_edit_customer c using batch_edit b
where b.company_id = $1 and b.id = $2 and c.company_id = b.company_id and c.batch_id = b.id
  and (b.state = 'undone' or b.state = 'done' and b.mode = 'overwrite');

-- name: forget_whom_old_edits_chose!
delete from batch_edit_customer c using batch_edit b
where b.state in ('done', 'failed') and b.created_at < now() - $1::interval
  and c.company_id = b.company_id and c.batch_id = b.id;
