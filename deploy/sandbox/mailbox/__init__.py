"""The mailbox: SMTP in, a truth log, a JSON API and pages to read what arrived."""
