"""Permission to text a phone: asked for by text, answered by its owner, or written down where it was said elsewhere.

none --asked--> requested --YES--> granted          revoked --START--> what it was before
refused --asked--> requested --NO--> refused        any --STOP--> revoked
"""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Annotated, Literal, TypeVar
from uuid import UUID

from pydantic import StringConstraints

from contracts.inbound import Meaning
from contracts.profiles import AdditionalRecipient, Consent, Contact, Phone
from customer_svc.domain.customer import Customer
from customer_svc.domain.values import Body
from servicekit.errors import Conflict, NotFound

P = TypeVar("P", Contact, AdditionalRecipient)

ASK_AGAIN_AFTER = timedelta(hours=24)

# What an answer makes of a consent; what is not here stays as it is.
ANSWERS: Mapping[Meaning, Mapping[Consent, Consent]] = {
    Meaning.YES: {Consent.REQUESTED: Consent.GRANTED},
    Meaning.NO: {Consent.REQUESTED: Consent.REFUSED},
    Meaning.STOP: dict.fromkeys(Consent, Consent.REVOKED),
}


class OptedOut(Conflict):
    """This phone has opted out of texts: only its owner can undo that, by texting START."""

    slug = "opted-out"


class AllowedAlready(Conflict):
    """This phone has agreed to texts already."""

    slug = "allowed-already"


class AskedAlready(Conflict):
    """This phone was asked less than a day ago."""

    slug = "asked-already"


class TakesNoTexts(Conflict):
    """This phone is a landline, which takes no texts."""

    slug = "takes-no-texts"


class ConsentGiven(Body):
    """What the owner of a phone said, and how the company knows."""

    sms: Literal[Consent.GRANTED, Consent.REFUSED, Consent.REVOKED]
    source: Annotated[
        str, StringConstraints(min_length=1, max_length=200, strip_whitespace=True, pattern=r"^[^\x00-\x1f]*$")
    ]
    """For the ledger: `paper form, signed 3 May`."""


def write_down(customer: Customer, phone_id: UUID, given: ConsentGiven) -> Customer:
    """The customer with a consent as it was given elsewhere; what is revoked is so on every phone of the number.

    Raises `NotFound` and `OptedOut`.
    """
    _, phone = find(customer, phone_id)
    if given.sms is Consent.REVOKED:
        return revoked(customer, phone.number)
    if phone.sms_consent is Consent.REVOKED:
        raise OptedOut  # D12, S1.19
    return put(customer, phone_id, given.sms)


def revoked(customer: Customer, number: str) -> Customer:
    """The customer with no phone of this number that may be texted."""
    for phone in with_number(customer, number):
        customer = put(customer, phone.id, Consent.REVOKED)
    return customer


def ask(customer: Customer, phone_id: UUID, last_asked: datetime | None, now: datetime) -> Customer:
    """The customer with this phone asked for permission (S1.18). Raises `NotFound`, or why it is not asked."""
    _, phone = find(customer, phone_id)
    if phone.sms_consent is Consent.REVOKED:
        raise OptedOut
    if phone.sms_consent is Consent.GRANTED:
        raise AllowedAlready
    if phone.landline:
        raise TakesNoTexts
    if last_asked and now - last_asked < ASK_AGAIN_AFTER:
        raise AskedAlready
    return put(customer, phone_id, Consent.REQUESTED)


def heard(consent: Consent, answer: Meaning, before_stop: Consent) -> Consent:
    """What a text from the phone makes of its consent; START gives back what it was before the STOP (D12)."""
    if answer is Meaning.START:
        return before_stop if consent is Consent.REVOKED else consent
    return ANSWERS.get(answer, {}).get(consent, consent)


def find(customer: Customer, phone_id: UUID) -> tuple[UUID, Phone]:
    """A phone, and whose it is: a contact's, or an additional recipient's. Raises `NotFound`."""
    for owner, phone in _owned(customer):
        if phone.id == phone_id:
            return owner, phone
    raise NotFound("There is no such phone.")


def phones_of(customer: Customer) -> list[Phone]:
    """Every phone, of contacts and of additional recipients."""
    return [phone for _, phone in _owned(customer)]


def with_number(customer: Customer, number: str) -> list[Phone]:
    """Every phone of the customer with this number, whoever's it is."""
    return [phone for phone in phones_of(customer) if phone.number == number]


def _owned(customer: Customer) -> Iterator[tuple[UUID, Phone]]:
    for contact in customer.contacts:
        yield from ((contact.id, phone) for phone in contact.phones)
    for place in customer.service_addresses:
        for recipient in place.recipients:
            yield from ((recipient.id, phone) for phone in recipient.phones)


def put(customer: Customer, phone_id: UUID, consent: Consent) -> Customer:
    """The customer with the consent of one phone changed, whoever's it is."""
    return marked(customer, phone_id, sms_consent=consent)


def marked(customer: Customer, phone_id: UUID, **known: object) -> Customer:
    """The customer with what is `known` about one phone, whoever's it is."""
    places = tuple(
        place.model_copy(update={"recipients": tuple(_marked(person, phone_id, known) for person in place.recipients)})
        for place in customer.service_addresses
    )
    contacts = tuple(_marked(person, phone_id, known) for person in customer.contacts)
    return customer.model_copy(update={"contacts": contacts, "service_addresses": places})


def _marked(person: P, phone_id: UUID, known: Mapping[str, object]) -> P:
    phones: tuple[Phone, ...] = person.phones
    return person.model_copy(
        update={"phones": tuple(p.model_copy(update=known) if p.id == phone_id else p for p in phones)}
    )
