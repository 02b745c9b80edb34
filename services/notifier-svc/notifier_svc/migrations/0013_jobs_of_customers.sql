-- Whose job is this? Of the copies that hold a whole job, because the log has not what was told of it last.
create index snapshot_jobs on snapshot ((data -> 'whole' ->> 'customer_id')) where kind = 'jobs' and data ? 'whole';
