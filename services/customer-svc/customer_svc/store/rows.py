"""A customer's contacts, addresses and recipients as rows of their tables."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from contracts.addresses import normalised_email
from contracts.profiles import Phone
from customer_svc.domain.customer import Customer

Row = dict[str, Any]
Tables = dict[str, list[Row]]


def rows_of(customer: Customer) -> Tables:
    """Every part of the customer as a row; a table comes after the one it refers to."""
    tables: Tables = {
        "contact": _positioned(customer.contacts, {"flags", "emails", "phones", "primary"}, customer_id=customer.id),
        "service_address": _positioned(customer.service_addresses, {"recipients"}, customer_id=customer.id),
        "recipient": [],
        "email_address": [],
        "phone": [],
    }
    for row, contact in zip(tables["contact"], customer.contacts, strict=True):
        row |= {"is_primary": contact.primary, **contact.flags.model_dump()}
        emails = _positioned(contact.emails, {"flags"}, contact_id=contact.id)
        for email_row, email in zip(emails, contact.emails, strict=True):
            email_row |= {"normalised": normalised_email(email.address), **email.flags.model_dump()}
        tables["email_address"] += emails
        tables["phone"] += _phones(contact.phones, contact_id=contact.id, recipient_id=None)
    for address in customer.service_addresses:
        recipients = _positioned(address.recipients, {"flags", "phones"}, service_address_id=address.id)
        for row, recipient in zip(recipients, address.recipients, strict=True):
            normalised = [normalised_email(email) for email in recipient.emails]
            row |= {"normalised_emails": normalised, **recipient.flags.model_dump()}
            tables["phone"] += _phones(recipient.phones, contact_id=None, recipient_id=recipient.id)
        tables["recipient"] += recipients
    return {table: [row | {"company_id": customer.company_id} for row in rows] for table, rows in tables.items()}


def gone(before: list[Row], after: list[Row]) -> list[UUID]:
    """Ids of the rows that are no more."""
    kept = {row["id"] for row in after}
    return [row["id"] for row in before if row["id"] not in kept]


def changed(before: list[Row], after: list[Row]) -> list[Row]:
    """Rows that are new or differ."""
    old = {row["id"]: row for row in before}
    return [row for row in after if old.get(row["id"]) != row]


def _phones(phones: Sequence[Phone], **owner: UUID | None) -> list[Row]:
    return _positioned(phones, set(), **owner)


def _positioned(parts: Iterable[Any], without: set[str], **more: Any) -> list[Row]:
    return [part.model_dump(exclude=without) | more | {"position": i} for i, part in enumerate(parts)]
