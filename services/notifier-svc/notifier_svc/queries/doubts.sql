-- name: add_doubts!
insert into doubt (occurred_month, delivery_id, n, company_id, look_at, counted_in)
select month, id, n, company_id, now() + $5::interval, $6
from unnest($1::date[], $2::uuid[], $3::int[], $4::uuid[]) as t (month, id, n, company_id)
on conflict do nothing;

-- name: take_doubts
-- What is to be settled now, and by nobody else for a while: as its own row tells it, with its words, and how its tries ended.
with due as (
    select delivery_id, n from doubt where look_at <= now() order by look_at limit $1 for update skip locked
), q as (
    update doubt q set look_at = now() + $2::interval
    from due
    where q.delivery_id = due.delivery_id and q.n = due.n
    returning q.*
)
select q.n as fence, q.looks, d.id, d.occurred_month, d.company_id, d.trigger, d.category, d.channel, d.lane, d.rule_id,
       d.template_id, d.template_version, d.job_id, d.customer_id, d.recipient_id, p.address, d.masked_address,
       d.copy_number, d.attempts, greatest(d.planned_at, d.due_at) as due_at, d.expires_at, d.traceparent, d.as_it_was, d.occurrence_id as event_id, d.occurred_at,
       true as may_be_there, d.state = 'unknown' as in_doubt, a.started_at, r.body,
       exists (select from sender s where s.company_id = q.company_id and s.updated_at > a.started_at) as sender_changed,
       exists (select from once_more o where o.company_id = q.company_id and d.category = any(o.categories)) as once_more,
       (select count(*) from attempt t
        where t.occurred_month = d.occurred_month and t.delivery_id = d.id and t.outcome = 'unknown') as doubted
from q
join delivery d on d.occurred_month = q.occurred_month and d.id = q.delivery_id
join attempt a on a.occurred_month = d.occurred_month and a.delivery_id = d.id and a.n = q.n
left join rendering r on r.occurred_month = d.occurred_month and r.delivery_id = d.id and r.n = q.n
left join destination p on p.company_id = d.company_id and p.id = d.destination_id;

-- name: known_ids
-- Those of the provider's ids that other tries of this company's messages to this number are known by, from its answers or
-- from its receipts: theirs, and not what is looked for.
with mine as (
    select d.occurred_month, d.id
    from destination p
    join delivery d on d.company_id = p.company_id and d.customer_id = p.customer_id and d.destination_id = p.id
    where p.company_id = $1 and lower(p.address) = lower($2)
)
select a.provider_id
from mine join attempt a on a.occurred_month = mine.occurred_month and a.delivery_id = mine.id
where a.provider_id = any($3::text[]) and (a.delivery_id, a.n) is distinct from ($4::uuid, $5::int)
union
select r.provider_id
from mine join receipt r on r.occurred_month = mine.occurred_month and r.delivery_id = mine.id
where r.provider_id = any($3::text[]) and (r.delivery_id, r.n) is distinct from ($4::uuid, $5::int);

-- name: rivals
-- Other tries of texts, or calls, to the same number of which the provider's id is not known, though it may have taken them.
select a.outcome, r.body
from destination p
join delivery d on d.company_id = p.company_id and d.customer_id = p.customer_id and d.destination_id = p.id
               and d.channel = p.channel
join attempt a on a.occurred_month = d.occurred_month and a.delivery_id = d.id
left join rendering r on r.occurred_month = a.occurred_month and r.delivery_id = a.delivery_id and r.n = a.n
where p.company_id = $1 and p.channel = $2 and lower(p.address) = lower($3) and (a.delivery_id, a.n) <> ($4, $5)
  and a.provider_id is null and (a.outcome is null or a.outcome = 'unknown') and a.started_at > $6;

-- name: doubt_sent$
-- The provider has it: what comes later about its id is about this try.
with moved as (
    update delivery d set state = 'sent', reason = null, detail = $5, updated_at = now()
    where d.occurred_month = $1 and d.id = $2 and d.state = 'unknown'
    returning d.id
)
update attempt a set provider_id = $4
from moved
where a.occurred_month = $1 and a.delivery_id = moved.id and a.n = $3
returning true;

-- name: doubt_stays!
update delivery set detail = $3, updated_at = now() where occurred_month = $1 and id = $2 and state = 'unknown';

-- name: doubt_again$
-- Back to the queue, where its fence rises on; not where the office has sent it again meanwhile.
with moved as (
    update delivery d set state = 'queued', reason = null, detail = $4, due_at = now(), updated_at = now()
    where d.occurred_month = $1 and d.id = $2 and d.state = 'unknown' and d.expires_at > now()
      and not exists (select from delivery c where c.resend_of = d.id)
    returning d.id, d.occurred_month, d.company_id, d.channel, d.lane
), queued as (
    insert into queue (id, occurred_month, company_id, channel, lane, due_at, fence)
    select id, occurred_month, company_id, channel, case lane when 'urgent' then 0 when 'normal' then 1 else 2 end, now(), $3
    from moved
    returning case channel when 'email' then 'email ' || lane else 'phone' end as part
)
select pg_notify('due', part) is not null from queued;

-- name: doubt_over!
delete from doubt where delivery_id = $1 and n = $2;

-- name: doubt_later!
update doubt set looks = looks + $3, look_at = now() + $4::interval where delivery_id = $1 and n = $2;
