"""Who receives (D1): contacts and additional recipients as candidates, with the preferences that are on."""

from collections.abc import Iterable, Iterator
from uuid import UUID

from contracts.deliveries import Category, Channel
from contracts.profiles import AdditionalRecipient, Consent, Contact, CustomerProfile, EmailFlags, Phone
from notifier_svc.domain.model import Candidate, Flag, normalise

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
# Here no flag of an address decides: email goes to the contact's first address only.
TO_FIRST_ADDRESS = frozenset({Category.SERVICE_REMINDER, Category.INVOICE_REMINDER, Category.BROADCAST})


def candidates(
    customer: CustomerProfile,
    service_address_id: UUID | None,
    category: Category,
    channel: Channel,
    *,
    regional: bool = False,
) -> list[Candidate]:
    """Everyone whom a message of `category` is meant for, the primary contact first; each still to pass the gates."""
    every_contact = category in TO_EVERY_CONTACT and not regional
    people = [contact for contact in customer.contacts if contact.primary or every_contact]
    people.sort(key=lambda contact: not contact.primary)
    found = [candidate for contact in people for candidate in _of_contact(contact, category, channel)]
    if category is not Category.BROADCAST:
        for recipient in _recipients(customer, service_address_id):
            found.extend(_of_recipient(recipient, category, channel))
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


def _recipients(customer: CustomerProfile, service_address_id: UUID | None) -> Iterator[AdditionalRecipient]:
    """The active additional recipients of this service address and no other (S2.2, S2.6)."""
    for address in customer.service_addresses:
        if address.id == service_address_id and address.additional_communication:
            yield from address.recipients


def _of_contact(contact: Contact, category: Category, channel: Channel) -> Iterator[Candidate]:
    flags = contact.flags
    own = {
        Flag.CONFIRMATIONS_OF_ALL_JOBS: flags.confirmations,
        Flag.SERVICE_REMINDERS: flags.service_reminders,
        Flag.INVOICE_REMINDERS: flags.invoice_reminders,
        Flag.BROADCASTS: not flags.exclude_from_broadcasts,
        Flag.TEXT: flags.text,
        Flag.VOICE: flags.voice,
    }
    if channel is Channel.EMAIL:
        emails = [(email.address, _on(own | _address_flags(email.flags))) for email in contact.emails]
        found = emails[:1] if category in TO_FIRST_ADDRESS else emails
    else:
        found = _phone(contact.phones, own, channel)
    return _build(contact.id, contact.name, channel, found, primary=contact.primary)


def _of_recipient(recipient: AdditionalRecipient, category: Category, channel: Channel) -> Iterator[Candidate]:
    """Its own flags stand where the table says contact's or address's (D8)."""
    flags = recipient.flags
    own = {
        Flag.CONFIRMATIONS_OF_ALL_JOBS: flags.confirmations,
        Flag.SERVICE_REMINDERS: flags.service_reminders,
        Flag.INVOICE_REMINDERS: flags.invoice_reminders,
        Flag.TEXT: flags.text,
        Flag.VOICE: flags.voice,
    }
    if channel is Channel.EMAIL:
        emails = [(address, _on(own | _address_flags(flags))) for address in recipient.emails]
        found = emails[:1] if category in TO_FIRST_ADDRESS else emails
    else:
        found = _phone(recipient.phones, own, channel)
    return _build(recipient.id, recipient.name, channel, found)


def _build(
    id: UUID, name: str, channel: Channel, addresses: Iterable[tuple[str, frozenset[Flag]]], *, primary: bool = False
) -> Iterator[Candidate]:
    """One candidate an address; one without an address where there is none, so that the log can say so."""
    found: dict[str, Candidate] = {}
    for address, allows in addresses:
        found.setdefault(normalise(address), Candidate(id, name, channel, address, allows, primary))
    yield from found.values() or [Candidate(id, name, channel, None, frozenset(), primary)]


def _address_flags(flags: EmailFlags) -> dict[Flag, bool]:
    return {
        Flag.CONFIRMATIONS: flags.confirmations,
        Flag.STATUS_UPDATES: flags.status_updates,
        Flag.PAYMENT_RECEIPTS: flags.payment_receipts,
        Flag.INVOICES: flags.invoices,
    }


def _phone(phones: Iterable[Phone], own: dict[Flag, bool], channel: Channel) -> list[tuple[str, frozenset[Flag]]]:
    """The first eligible phone, or the first of all, so that the log names what it lacks (D1)."""
    found = [(phone, _on(own | _phone_flags(phone))) for phone in phones if not (_text(channel) and phone.landline)]
    needed = Flag.SMS_CONSENT if _text(channel) else Flag.CALLS
    eligible = [each for each in found if needed in each[1]] or found
    return [(phone.number, allows) for phone, allows in eligible[:1]]


def _text(channel: Channel) -> bool:
    return channel is Channel.SMS


def _phone_flags(phone: Phone) -> dict[Flag, bool]:
    return {Flag.SMS_CONSENT: phone.sms_consent is Consent.GRANTED, Flag.CALLS: not phone.calls_opted_out}


def _on(flags: dict[Flag, bool]) -> frozenset[Flag]:
    return frozenset(flag for flag, on in flags.items() if on)
