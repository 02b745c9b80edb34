"""What a line of a table makes of a customer: what it fills replaces what was there, what it leaves empty stays."""

from typing import TypeVar, cast

from contracts.addresses import normalised_email
from contracts.profiles import CompanyProfile, Contact
from customer_svc.domain import addresses, contacts, intake
from customer_svc.domain.contacts import NewContact, NewEmail
from customer_svc.domain.customer import Customer, CustomerChanges, change
from customer_svc.domain.imports import Row, RowProblem
from customer_svc.domain.intake import NewCustomer
from customer_svc.domain.values import e164
from servicekit.errors import Problem

P = TypeVar("P")


def outcome(row: Row, before: Customer | None, company: CompanyProfile) -> Customer | RowProblem:
    """What the line makes of the customer that it is about, or the new one; or why it is left out after all."""
    new = NewCustomer.model_validate(row.data)
    try:
        return merge(before, new, company) if before else intake.admit(new, company)
    except Problem as error:  # the company has changed since the line was read, or one more is too many
        return RowProblem(line=row.line, column=None, problem=str(error))


def merge(customer: Customer, new: NewCustomer, company: CompanyProfile) -> Customer:
    """The customer with what the line fills; what it leaves empty stays.

    The contact's name, email and phone are the primary contact's. A service address that was not there is added.
    """
    plain = new.model_fields_set - {"contacts", "service_addresses", "external_id"}
    merged = change(customer, cast("CustomerChanges", {name: getattr(new, name) for name in plain}), company)
    merged = merged.model_copy(update={"external_id": customer.external_id or new.external_id})
    for contact in new.contacts:
        merged = _with_contact(merged, contact, company)
    for place in new.service_addresses:
        if place.line.casefold() not in {known.line.casefold() for known in merged.service_addresses}:
            merged, _ = addresses.add(merged, place, company)
    return merged


def _with_contact(customer: Customer, new: NewContact, company: CompanyProfile) -> Customer:
    """The primary contact with the name, if one is told, and an email address and a phone that nobody there had.

    Each takes the place of the only one there was. The email address keeps its preferences; the phone is another, and
    has no consent.
    """
    primary = next((contact for contact in customer.contacts if contact.primary), None)
    if primary is None:
        return contacts.add(customer, new, company)[0]
    if new.primary:
        customer = contacts.change(customer, primary.id, {"name": new.name})
    known_emails = {normalised_email(email.address) for contact in customer.contacts for email in contact.emails}
    known_phones = {phone.number for contact in customer.contacts for phone in contact.phones}
    for email in new.emails:
        if normalised_email(email.address) not in known_emails:
            customer = _with_email(customer, primary, email, company)
    for phone in new.phones:
        if e164(phone.number, company.locale) not in known_phones:
            for former in _only(primary.phones):
                customer = contacts.remove_phone(customer, primary.id, former.id)
            customer, _ = contacts.add_phone(customer, primary.id, phone, company)
    return customer


def _with_email(customer: Customer, contact: Contact, new: NewEmail, company: CompanyProfile) -> Customer:
    for old in _only(contact.emails):
        return contacts.change_email(customer, contact.id, old.id, {"address": new.address})
    return contacts.add_email(customer, contact.id, new, company)[0]


def _only(parts: tuple[P, ...]) -> tuple[P, ...]:
    return parts if len(parts) == 1 else ()
