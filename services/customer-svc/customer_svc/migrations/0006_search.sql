-- Lists of millions: a search goes by trigrams, a page by an index in the order of the list.

create extension if not exists pg_trgm;
create extension if not exists btree_gin;

-- All that a customer is looked for by, in small letters: names, email addresses, phones, service addresses.
alter table customer add column search text not null default '';

-- The owner sees no row of a guarded table; for this once it must.
alter table customer no force row level security;
alter table contact no force row level security;
alter table email_address no force row level security;
alter table phone no force row level security;
alter table service_address no force row level security;

update customer c set search = lower(concat_ws(' ', c.name,
    (select string_agg(t.name, ' ') from contact t where t.company_id = c.company_id and t.customer_id = c.id),
    (select string_agg(e.address, ' ') from contact t
     join email_address e on e.company_id = t.company_id and e.contact_id = t.id
     where t.company_id = c.company_id and t.customer_id = c.id),
    (select string_agg(p.number, ' ') from contact t
     join phone p on p.company_id = t.company_id and p.contact_id = t.id
     where t.company_id = c.company_id and t.customer_id = c.id),
    (select string_agg(concat_ws(' ', a.line, a.city, a.postal_code), ' ') from service_address a
     where a.company_id = c.company_id and a.customer_id = c.id)));

alter table customer force row level security;
alter table contact force row level security;
alter table email_address force row level security;
alter table phone force row level security;
alter table service_address force row level security;

create index customer_search on customer using gin (company_id, search gin_trgm_ops);
create index customer_newest on customer (company_id, archived, created_at desc, id desc);

-- A search's operators are not leakproof, and row-level security would have each row of the company looked at before any
-- of them: no index could be used. So the search runs as the owner, who sees all rows, and asks for the company itself.
do $$
begin
    execute format('create policy owner_searches on customer for select to %I using (true)', current_user);
    execute format('create policy owner_searches on contact for select to %I using (true)', current_user);
    execute format('create policy owner_searches on email_address for select to %I using (true)', current_user);
end
$$;

-- The customers of this transaction's company that match, in the order of the list, from after a position on. A null
-- does not narrow. Patterns are those of LIKE. Each call is planned by its own values: a word has few, `on` has many.
create function find_customers(
    of_archived boolean, of_blocked boolean, of_kind text, of_region uuid, of_tag text, pattern text, digits text,
    preference text, preferred boolean, newest_first boolean, after_name text, after_moment timestamptz, after_id uuid,
    most int)
returns setof customer language plpgsql stable security definer
set search_path = public, pg_temp set plan_cache_mode = force_custom_plan as $$
begin
    if newest_first then
        return query
        select c.* from customer c
        where c.company_id = current_company() and c.archived = of_archived
          and (of_blocked is null or c.blocked = of_blocked)
          and (of_kind is null or c.kind = of_kind)
          and (of_region is null or c.region_id = of_region)
          and (of_tag is null or exists (select from unnest(c.tags) t (tag) where lower(t.tag) = lower(of_tag)))
          and (pattern is null or c.search like pattern or c.search like digits)
          and (preference is null or prefers(c, preference, preferred))
          and (after_id is null or (c.created_at, c.id) < (after_moment, after_id))
        order by c.created_at desc, c.id desc
        limit most;
    else
        return query
        select c.* from customer c
        where c.company_id = current_company() and c.archived = of_archived
          and (of_blocked is null or c.blocked = of_blocked)
          and (of_kind is null or c.kind = of_kind)
          and (of_region is null or c.region_id = of_region)
          and (of_tag is null or exists (select from unnest(c.tags) t (tag) where lower(t.tag) = lower(of_tag)))
          and (pattern is null or c.search like pattern or c.search like digits)
          and (preference is null or prefers(c, preference, preferred))
          and (after_id is null or (lower(c.name), c.id) > (after_name, after_id))
        order by lower(c.name), c.id
        limit most;
    end if;
end
$$;

-- Whether some contact, or some email address of a contact, has this preference so: `contact.text`, `email.invoices`.
create function prefers(c customer, preference text, preferred boolean) returns boolean language sql stable as $$
    select case split_part(preference, '.', 1)
        when 'contact' then exists (
            select from contact t
            where t.company_id = c.company_id and t.customer_id = c.id
              and (to_jsonb(t) ->> split_part(preference, '.', 2))::boolean = preferred)
        else exists (
            select from contact t join email_address e on e.company_id = t.company_id and e.contact_id = t.id
            where t.company_id = c.company_id and t.customer_id = c.id
              and (to_jsonb(e) ->> split_part(preference, '.', 2))::boolean = preferred)
    end
$$;

do $$
begin
    execute format('revoke execute on function find_customers from public');
    execute format('grant execute on function find_customers to %I', service_role('api'));
end
$$;
