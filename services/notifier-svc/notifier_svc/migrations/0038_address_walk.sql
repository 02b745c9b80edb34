-- Addresses that no message refers to any more are forgotten bit by bit: how far that is, of all companies.
create table address_walk (
    one boolean primary key default true check (one),
    walking boolean not null default true,   -- again from the beginning once a month of the log is gone
    company_id uuid not null default '00000000-0000-0000-0000-000000000000',
    id uuid not null default '00000000-0000-0000-0000-000000000000'
);
insert into address_walk default values;

-- Forget those of these addresses that no message refers to. A planner writes an address and its message in one statement, and
-- takes an address that is there as it is: so none plans meanwhile. Waits no longer than a moment for those who do, and reads
-- what each customer was told once, however many addresses that went to, and nothing else of the log.
create function forget_addresses(companies uuid[], addresses uuid[]) returns void language plpgsql volatile
set search_path = public, pg_temp set lock_timeout = '200ms'
set enable_hashjoin = off set enable_mergejoin = off set enable_seqscan = off as $$
begin
    lock table destination in share row exclusive mode;
    with asked as materialized (
        select p.company_id, p.id, p.customer_id
        from unnest(companies, addresses) as t (company_id, id) join destination p using (company_id, id)
    ), used as materialized (
        select distinct d.company_id, d.destination_id as id
        from (select distinct company_id, customer_id from asked) c
        join delivery d using (company_id, customer_id)
        where d.destination_id = any(addresses)
    )
    delete from destination p using asked a
    where p.company_id = a.company_id and p.id = a.id
      and not exists (select from used u where u.company_id = a.company_id and u.id = a.id);
end
$$;

do $$
declare worker name := service_role('worker');
begin
    execute format('grant select, update on address_walk to %I', worker);
    revoke execute on function forget_addresses from public;
    execute format('grant execute on function forget_addresses to %I', worker);
end
$$;
