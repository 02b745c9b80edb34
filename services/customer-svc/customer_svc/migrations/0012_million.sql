-- A company of a million customers: a filter that few of them pass is as quick as one that all do.

-- The tags in small letters.
create function folded(tags text[]) returns text[] language sql immutable parallel safe as $$
    select array(select lower(tag) from unnest(tags) t (tag))
$$;

create index customer_tags on customer using gin (company_id, folded(tags));
create index customer_blocked on customer (company_id, archived) where blocked;
analyze customer;

-- The customers of this transaction's company that match, in the order of the list, from after a position on; where
-- `most` is null, all of them in no order. A null does not narrow. Patterns are those of LIKE.
--
-- A page is mostly full after a few rows of the list. Where the first three thousand are not enough, those that match
-- are few, or all at another end of it: they are looked for by themselves, and sorted. The planner can't choose:
-- operators that are not leakproof show it no statistics under row-level security. Each call is planned for its values.
create or replace function find_customers(
    of_archived boolean, of_blocked boolean, of_kind text, of_region uuid, of_tag text, pattern text, digits text,
    preference text, preferred boolean, newest_first boolean, after_name text, after_moment timestamptz, after_id uuid,
    most int)
returns setof customer rows 50 language plpgsql stable security definer
set search_path = public, pg_temp set enable_seqscan = on as $$
declare
    listed text := '(select c.*, c as whole, lower(c.name) as sort_name from customer c
        where c.company_id = $1 and c.archived = $2' || case
            when after_id is null then ''
            when newest_first then ' and (c.created_at, c.id) < ($11, $12)'
            else ' and (lower(c.name), c.id) > ($10, $12)' end || ') c';
    sorted text := case when newest_first then 'c.created_at desc, c.id desc' else 'c.sort_name, c.id' end;
    matching text := concat_ws(' and ', 'true',
        case when of_blocked is not null then 'c.blocked = $3' end,
        case when of_kind is not null then 'c.kind = $4' end,
        case when of_region is not null then 'c.region_id = $5' end,
        case when of_tag is not null then 'folded(c.tags) @> array[$6]' end,
        case when pattern is not null then '(c.search like $7' || case when digits is null then '' else ' or c.search like $8' end
            || ')' end,
        case split_part(preference, '.', 1)
            when 'contact' then format('exists (select from contact t
                where t.company_id = c.company_id and t.customer_id = c.id and t.%I = $9)', split_part(preference, '.', 2))
            when 'email' then format('exists (select from contact t
                join email_address e on e.company_id = t.company_id and e.contact_id = t.id
                where t.company_id = c.company_id and t.customer_id = c.id and e.%I = $9)', split_part(preference, '.', 2))
        end);
    query text := case when most is null then format('select (c.whole).* from %s where %s', listed, matching) else
        format('select (c.whole).* from (select * from %s order by %s limit 3000) c where %s order by %s limit $13',
            listed, sorted, matching, sorted) end;
    n bigint;
begin
    return query execute query using current_company(), of_archived, of_blocked, of_kind, of_region, lower(of_tag), pattern,
        digits, preferred, after_name, after_moment, after_id, most;
    get diagnostics n = row_count;
    if n < most then
        -- Of a short word the planner believes that many have it; until this function ends it takes the index all the same.
        if pattern is not null or of_tag is not null then perform set_config('enable_seqscan', 'off', true); end if;
        query := format('select (c.whole).* from (select * from %s where %s offset 0) c order by %s offset $14 limit $13 - $14',
            listed, matching, sorted);
        return query execute query using current_company(), of_archived, of_blocked, of_kind, of_region, lower(of_tag),
            pattern, digits, preferred, after_name, after_moment, after_id, most, n;
    end if;
end
$$;

-- Those whom a batch edit is about: these, or all that match. Planned for many: a guess of few would look each one up.
create function choose_customers(
    ids uuid[], of_archived boolean, of_blocked boolean, of_kind text, of_region uuid, of_tag text, pattern text,
    digits text, preference text, preferred boolean)
returns setof uuid rows 100000 language sql stable set search_path = public, pg_temp as $$
    select c.id from customer c where c.company_id = current_company() and c.id = any(ids)
    union all
    select c.id from find_customers(of_archived, of_blocked, of_kind, of_region, of_tag, pattern, digits, preference,
        preferred, false, null, null, null, null) c where ids is null
$$;

-- Checking a million rows one by one, all of which are of the edit that is stored with them, took longer than all the
-- rest. No edit is ever deleted.
alter table batch_edit_customer drop constraint batch_edit_customer_company_id_batch_id_fkey;

-- A line of a table may name the customer by our own id.
alter table customer_import_row add column customer_id uuid;
