-- name: save_contact!
insert into contact (company_id, id, customer_id, position, name, is_primary, confirmations, text, voice,
    service_specials, service_reminders, invoice_reminders, exclude_from_broadcasts)
select company_id, id, customer_id, position, name, is_primary, confirmations, text, voice, service_specials,
    service_reminders, invoice_reminders, exclude_from_broadcasts
from jsonb_populate_recordset(null::contact, $1)
on conflict (company_id, id) do update
set position = excluded.position, name = excluded.name, is_primary = excluded.is_primary,
    confirmations = excluded.confirmations, text = excluded.text, voice = excluded.voice,
    service_specials = excluded.service_specials, service_reminders = excluded.service_reminders,
    invoice_reminders = excluded.invoice_reminders, exclude_from_broadcasts = excluded.exclude_from_broadcasts;

-- name: remove_contact!
delete from contact where company_id = $1 and id = any($2::uuid[]);

-- name: save_email_address!
insert into email_address (company_id, id, contact_id, position, address, normalised, confirmations, status_updates,
    payment_receipts, invoices)
select company_id, id, contact_id, position, address, normalised, confirmations, status_updates, payment_receipts,
    invoices
from jsonb_populate_recordset(null::email_address, $1)
on conflict (company_id, id) do update
set position = excluded.position, address = excluded.address, normalised = excluded.normalised,
    confirmations = excluded.confirmations, status_updates = excluded.status_updates,
    payment_receipts = excluded.payment_receipts, invoices = excluded.invoices;

-- name: remove_email_address!
delete from email_address where company_id = $1 and id = any($2::uuid[]);

-- name: save_service_address!
insert into service_address (company_id, id, customer_id, position, line, city, state, postal_code, zone,
    additional_communication)
select company_id, id, customer_id, position, line, city, state, postal_code, zone, additional_communication
from jsonb_populate_recordset(null::service_address, $1)
on conflict (company_id, id) do update
set position = excluded.position, line = excluded.line, city = excluded.city, state = excluded.state,
    postal_code = excluded.postal_code, zone = excluded.zone,
    additional_communication = excluded.additional_communication;

-- name: remove_service_address!
delete from service_address where company_id = $1 and id = any($2::uuid[]);

-- name: save_recipient!
insert into recipient (company_id, id, service_address_id, position, name, role, emails, normalised_emails,
    confirmations, status_updates, payment_receipts, invoices, text, voice, service_reminders, invoice_reminders)
select company_id, id, service_address_id, position, name, role, emails, normalised_emails, confirmations,
    status_updates, payment_receipts, invoices, text, voice, service_reminders, invoice_reminders
from jsonb_populate_recordset(null::recipient, $1)
on conflict (company_id, id) do update
set position = excluded.position, name = excluded.name, role = excluded.role, emails = excluded.emails,
    normalised_emails = excluded.normalised_emails, confirmations = excluded.confirmations,
    status_updates = excluded.status_updates, payment_receipts = excluded.payment_receipts,
    invoices = excluded.invoices, text = excluded.text, voice = excluded.voice,
    service_reminders = excluded.service_reminders, invoice_reminders = excluded.invoice_reminders;

-- name: remove_recipient!
delete from recipient where company_id = $1 and id = any($2::uuid[]);

-- name: save_phone!
insert into phone (company_id, id, contact_id, recipient_id, position, number, landline, sms_consent, calls_opted_out)
select company_id, id, contact_id, recipient_id, position, number, landline, sms_consent, calls_opted_out
from jsonb_populate_recordset(null::phone, $1)
on conflict (company_id, id) do update
set position = excluded.position, number = excluded.number, landline = excluded.landline,
    sms_consent = excluded.sms_consent, calls_opted_out = excluded.calls_opted_out;

-- name: remove_phone!
delete from phone where company_id = $1 and id = any($2::uuid[]);
