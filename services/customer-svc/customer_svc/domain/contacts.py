"""The people of a customer: contacts with their email addresses, phones and preferences; one of them is primary."""

from typing import Annotated, Literal
from uuid import UUID, uuid4

from pydantic import ConfigDict, Field, with_config
from typing_extensions import TypedDict

from contracts.addresses import normalised_email
from contracts.model import Flag
from contracts.profiles import CompanyProfile, Contact, EmailAddress
from customer_svc.domain import phones
from customer_svc.domain.customer import Customer
from customer_svc.domain.flags import ContactFlagChanges, EmailFlagChanges
from customer_svc.domain.parts import appended, find, merged, replaced, without
from customer_svc.domain.phones import NewPhone, PhoneChanges
from customer_svc.domain.values import Body, Email, Name
from servicekit.errors import Conflict, Unprocessable

MOST_CONTACTS = 50
MOST_ADDRESSES = 20


class NewEmail(Body):
    """An email address; flags not named are the company's defaults (S0.2)."""

    address: Email
    flags: EmailFlagChanges = Field(default_factory=EmailFlagChanges)


@with_config(ConfigDict(extra="forbid"))
class EmailChanges(TypedDict, total=False):
    """What can change about an email address (S0.4)."""

    address: Email
    flags: EmailFlagChanges


class NewContact(Body):
    """A contact; flags not named are the company's defaults (S0.15). The first contact is the primary one."""

    name: Name
    primary: Flag = False
    emails: Annotated[tuple[NewEmail, ...], Field(max_length=MOST_ADDRESSES)] = ()
    phones: Annotated[tuple[NewPhone, ...], Field(max_length=MOST_ADDRESSES)] = ()
    flags: ContactFlagChanges = Field(default_factory=ContactFlagChanges)


@with_config(ConfigDict(extra="forbid"))
class ContactChanges(TypedDict, total=False):
    """What can change about a contact (S0.16). Another one becomes primary by being made so."""

    name: Name
    primary: Literal[True]
    flags: ContactFlagChanges


def add(customer: Customer, new: NewContact, company: CompanyProfile) -> tuple[Customer, UUID]:
    """The customer with one more contact, and its id."""
    contact = Contact(
        id=uuid4(), name=new.name, primary=not customer.contacts, flags=merged(company.contact_defaults, new.flags)
    )
    for email in new.emails:
        contact, _ = _with_email(contact, email, company)
    for phone in new.phones:
        contact = contact.model_copy(update={"phones": phones.add(contact.phones, phone, company.locale)[0]})
    grown = customer.model_copy(update={"contacts": appended(customer.contacts, contact, MOST_CONTACTS)})
    return _primary(grown, contact.id) if new.primary else grown, contact.id


def add_all(customer: Customer, new: tuple[NewContact, ...], company: CompanyProfile) -> Customer:
    """The customer with these contacts; the first is primary unless another one says so."""
    if sum(contact.primary for contact in new) > 1:
        raise Unprocessable("Only one contact can be the primary one.")
    for contact in new:
        customer, _ = add(customer, contact, company)
    return customer


def change(customer: Customer, contact_id: UUID, changes: ContactChanges) -> Customer:
    """The customer with this contact changed."""
    contacts = replaced(customer.contacts, contact_id, lambda contact: merged(contact, changes))
    changed = customer.model_copy(update={"contacts": contacts})
    return _primary(changed, contact_id) if "primary" in changes else changed


def remove(customer: Customer, contact_id: UUID) -> Customer:
    """The customer without this contact; the primary one can only be the last to go."""
    if find(customer.contacts, contact_id).primary and len(customer.contacts) > 1:
        raise Conflict("Make another contact the primary one first.")
    return customer.model_copy(update={"contacts": without(customer.contacts, contact_id)})


def _primary(customer: Customer, contact_id: UUID) -> Customer:
    contacts = tuple(c.model_copy(update={"primary": c.id == contact_id}) for c in customer.contacts)
    return customer.model_copy(update={"contacts": contacts})


def add_email(customer: Customer, contact_id: UUID, new: NewEmail, company: CompanyProfile) -> tuple[Customer, UUID]:
    """The customer with one more email address of this contact, and its id."""
    contact, email_id = _with_email(find(customer.contacts, contact_id), new, company)
    return _put(customer, contact), email_id


def change_email(customer: Customer, contact_id: UUID, email_id: UUID, changes: EmailChanges) -> Customer:
    """The customer with this email address, or its flags, changed."""
    contact = find(customer.contacts, contact_id)
    emails = replaced(contact.emails, email_id, lambda email: merged(email, changes))
    return _put(customer, contact.model_copy(update={"emails": _distinct(emails)}))


def remove_email(customer: Customer, contact_id: UUID, email_id: UUID) -> Customer:
    """The customer without this email address."""
    contact = find(customer.contacts, contact_id)
    return _put(customer, contact.model_copy(update={"emails": without(contact.emails, email_id)}))


def add_phone(customer: Customer, contact_id: UUID, new: NewPhone, company: CompanyProfile) -> tuple[Customer, UUID]:
    """The customer with one more phone of this contact, and its id."""
    contact = find(customer.contacts, contact_id)
    numbers, phone_id = phones.add(contact.phones, new, company.locale)
    return _put(customer, contact.model_copy(update={"phones": numbers})), phone_id


def change_phone(
    customer: Customer, contact_id: UUID, phone_id: UUID, changes: PhoneChanges, company: CompanyProfile
) -> Customer:
    """The customer with this phone changed."""
    contact = find(customer.contacts, contact_id)
    numbers = phones.change(contact.phones, phone_id, changes, company.locale)
    return _put(customer, contact.model_copy(update={"phones": numbers}))


def remove_phone(customer: Customer, contact_id: UUID, phone_id: UUID) -> Customer:
    """The customer without this phone."""
    contact = find(customer.contacts, contact_id)
    return _put(customer, contact.model_copy(update={"phones": without(contact.phones, phone_id)}))


def _put(customer: Customer, contact: Contact) -> Customer:
    contacts = replaced(customer.contacts, contact.id, lambda _: contact)
    return customer.model_copy(update={"contacts": contacts})


def _with_email(contact: Contact, new: NewEmail, company: CompanyProfile) -> tuple[Contact, UUID]:
    email = EmailAddress(id=uuid4(), address=new.address, flags=merged(company.email_defaults, new.flags))
    emails = _distinct(appended(contact.emails, email, MOST_ADDRESSES))
    return contact.model_copy(update={"emails": emails}), email.id


def _distinct(emails: tuple[EmailAddress, ...]) -> tuple[EmailAddress, ...]:
    if len({normalised_email(email.address) for email in emails}) < len(emails):
        raise Conflict("The contact has this email address already.")
    return emails
