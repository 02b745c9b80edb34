-- Rules that are only for customers with some tag; every customer's where empty.

alter table rule add column tags text[] not null default '{}';
