-- name: note_currency!
insert into currency (topic, partition, known_until)
select $1, t.partition, coalesce(now() - make_interval(secs => t.age), '-infinity')
from unnest($2::int[], $3::float8[]) as t (partition, age)
on conflict (topic, partition) do update set known_until = greatest(currency.known_until, excluded.known_until);

-- name: is_behind$
select coalesce(min(known_until) < now() - $2::interval, false) from currency where topic = $1;
