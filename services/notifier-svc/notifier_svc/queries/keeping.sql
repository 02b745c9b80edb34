-- name: months_of_log
-- The months that a part of the log has, the oldest first.
select to_date(right(c.relname, 7), 'YYYY_MM') as month
from pg_inherits i join pg_class c on c.oid = i.inhrelid
where i.inhparent = to_regclass($1)
order by 1;

-- name: has_words_of$
select exists (select from rendering where occurred_month = $1 limit 1);

-- name: forget_words_of_month$
select forget_words($1, $2, $3);

-- name: forget_words_of_category!
-- A slice of one category's words of one month, of messages that were planned before a moment.
delete from rendering r using delivery d
where r.occurred_month = $1 and d.occurred_month = $1 and d.id = r.delivery_id
  and (r.delivery_id, r.n) in (
      select x.delivery_id, x.n from rendering x join delivery y on y.occurred_month = $1 and y.id = x.delivery_id
      where x.occurred_month = $1 and y.category = $2 and y.planned_at < $3
      limit $4);

-- name: drop_month$
select drop_month($1, $2);

-- name: begin_address_walk!
update address_walk set walking = true, company_id = default, id = default;

-- name: address_walk^
-- How far it is; the lock keeps others from walking, too.
select company_id, id from address_walk where walking for update skip locked;

-- name: next_addresses
-- The next ones, and whether any message refers to them. Addresses of tests have no customer, and go by themselves.
select p.company_id, p.id, p.channel, p.address, p.customer_id = $4 or exists (
    select from delivery d
    where d.company_id = p.company_id and d.customer_id = p.customer_id and d.destination_id = p.id) as used
from (
    select company_id, id, customer_id, channel, address from destination
    where (company_id, id) > ($1, $2)
    order by company_id, id
    limit $3
) p
order by p.company_id, p.id;

-- name: with_blocks
-- Those of these addresses that have a block with words beside it.
select distinct address_hash from block
where address_hash = any($1::bytea[]) and (note is not null or masked_address is not null);

-- name: no_longer_than_a_second!
set local statement_timeout = '1s';

-- name: forget_addresses_of_nobody$
select forget_addresses($1, $2);

-- name: advance_address_walk!
update address_walk set walking = $1, company_id = $2, id = $3;
