-- name: owner_of_number^
-- Whose number a text came to, and how its account is checked.
select n.company_id, s.keywords_answered_by
from sender_number n join sender s on s.company_id = n.company_id
where n.number = $1;

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
