-- Addresses that no message refers to any more are forgotten bit by bit: how far that is, of all companies.
create table address_walk (
    one boolean primary key default true check (one),
    walking boolean not null default true,   -- again from the beginning once a month of the log is gone
    company_id uuid not null default '00000000-0000-0000-0000-000000000000',
    id uuid not null default '00000000-0000-0000-0000-000000000000'
);
insert into address_walk default values;

-- Forget those of these addresses that no message refers to. A planner writes an address and its message in one statement, and
-- takes an address that is there as it is: so none plans meanwhile. Waits no longer than a moment for those who do.
create function forget_addresses(companies uuid[], addresses uuid[]) returns void language plpgsql volatile
set search_path = public, pg_temp set lock_timeout = '200ms' as $$
begin
    lock table destination in share row exclusive mode;
    delete from destination p using unnest(companies, addresses) as t (company_id, id)
    where p.company_id = t.company_id and p.id = t.id and not exists (
        select from delivery d
        where d.company_id = p.company_id and d.customer_id = p.customer_id and d.destination_id = p.id);
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
