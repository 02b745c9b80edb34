-- Of a phone that takes no texts: whose it was, by ids, so that they are told when the office lifts that.
alter table block add column phones jsonb;
