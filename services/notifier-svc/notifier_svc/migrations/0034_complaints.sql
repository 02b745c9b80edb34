-- Who called a message spam has said so for good: the office can't undo it, whatever the code says.
do $$
declare api name := service_role('api');
begin
    drop policy owners_stay on block;
    drop policy owners_keep on block;
    execute format('create policy owners_stay on block as restrictive for delete to %I using (cause not in (''opted_out'', ''unsubscribed'', ''complained''))', api);
    execute format('create policy owners_keep on block as restrictive for update to %I using (cause not in (''opted_out'', ''unsubscribed'', ''complained''))', api);
end
$$;
