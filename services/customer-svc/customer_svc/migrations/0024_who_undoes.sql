-- Who had a batch edit taken back, and what their token called them: often somebody else than who made it.
alter table batch_edit
    add column undone_by text,
    add column undone_by_name text;
