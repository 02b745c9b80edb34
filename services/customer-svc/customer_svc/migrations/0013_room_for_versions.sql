-- A changed flag raises its customer's version. With room in its page the row stays in it, and none of its indexes, the
-- trigrams' least of all, gets a new entry (HOT). Pages written from now on leave that room.
alter table customer set (fillfactor = 80);
alter table contact set (fillfactor = 80);
alter table email_address set (fillfactor = 80);
