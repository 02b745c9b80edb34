-- For a log of changes: rows are only ever added, by whomever. It has a company_id; the api role reads and adds.
create function only_added_to() returns trigger language plpgsql as $$
begin
    raise exception 'the change log is only added to';
end
$$;

create function guard_change_log(guarded regclass) returns void language plpgsql as $$
begin
    perform guard_company_table(guarded, 'select, insert');
    execute format('revoke update, delete on %s from %I', guarded, service_role('worker'));
    execute format('create trigger only_added_to before update or delete on %s for each row execute function only_added_to()',
        guarded);
end
$$;
