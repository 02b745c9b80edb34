-- name: pause^
select company_id, version, paused, cause, note, actor, actor_name, changed_at from pause where company_id = $1;

-- name: lock_pause!
select from pause where company_id = $1 for update;

-- name: put_pause^
insert into pause as mine (company_id, paused, cause, note, actor, actor_name) values ($1, $2, $3, $4, $5, $6)
on conflict (company_id) do update
set version = mine.version + 1, paused = excluded.paused, cause = excluded.cause, note = excluded.note,
    actor = excluded.actor, actor_name = excluded.actor_name, changed_at = now()
returning company_id, version, paused, cause, note, actor, actor_name, changed_at;

-- name: paused_since$
-- Since when sending is paused for all; null where it is not.
select since from pause_of_all;

-- name: pause_all$
insert into pause_of_all default values on conflict do nothing returning true;

-- name: resume_all$
delete from pause_of_all returning true;

-- name: paused
-- Which of these companies must not send now.
select c.company_id
from unnest($1::uuid[]) as c (company_id)
where exists (select from pause_of_all)
   or exists (select from pause p where p.company_id = c.company_id and p.paused);

-- name: held_of$
-- How much of a company's waits for the end of a pause; counted no further than 100,000.
select count(*) from (select from held where company_id = $1 limit 100000) counted;

-- name: hold!
-- From the hands of a claim to where no claim looks, until the pause ends.
with t as (
    select * from unnest($1::uuid[], $2::int[]) as t (id, n)
), taken as (
    delete from queue q using t
    where q.id = t.id and q.fence = t.n and q.leased
    returning q.id, q.occurred_month, q.company_id, q.channel, q.lane, q.fence
), logged as (
    update delivery d set waits_for = 'pause', detail = null, updated_at = now()
    from taken
    where d.occurred_month = taken.occurred_month and d.id = taken.id
    returning taken.*, d.expires_at
)
insert into held (id, occurred_month, company_id, channel, lane, due_at, expires_at, fence)
select id, occurred_month, company_id, channel, lane, now(), expires_at, fence from logged;

-- name: release
-- Back to the queue, where it was: of each company whose pause is over so many, its urgent lane first, once in a while
-- whoever asks. Walks the index from company to company, however much each has.
with recursive waiting as (
    (select company_id from held order by company_id limit 1)
    union all
    select (select h.company_id from held h where h.company_id > w.company_id order by h.company_id limit 1)
    from waiting w
    where w.company_id is not null
), turns as (
    insert into held_turn as mine (company_id, released_at)
    select w.company_id, now()
    from waiting w
    where w.company_id is not null and not exists (select from pause_of_all)
      and not exists (select from pause p where p.company_id = w.company_id and p.paused)
    on conflict (company_id) do update set released_at = excluded.released_at
    where mine.released_at <= excluded.released_at - $2::interval
    returning company_id
), chosen as (
    select of_company.id
    from turns
    cross join lateral (
        select id from held where company_id = turns.company_id order by lane, due_at limit $1 for update skip locked
    ) of_company
), taken as (
    delete from held h using chosen
    where h.id = chosen.id
    returning h.id, h.occurred_month, h.company_id, h.channel, h.lane, h.due_at, h.fence
)
insert into queue (id, occurred_month, company_id, channel, lane, due_at, fence)
select id, occurred_month, company_id, channel, lane, due_at, fence from taken
returning id;

-- name: release_expired
-- Back to the queue what a pause held for too long: there it ends as anything that comes too late.
with chosen as (
    select id from held where expires_at <= now() order by expires_at limit $1 for update skip locked
), taken as (
    delete from held h using chosen
    where h.id = chosen.id
    returning h.id, h.occurred_month, h.company_id, h.channel, h.lane, h.fence
)
insert into queue (id, occurred_month, company_id, channel, lane, due_at, fence)
select id, occurred_month, company_id, channel, lane, now(), fence from taken
returning id;

-- name: release_customer!
-- What a pause holds of a customer, so that it can be found with what waits.
with taken as (
    delete from held h using delivery d
    where d.company_id = $1 and d.customer_id = $2 and d.occurred_month = h.occurred_month and d.id = h.id
    returning h.id, h.occurred_month, h.company_id, h.channel, h.lane, h.due_at, h.fence
)
insert into queue (id, occurred_month, company_id, channel, lane, due_at, fence)
select id, occurred_month, company_id, channel, lane, due_at, fence from taken;

-- name: held_in_all$
-- What waits for the end of a pause; counted no further than 100,000.
select count(*) from (select from held limit 100000) counted;

-- name: pauses_by_cause
-- How many companies are paused, by who did it.
select cause, count(*) as companies from pause where paused group by cause
union all
select 'operator', count(*) from pause_of_all;
