-- outside a transaction
-- The log is looked through by words: of an email's subject, of a reader's name, of a piece of an address. And what came
-- of a message that was sent again.
create index concurrently rendering_subject on rendering using gin (company_id, to_tsvector('simple', subject)) where subject is not null;
create index concurrently destination_address on destination using gin (company_id, lower(address) gin_trgm_ops);
create index concurrently snapshot_people on snapshot using gin (company_id, people_of(data)) where kind = 'customers';
create index concurrently delivery_copies on delivery (resend_of) where resend_of is not null;
