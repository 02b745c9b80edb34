-- The ledger says who was asked what, by which channel.

alter table consent_ledger
    add column channel text not null default 'sms' check (channel in ('email', 'sms', 'voice')),
    add column person_id uuid,               -- the contact or additional recipient
    add column wording text;                 -- what was asked or told, word for word
create index consent_ledger_customer on consent_ledger (company_id, customer_id, id);
