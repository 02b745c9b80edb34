-- Messages that somebody of the office sends to themself. The API adds these to log and queue, and nothing else, whatever
-- the code says: no occurrence of a customer's, and no customer's address.

do $$
declare api name := service_role('api');
begin
    execute format('grant insert on occurrence, destination, delivery, queue to %I', api);
    execute format('grant execute on function ensure_month(date) to %I', api);
    execute format('create policy tests_only on occurrence as restrictive for insert to %I with check (type = ''Trial'')', api);
    execute format('create policy tests_only on delivery as restrictive for insert to %I with check (trigger = ''test'')', api);
    execute format('create policy nobodys on destination as restrictive for insert to %I with check (customer_id = %L)',
                   api, '00000000-0000-0000-0000-000000000000');
end
$$;
