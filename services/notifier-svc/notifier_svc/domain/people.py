"""Who receives (D1): contacts and additional recipients as candidates, with the preferences that are on."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from uuid import UUID

from contracts.deliveries import Category, Channel
from contracts.profiles import AdditionalRecipient, Consent, Contact, CustomerProfile, EmailFlags, Phone
from notifier_svc.domain.gates import eligible
from notifier_svc.domain.model import Block, Candidate, Flag, normalise

# These go to every contact, unless a region's rule sends them; all else to the primary one.
TO_EVERY_CONTACT = frozenset(
    {
        Category.CONFIRMATION,
        Category.RECEIPT,
        Category.INVOICE,
        Category.SERVICE_REMINDER,
        Category.INVOICE_REMINDER,
        Category.BROADCAST,
    }
)
NOWHERE = (None, frozenset[Flag]())  # no address on file, so nothing that it allows
# Here no flag of an address decides: email goes to a contact's first address only; a recipient gets all at all (S2.5).
TO_FIRST_ADDRESS = frozenset({Category.SERVICE_REMINDER, Category.INVOICE_REMINDER, Category.BROADCAST})


def candidates(
    customer: CustomerProfile,
    service_address_id: UUID | None,
    category: Category,
    channel: Channel,
    blocked: frozenset[Block],
    *,
    regional: bool = False,
) -> list[Candidate]:
    """Everyone whom a message of `category` is meant for, the primary contact first; each still to pass the gates."""
    found = reachable(customer, service_address_id, category, channel, regional=regional)
    of_contacts = {contact.id for contact in customer.contacts} if category in TO_FIRST_ADDRESS else ()
    return [
        candidate
        for places in found
        for candidate in _where(places, category, channel, blocked, first_only=places[0].person_id in of_contacts)
    ]


def reachable(
    customer: CustomerProfile,
    service_address_id: UUID | None,
    category: Category,
    channel: Channel,
    *,
    regional: bool = False,
) -> list[list[Candidate]]:
    """Everyone whom a message of `category` is meant for, person by person, at each of their addresses."""
    every_contact = category in TO_EVERY_CONTACT and not regional
    people = [contact for contact in customer.contacts if contact.primary or every_contact]
    people.sort(key=lambda contact: not contact.primary)
    found = [_of_contact(contact, channel) for contact in people]
    if category is not Category.BROADCAST:
        found += [_of_recipient(recipient, channel) for recipient in _recipients(customer, service_address_id)]
    return found


def addresses(customer: CustomerProfile) -> Iterator[tuple[Channel, str]]:
    """Every normalised address on the profile, with its channels."""
    recipients = [recipient for address in customer.service_addresses for recipient in address.recipients]
    typed = [email.address for contact in customer.contacts for email in contact.emails]
    for email in typed + [email for recipient in recipients for email in recipient.emails]:
        yield Channel.EMAIL, normalise(email)
    phones = [phone for contact in customer.contacts for phone in contact.phones]
    for phone in phones + [phone for recipient in recipients for phone in recipient.phones]:
        yield Channel.SMS, normalise(phone.number)
        yield Channel.VOICE, normalise(phone.number)


def names(customer: CustomerProfile) -> dict[UUID, str]:
    """Everyone on the profile, contacts and additional recipients."""
    found = {contact.id: contact.name for contact in customer.contacts}
    return found | {person.id: person.name for place in customer.service_addresses for person in place.recipients}


def at_phone(customer: CustomerProfile, person_id: UUID, phone_id: UUID) -> Candidate | None:
    """A person at one phone, contact or recipient of whichever service address; `None` where it is there no more."""
    numbers = {phone.id: phone.number for phone in _phones_of(customer)}
    places = (place for place in everyone(customer, Channel.SMS) if place.person_id == person_id)
    return next((place for place in places if place.address and place.address == numbers.get(phone_id)), None)


def at_email(customer: CustomerProfile, person_id: UUID, email_id: UUID) -> Candidate | None:
    """A contact at one email address; `None` where it is there no more."""
    for contact in customer.contacts:
        found = next((email.address for email in contact.emails if email.id == email_id), None)
        if contact.id == person_id and found:
            return next(c for c in _of_contact(contact, Channel.EMAIL) if c.key == normalise(found))
    return None


def consent_of(customer: CustomerProfile, phone_id: UUID) -> Consent | None:
    """What the phone's owner has said to texts; `None` where the phone is there no more."""
    return next((phone.sms_consent for phone in _phones_of(customer) if phone.id == phone_id), None)


def everyone(customer: CustomerProfile, channel: Channel) -> Iterator[Candidate]:
    """Every contact and every recipient of every service address, at each of their addresses."""
    for contact in customer.contacts:
        yield from _of_contact(contact, channel)
    for address in customer.service_addresses:
        for recipient in address.recipients:
            yield from _of_recipient(recipient, channel)


def phones_with(customer: CustomerProfile, number: str) -> Iterator[Phone]:
    """The phones with this number, whoever's of the customer they are."""
    yield from (phone for phone in _phones_of(customer) if phone.number == number)


def willing(phone: Phone) -> frozenset[Flag]:
    """What the phone's owner has agreed to, or not objected to."""
    return _on(_phone_flags(phone))


def _phones_of(customer: CustomerProfile) -> Iterator[Phone]:
    for contact in customer.contacts:
        yield from contact.phones
    for address in customer.service_addresses:
        for recipient in address.recipients:
            yield from recipient.phones


def _recipients(customer: CustomerProfile, service_address_id: UUID | None) -> Iterator[AdditionalRecipient]:
    """The active additional recipients of this service address and no other (S2.2, S2.6)."""
    for address in customer.service_addresses:
        if address.id == service_address_id and address.additional_communication:
            yield from address.recipients


def _of_contact(contact: Contact, channel: Channel) -> list[Candidate]:
    flags = contact.flags
    own = {
        Flag.CONFIRMATIONS_OF_ALL_JOBS: flags.confirmations,
        Flag.SERVICE_REMINDERS: flags.service_reminders,
        Flag.INVOICE_REMINDERS: flags.invoice_reminders,
        Flag.BROADCASTS: not flags.exclude_from_broadcasts,
        Flag.TEXT: flags.text,
        Flag.VOICE: flags.voice,
    }
    at = partial(Candidate, contact.id, contact.name, channel, primary=contact.primary)
    if channel is not Channel.EMAIL:
        return _phones(at, contact.phones, own)
    return _emails(at, [(email.address, own | _address_flags(email.flags)) for email in contact.emails])


def _of_recipient(recipient: AdditionalRecipient, channel: Channel) -> list[Candidate]:
    """Its own flags stand where the table says contact's or address's (D8)."""
    flags = recipient.flags
    own = {
        Flag.CONFIRMATIONS_OF_ALL_JOBS: flags.confirmations,
        Flag.SERVICE_REMINDERS: flags.service_reminders,
        Flag.INVOICE_REMINDERS: flags.invoice_reminders,
        Flag.TEXT: flags.text,
        Flag.VOICE: flags.voice,
    }
    at = partial(Candidate, recipient.id, recipient.name, channel)
    if channel is not Channel.EMAIL:
        return _phones(at, recipient.phones, own)
    return _emails(at, [(address, own | _address_flags(flags)) for address in recipient.emails])


def _emails(at: Callable[..., Candidate], found: Iterable[tuple[str, dict[Flag, bool]]]) -> list[Candidate]:
    """The person at each of these addresses, however often and in whichever spelling it is on file."""
    places: dict[str, Candidate] = {}
    for address, flags in found:
        places.setdefault(normalise(address), at(address, _on(flags)))
    return list(places.values()) or [at(*NOWHERE)]


def _phones(at: Callable[..., Candidate], phones: Iterable[Phone], own: dict[Flag, bool]) -> list[Candidate]:
    """The person at each of these phones."""
    found = [at(phone.number, _on(own | _phone_flags(phone)), landline=phone.landline) for phone in phones]
    return found or [at(*NOWHERE)]


def _where(
    places: list[Candidate], category: Category, channel: Channel, blocked: frozenset[Block], *, first_only: bool
) -> Sequence[Candidate]:
    """Which of a person's addresses it is for (D1); of phones where none is eligible, one that tells why not."""
    if channel is Channel.EMAIL:
        return places[:1] if first_only else places
    phones = [place for place in places if eligible(category, place, blocked)]
    return (phones or [place for place in places if channel is Channel.VOICE or not place.landline] or places)[:1]


def _address_flags(flags: EmailFlags) -> dict[Flag, bool]:
    return {
        Flag.CONFIRMATIONS: flags.confirmations,
        Flag.STATUS_UPDATES: flags.status_updates,
        Flag.PAYMENT_RECEIPTS: flags.payment_receipts,
        Flag.INVOICES: flags.invoices,
    }


def _phone_flags(phone: Phone) -> dict[Flag, bool]:
    return {Flag.SMS_CONSENT: phone.sms_consent is Consent.GRANTED, Flag.CALLS: not phone.calls_opted_out}


def _on(flags: dict[Flag, bool]) -> frozenset[Flag]:
    return frozenset(flag for flag, on in flags.items() if on)
