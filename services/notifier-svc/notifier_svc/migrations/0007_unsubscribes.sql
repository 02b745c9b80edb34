-- Whose wish a block is, where it is known: a contact's or additional recipient's of a customer.
alter table block add column customer_id uuid, add column person_id uuid;

-- What a customer's unsubscribing stopped is as little the office's to lift as a STOP.

do $$
declare api name := service_role('api');
begin
    drop policy owners_stay on block;
    drop policy owners_keep on block;
    execute format('create policy owners_stay on block as restrictive for delete to %I using (cause not in (''opted_out'', ''unsubscribed''))', api);
    execute format('create policy owners_keep on block as restrictive for update to %I using (cause not in (''opted_out'', ''unsubscribed''))', api);
end
$$;
