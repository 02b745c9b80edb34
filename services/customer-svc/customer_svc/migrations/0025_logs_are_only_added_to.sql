-- The consent ledger and the customers' change log are only added to, whatever a program tries. What an erasure takes out
-- of a row is all that ever changes in it.

do $$
begin
    execute format('revoke update, delete on consent_ledger, change from %I', service_role('worker'));
end
$$;

create function consent_ledger_is_only_added_to() returns trigger language plpgsql as $$
begin
    if tg_op = 'DELETE' and old.at < now() - interval '5 years' then  -- for so long it is kept
        return old;
    end if;
    if tg_op = 'UPDATE' then
        if new.source = 'erased with the customer' and to_jsonb(new) - 'source' = to_jsonb(old) - 'source' then
            return new;
        end if;
    end if;
    raise exception 'the consent ledger is only added to';
end
$$;
create trigger only_added_to before update or delete on consent_ledger
    for each row execute function consent_ledger_is_only_added_to();

create function change_is_only_added_to() returns trigger language plpgsql as $$
begin
    if tg_op = 'UPDATE' then
        if new.old is null and new.new is null
           and to_jsonb(new) - array['old', 'new'] = to_jsonb(old) - array['old', 'new'] then
            return new;
        end if;
    end if;
    raise exception 'the change log is only added to';
end
$$;
create trigger only_added_to before update or delete on change for each row execute function change_is_only_added_to();
