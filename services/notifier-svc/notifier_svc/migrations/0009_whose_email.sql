-- Whose email address is this? In small letters, however a profile spells it: contacts' and additional recipients'.

create function emails_of(profile jsonb) returns jsonb language sql immutable strict parallel safe as $$
    select jsonb_path_query_array(small, '$.contacts[*].emails[*].address')
        || jsonb_path_query_array(small, '$.service_addresses[*].recipients[*].emails[*]')
    from (select lower(profile::text)::jsonb as small) p
$$;

create index snapshot_emails on snapshot using gin (emails_of(data)) where kind = 'customers';
