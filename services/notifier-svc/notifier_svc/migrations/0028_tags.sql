-- outside a transaction
-- Customers by their tags, however these are capitalised: a rule that names one nobody has is refused.
create index concurrently snapshot_tags on snapshot using gin ((lower(data ->> 'tags')::jsonb)) where kind = 'customers';
