-- When a contact signed in last, for the office to see.

alter table portal_account add column signed_in_at timestamptz;
