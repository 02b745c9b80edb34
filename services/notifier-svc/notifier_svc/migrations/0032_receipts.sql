-- What a provider says of a message afterwards moves its delivery on. A receipt that says nothing new of it has no state.
alter table receipt add column state text;               -- what the delivery is by it
alter table receipt add column reason text;
alter table receipt add column detail text;              -- our own words, never the provider's
alter table receipt add column rank smallint;            -- the highest of a delivery's receipts counts, in whatever order they came

-- Set where a receipt came before the outcome was written down: whoever writes that looks at the receipts.
alter table delivery add column told boolean;
