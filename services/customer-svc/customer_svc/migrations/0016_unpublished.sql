-- Whoever deletes a customer deletes what waits to be published of them, in the same transaction.
do $$
begin
    execute format('grant delete, select (company_id, key) on outbox to %I', service_role('api'));
end
$$;
