-- Emails are unsubscribed from by a person, not by a phone.

alter table consent_ledger alter column phone_id drop not null;
