"""Service addresses, and the additional recipients who hear about one address and no other (S2)."""

from enum import StrEnum
from typing import Annotated
from uuid import UUID, uuid4

from pydantic import ConfigDict, Field, with_config
from typing_extensions import TypedDict

from contracts.addresses import normalised_email
from contracts.model import Flag
from contracts.profiles import AdditionalRecipient, CompanyProfile, ServiceAddress
from customer_svc.domain import phones
from customer_svc.domain.customer import Customer
from customer_svc.domain.flags import RecipientFlagChanges
from customer_svc.domain.parts import appended, find, merged, replaced, without
from customer_svc.domain.phones import NewPhone
from customer_svc.domain.values import Body, Email, Name, Text, Zone
from servicekit.errors import Conflict

MOST_ADDRESSES = 100
MOST_RECIPIENTS = 20


class RecipientRole(StrEnum):
    """What an additional recipient is to the address (G12)."""

    TENANT = "tenant"
    OWNER = "owner"
    PAYER = "payer"


# A role presets flags, no more: a tenant is not told about money unless someone says so (D8).
PRESETS: dict[RecipientRole | None, RecipientFlagChanges] = {
    RecipientRole.TENANT: {"payment_receipts": False, "invoices": False}
}

Emails = Annotated[tuple[Email, ...], Field(max_length=10)]
Phones = Annotated[tuple[NewPhone, ...], Field(max_length=5)]


class NewRecipient(Body):
    """An additional recipient; flags not named are the role's, then the company's defaults (D8)."""

    name: Name
    role: RecipientRole | None = None
    emails: Emails = ()
    """All of them get what is sent (S2.5)."""
    phones: Phones = ()
    flags: RecipientFlagChanges = Field(default_factory=RecipientFlagChanges)


@with_config(ConfigDict(extra="forbid"))
class RecipientChanges(TypedDict, total=False):
    """What can change about an additional recipient; a list given replaces the list that was."""

    name: Name
    role: RecipientRole | None
    emails: Emails
    phones: Phones
    flags: RecipientFlagChanges


class NewServiceAddress(Body):
    """A service address, with recipients if any (S2.4); its zone is the customer's or company's if not told."""

    line: Name
    city: Text = ""
    state: Text = ""
    postal_code: Text = ""
    zone: Zone | None = None
    additional_communication: Flag = False
    recipients: Annotated[tuple[NewRecipient, ...], Field(max_length=MOST_RECIPIENTS)] = ()


@with_config(ConfigDict(extra="forbid"))
class ServiceAddressChanges(TypedDict, total=False):
    """What can change about a service address; switching communication off keeps the recipients (S2.6)."""

    line: Name
    city: Text
    state: Text
    postal_code: Text
    zone: Zone
    additional_communication: Flag


def add(customer: Customer, new: NewServiceAddress, company: CompanyProfile) -> tuple[Customer, UUID]:
    """The customer with one more service address, and its id."""
    plain = new.model_dump(exclude={"zone", "recipients"})
    zone = new.zone or customer.zone or company.zone
    address = ServiceAddress(id=uuid4(), zone=zone, **plain)
    for recipient in new.recipients:
        address, _ = _with_recipient(address, recipient, company)
    grown = appended(customer.service_addresses, address, MOST_ADDRESSES)
    return customer.model_copy(update={"service_addresses": grown}), address.id


def add_all(customer: Customer, new: tuple[NewServiceAddress, ...], company: CompanyProfile) -> Customer:
    """The customer with these service addresses."""
    for address in new:
        customer, _ = add(customer, address, company)
    return customer


def change(customer: Customer, address_id: UUID, changes: ServiceAddressChanges) -> Customer:
    """The customer with this service address changed."""
    return _put(customer, merged(find(customer.service_addresses, address_id), changes))


def remove(customer: Customer, address_id: UUID) -> Customer:
    """The customer without this service address and its recipients."""
    return customer.model_copy(update={"service_addresses": without(customer.service_addresses, address_id)})


def add_recipient(
    customer: Customer, address_id: UUID, new: NewRecipient, company: CompanyProfile
) -> tuple[Customer, UUID]:
    """The customer with one more recipient of this service address, and the recipient's id.

    The first one switches its communication on, which technicians can't: nobody is added who is to hear nothing.
    """
    known = find(customer.service_addresses, address_id)
    address, recipient_id = _with_recipient(known, new, company)
    if not known.recipients:
        address = address.model_copy(update={"additional_communication": True})
    return _put(customer, address), recipient_id


def change_recipient(
    customer: Customer, address_id: UUID, recipient_id: UUID, changes: RecipientChanges, company: CompanyProfile
) -> Customer:
    """The customer with this recipient changed."""
    address = find(customer.service_addresses, address_id)
    old = find(address.recipients, recipient_id)
    changed = _distinct(merged(old, {name: value for name, value in changes.items() if name != "phones"}))
    if "phones" in changes:
        numbers = phones.listed(old.phones, changes["phones"], company.locale)
        changed = changed.model_copy(update={"phones": numbers})
    recipients = replaced(address.recipients, recipient_id, lambda _: changed)
    return _put(customer, address.model_copy(update={"recipients": recipients}))


def remove_recipient(customer: Customer, address_id: UUID, recipient_id: UUID) -> Customer:
    """The customer without this recipient."""
    address = find(customer.service_addresses, address_id)
    recipients = without(address.recipients, recipient_id)
    return _put(customer, address.model_copy(update={"recipients": recipients}))


def _put(customer: Customer, address: ServiceAddress) -> Customer:
    addresses = replaced(customer.service_addresses, address.id, lambda _: address)
    return customer.model_copy(update={"service_addresses": addresses})


def _with_recipient(address: ServiceAddress, new: NewRecipient, company: CompanyProfile) -> tuple[ServiceAddress, UUID]:
    recipient = AdditionalRecipient(
        id=uuid4(),
        name=new.name,
        role=new.role,
        emails=new.emails,
        phones=phones.listed((), new.phones, company.locale),
        flags=merged(company.recipient_defaults, {**PRESETS.get(new.role, {}), **new.flags}),
    )
    grown = appended(address.recipients, _distinct(recipient), MOST_RECIPIENTS)
    return address.model_copy(update={"recipients": grown}), recipient.id


def _distinct(recipient: AdditionalRecipient) -> AdditionalRecipient:
    if len({normalised_email(email) for email in recipient.emails}) < len(recipient.emails):
        raise Conflict("The recipient has this email address already.")
    return recipient
