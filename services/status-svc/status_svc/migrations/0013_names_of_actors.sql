-- What the tokens of those who changed a status called them: a log of ids tells nobody who it was.
alter table status_changes add column actor_name text;
