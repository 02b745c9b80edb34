-- What the tokens of those who changed a setting called them: a log of ids tells nobody who it was.
alter table company_change add column actor_name text;
