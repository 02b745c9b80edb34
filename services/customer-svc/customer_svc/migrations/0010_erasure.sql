-- What somebody typed into the ledger may name the customer, and goes with them.
do $$
begin
    execute format('grant update (source) on consent_ledger to %I', service_role('api'));
end
$$;
