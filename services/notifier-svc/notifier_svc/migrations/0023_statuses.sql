-- The copy of statuses is asked for all of a company's at once.
create index snapshot_statuses on snapshot (company_id) where kind = 'statuses';
