-- What an event changed of its job, field by field, from what to what; told with the first event of an act.
alter table job_events add column changes jsonb not null default '[]';
