-- What the tokens of those who wrote, published or archived a template called them: a log of ids tells nobody who it was.
alter table template add column updated_by_name text;
alter table template_version add column published_by_name text;
alter table template_change add column actor_name text;
