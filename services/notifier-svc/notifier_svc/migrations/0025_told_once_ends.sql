-- What was told once is forgotten when the log is: then no message of that job can come any more.
alter table told_once add column told_at timestamptz not null default now();
create index told_once_end on told_once (told_at);
