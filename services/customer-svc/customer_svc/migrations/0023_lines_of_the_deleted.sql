-- Whoever deletes a customer empties the lines of unfinished imports that are about them, and has each import say so.
do $$
begin
    execute format('grant update (problems) on customer_import to %I', service_role('api'));
    execute format('grant update (data, customer_id) on customer_import_row to %I', service_role('api'));
end
$$;
