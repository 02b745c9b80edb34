-- By trigger: the tags that the published words need and that are never known then. What was published before has none noted
-- until it is published again: rules may name it, as before.
alter table template add column untold jsonb not null default '{}';
