-- Which state of another system's job this one is in: an older one that arrives late changes nothing.
alter table jobs add column external_revision bigint;
