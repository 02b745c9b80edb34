-- name: places
-- Who has a place with these addresses, on days that are not over everywhere.
select address_hash, day, delivery_id from cap_place where address_hash = any($1::bytea[]) and day >= current_date - 1;

-- name: take_places
-- Take a place for each of these, unless it has one; returns who has. Taken in one order: no deadlocks. Of two who want the
-- same place one finds it taken, and asks again.
with wanted as (
    select * from unnest($1::uuid[], $2::bytea[], $3::date[], $4::int[], $5::uuid[]) as t (company_id, address_hash, day, cap, id)
), had as (
    select p.delivery_id from wanted w join cap_place p on p.delivery_id = w.id and p.day = w.day
), numbered as (
    select w.*, row_number() over (partition by w.address_hash, w.day order by w.id)
                + (select count(*) from cap_place p where p.address_hash = w.address_hash and p.day = w.day) as slot
    from wanted w
    where w.id not in (select delivery_id from had)
), got as (
    insert into cap_place (company_id, address_hash, day, slot, delivery_id)
    select company_id, address_hash, day, slot, id from numbered where slot <= cap order by address_hash, day, slot
    on conflict do nothing
    returning delivery_id
)
select delivery_id from had union all select delivery_id from got;

-- name: forget_places!
delete from cap_place where day < current_date - 3;
