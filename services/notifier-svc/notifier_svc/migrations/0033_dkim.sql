-- What a company signs its emails with. The key is sealed by the service: the database never sees it.
alter table sender add column dkim_selector text;
alter table sender add column dkim_key bytea;
alter table sender add column dkim_record text;          -- shows its public half to the world
alter table sender add constraint sender_dkim check (
    (dkim_selector is null) = (dkim_key is null) and (dkim_record is null) = (dkim_key is null)
    and (dkim_key is null or from_address is not null)) not valid;
alter table sender validate constraint sender_dkim;
