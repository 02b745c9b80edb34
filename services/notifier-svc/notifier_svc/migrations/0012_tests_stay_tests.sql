-- What the API queues is a test that it has just logged: without this a customer's delivery could be queued again. A policy's
-- own query would not see a row that the same statement logs; that of a volatile function does.

create function is_waiting_test(month date, delivery_id uuid) returns boolean
language plpgsql volatile set search_path = public, pg_temp as $$
begin
    return exists (
        select from delivery d
        where d.occurred_month = month and d.id = delivery_id and d.trigger = 'test' and d.state = 'queued');
end
$$;

do $$
begin
    execute format('create policy tests_only on queue as restrictive for insert to %I'
                   ' with check (is_waiting_test(occurred_month, id))', service_role('api'));
end
$$;

-- By the address of a test, which goes with a customer who has it, and by itself after a week.
create index delivery_test on delivery (destination_id, planned_at) where trigger = 'test';
