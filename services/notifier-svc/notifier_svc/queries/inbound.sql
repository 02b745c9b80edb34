-- name: owner_of_number^
-- Whose number a text came to, and how its account is checked; of a number that nobody has now, who had it last.
select n.company_id, s.keywords_answered_by
from (
    select company_id, 'infinity'::timestamptz as until from sender_number where number = $1
    union all
    select company_id, until from former_number where number = $1
) n join sender s on s.company_id = n.company_id
order by n.until desc
limit 1;

-- name: customers_with_number
-- By the profiles known here; the index is over every number of a profile.
select s.id, s.data::text as data
from snapshot s join snapshot_generation g on g.kind = s.kind and g.active = s.generation
where s.kind = 'customers' and s.company_id = $1 and jsonb_path_query_array(s.data, '$.**.number') ? $2::text
order by s.id
limit 100;

-- name: add_inbound_text$
insert into inbound_text (company_id, id, provider_id, number, address, body, meaning, customer_ids)
values ($1, $2, $3, $4, $5, $6, $7, $8)
on conflict (company_id, provider_id) do nothing
returning id;

-- name: answer_inbound_text!
update inbound_text set answer = $3 where company_id = $1 and id = $2;

-- name: list_inbound_texts
select id, number, address, body, meaning, answer, customer_ids, received_at
from inbound_text
where company_id = current_company()
  and ($1::uuid is null or customer_ids @> array[$1::uuid])
  and ($2::timestamptz is null or (received_at, id) < ($2, $3::uuid))
order by received_at desc, id desc
limit $4;

-- name: inbound_text^
select id, number, address, body, meaning, answer, customer_ids, received_at
from inbound_text
where company_id = current_company() and id = $1;
