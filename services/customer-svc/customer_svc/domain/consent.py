"""Permission to text a phone, given or refused somewhere else and written down here (S1.17)."""

from typing import Annotated, TypeVar
from uuid import UUID

from pydantic import StringConstraints

from contracts.profiles import AdditionalRecipient, Consent, Contact, Phone
from customer_svc.domain.customer import Customer
from customer_svc.domain.values import Body
from servicekit.errors import Conflict, NotFound

P = TypeVar("P", Contact, AdditionalRecipient)


class OptedOut(Conflict):
    """This phone has opted out of texts: only its owner can undo that, by texting START."""

    slug = "opted-out"


class ConsentGiven(Body):
    """What the owner of a phone said, and how the company knows."""

    sms: Consent
    source: Annotated[
        str, StringConstraints(min_length=1, max_length=200, strip_whitespace=True, pattern=r"^[^\x00-\x1f]*$")
    ]
    """For the ledger: `paper form, signed 3 May`."""


def write_down(customer: Customer, phone_id: UUID, given: ConsentGiven) -> Customer:
    """The customer with the consent of one phone changed, whoever's it is. Raises `NotFound` and `OptedOut`."""
    places = tuple(
        place.model_copy(update={"recipients": tuple(_changed(person, phone_id, given) for person in place.recipients)})
        for place in customer.service_addresses
    )
    contacts = tuple(_changed(person, phone_id, given) for person in customer.contacts)
    recipients = (person for place in customer.service_addresses for person in place.recipients)
    phones = (phone for people in (customer.contacts, recipients) for person in people for phone in person.phones)
    if not any(phone.id == phone_id for phone in phones):
        raise NotFound
    return customer.model_copy(update={"contacts": contacts, "service_addresses": places})


def _changed(person: P, phone_id: UUID, given: ConsentGiven) -> P:
    phones: tuple[Phone, ...] = person.phones
    changed = tuple(_set(phone, given) if phone.id == phone_id else phone for phone in phones)
    return person.model_copy(update={"phones": changed})


def _set(phone: Phone, given: ConsentGiven) -> Phone:
    if phone.sms_consent is Consent.REVOKED and given.sms is not Consent.REVOKED:
        raise OptedOut  # D12, S1.19
    return phone.model_copy(update={"sms_consent": given.sms})
