-- A delivery and its attempt are written twice, soon after each other: with room in its page the second writing touches
-- no index. The words are packed already: kept in the row they need no second packing, and no table and index besides.
-- Partitions made from now on have this room; a running installation need not catch up.

alter table rendering alter column body set storage external;

-- What waits for weeks can be tried more often than a smallint counts.
alter table delivery alter column attempts type int;

create or replace function ensure_month(month date) returns void language plpgsql security definer
set search_path = public, pg_temp as $$
declare
    parent text;
    child text;
    first date := date_trunc('month', month)::date;
begin
    foreach parent in array array['occurrence', 'delivery', 'attempt', 'rendering', 'receipt'] loop
        child := parent || to_char(first, '_YYYY_MM');
        if to_regclass(child) is null then
            perform pg_advisory_xact_lock(hashtext('ensure_month'));
            continue when to_regclass(child) is not null;
            -- attached, not created in place: that would lock out, and deadlock with, whoever reads the parent
            execute format('create table %I (like %I including all)', child, parent);
            if parent in ('delivery', 'attempt') then
                execute format('alter table %I set (fillfactor = 80)', child);
            elsif parent = 'rendering' then
                execute format('alter table %I set (toast_tuple_target = 8160)', child);
            end if;
            execute format('alter table %I attach partition %I for values from (%L) to (%L)',
                parent, child, first, (first + interval '1 month')::date);
        end if;
    end loop;
end
$$;
