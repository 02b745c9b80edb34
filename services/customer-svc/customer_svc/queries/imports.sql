-- name: add_import!
with added as (
    insert into customer_import (company_id, id, actor, actor_name, state, total, problems)
    values ($1, $2, $3, $4, 'running', cardinality($6::int[]), $5)
)
insert into customer_import_row (company_id, import_id, line, customer_id, data)
select $1, $2, t.line, t.customer_id, t.data::jsonb
from unnest($6::int[], $7::uuid[], $8::text[]) as t (line, customer_id, data);

-- name: get_import^
select i.id, i.actor, i.state, i.total, i.added, i.changed, i.problems, i.created_at, i.finished_at,
       case when i.state = 'done' then i.total
            else (select count(*)::int from customer_import_row r
                  where r.company_id = i.company_id and r.import_id = i.id and r.position <= i.position) end as done
from customer_import i
where i.company_id = $1 and i.id = $2;

-- name: import_at_work^
select company_id, id, actor, actor_name, position from customer_import
where state = 'running'
order by worked_at
limit 1
for update skip locked;

-- name: next_of_import
select position, line, customer_id, data from customer_import_row
where company_id = $1 and import_id = $2 and position > $3
order by position
limit $4;

-- name: advance_import!
update customer_import
set position = $3, worked_at = clock_timestamp(), failures = 0, added = added + $4, changed = changed + $5, problems = problems || $6,
    state = case when $7 then 'running' else 'done' end, finished_at = case when $7 then null else now() end
where company_id = $1 and id = $2;

-- name: fail_import!
-- A slice can't be worked off: others take their turns. After five tries it is given up, and its lines are forgotten.
with failed as (
    update customer_import
    set failures = failures + 1, worked_at = clock_timestamp(),
        state = case when failures < 4 then state else 'failed' end,
        finished_at = case when failures < 4 then null else now() end
    where company_id = $1 and id = $2
    returning state
)
update customer_import_row set data = '{}', customer_id = null
where company_id = $1 and import_id = $2 and (select state from failed) = 'failed';

-- name: lock_imports_at_work
select id from customer_import where company_id = $1 and state = 'running' order by id for update;

-- name: forget_lines!
-- Of unfinished imports the lines about a customer, by our id or by another system's: emptied, and so passed over. Those
-- that waited are problems of their imports. An import that began after the others were locked is never waited for.
with at_work as (
    select id, position from customer_import where company_id = $1 and state = 'running' order by id for update skip locked
), forgotten as (
    update customer_import_row r set data = '{}', customer_id = null
    from at_work
    where r.company_id = $1 and r.import_id = at_work.id
      and (r.customer_id = $2 or r.customer_id is null and r.data ->> 'external_id' = $3)
    returning r.import_id, r.line, r.position > at_work.position as waited
), told as (
    select import_id, jsonb_agg(jsonb_build_object('line', line, 'column', null, 'problem', $4::text) order by line) as problems
    from forgotten where waited group by import_id
)
update customer_import i set problems = i.problems || told.problems
from told
where i.company_id = $1 and i.id = told.import_id;

-- name: drop_import_rows!
delete from customer_import_row where company_id = $1 and import_id = $2;

-- name: customers_of_rows
select id, external_id from customer
where company_id = $1 and (id = any($2::uuid[]) or external_id = any($3::text[]));

-- name: lock_customers_of_rows
select id, external_id from customer
where company_id = $1 and (id = any($2::uuid[]) or external_id = any($3::text[]))
order by id
for update;

-- name: customers_after
select id from customer where company_id = $1 and ($2::uuid is null or id > $2) order by id limit $3;
