"""One person's own preferences, as the person sees and sets them; and whence each flag of a customer comes."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, Field

from contracts.addresses import mask, normalised_email
from contracts.profiles import (
    AdditionalRecipient,
    Consent,
    Contact,
    ContactFlags,
    EmailAddress,
    EmailFlags,
    Phone,
    RecipientFlags,
)
from customer_svc.domain.changes import Change
from customer_svc.domain.customer import Customer
from customer_svc.domain.flags import ContactFlagChanges, EmailFlagChanges, RecipientFlagChanges
from customer_svc.domain.parts import merged, replaced
from customer_svc.domain.values import Body
from servicekit.errors import NotFound, Unprocessable

OWN_WAYS = frozenset({"preference link", "portal"})
"""How customers set their own flags, as the change log has it."""


class OwnEmail(BaseModel):
    """An email address of the person; an additional recipient's has no flags of its own."""

    id: UUID | None
    masked_address: str
    sent_here: bool
    """Whether it is where the link came by."""
    flags: EmailFlags | None


class OwnPhone(BaseModel):
    """A phone of the person. Texts are agreed to by text, calls are ended by a key in one."""

    id: UUID
    masked_number: str
    landline: bool
    """It gets no texts."""
    sms_consent: Consent
    calls_opted_out: bool


class OwnSetting(BaseModel):
    """Who set a flag last."""

    part_id: UUID
    """Of the email address, or of the person."""
    flag: str
    by_reader: bool
    """By a link like this one, or signed in; else the company did."""
    at: datetime


class OwnPreferences(BaseModel):
    """What one person wants to get, a contact or an additional recipient."""

    name: str
    flags: ContactFlags | RecipientFlags
    emails: tuple[OwnEmail, ...]
    phones: tuple[OwnPhone, ...]


class EmailWish(Body):
    """Flags of one email address that should change."""

    id: UUID
    flags: EmailFlagChanges


class Wishes(Body):
    """What a person wants otherwise; what is not named stays."""

    flags: ContactFlagChanges | RecipientFlagChanges = Field(default_factory=ContactFlagChanges)
    emails: Annotated[tuple[EmailWish, ...], Field(max_length=20)] = ()

    def named(self, person_id: UUID) -> set[tuple[UUID, str]]:
        """Each flag that this person names, with the part that has it."""
        of_emails = {(wish.id, flag) for wish in self.emails for flag in wish.flags}
        return of_emails | {(person_id, flag) for flag in self.flags}


@dataclass(frozen=True, slots=True)
class Setting:
    """A row of the change log: this field of this part was set, or the part came."""

    part_id: UUID | None
    field: str
    actor: str
    how: str
    """`office`, `batch edit`, `preference link` ..."""
    at: datetime


class Origin(BaseModel):
    """A flag, and who set it to what it is."""

    part_id: UUID
    """The contact, email address or additional recipient."""
    field: str
    """As in the change log: `contacts.emails.flags.invoices`."""
    on: bool
    set: Setting | None
    """Of a flag that nobody has changed, how its owner came here; nothing of customers older than the change log."""


def own(customer: Customer, person_id: UUID, is_here: Callable[[str], bool]) -> OwnPreferences:
    """What this person may see of themself; `is_here` knows the address that the link came by. Raises `NotFound`."""
    person = _person(customer, person_id)
    return OwnPreferences(
        name=person.name,
        flags=person.flags,
        emails=tuple(_emails(person, is_here)),
        phones=tuple(map(_phone, person.phones)),
    )


def own_settings(customer: Customer, person_id: UUID, log: Iterable[Setting]) -> Iterator[OwnSetting]:
    """Who set each of this person's flags that was set since it came; not what became of others'."""
    person = _person(customer, person_id)
    parts = {person.id, *(email.id for email in person.emails if isinstance(email, EmailAddress))}
    for setting in log:
        path, _, flag = setting.field.rpartition(".")
        if setting.part_id in parts and path.endswith("flags"):
            yield OwnSetting(part_id=setting.part_id, flag=flag, by_reader=setting.how in OWN_WAYS, at=setting.at)


def addresses(customer: Customer, person_id: UUID) -> list[str]:
    """The person's email addresses, normalised. Raises `NotFound`."""
    person = _person(customer, person_id)
    if isinstance(person, AdditionalRecipient):
        return [normalised_email(address) for address in person.emails]
    return [normalised_email(email.address) for email in person.emails]


def chosen(customer: Customer, person_id: UUID, wishes: Wishes) -> Customer:
    """The customer with what this person wants. Raises `NotFound`, `Unprocessable`."""
    person = _person(customer, person_id)
    unknown = wishes.flags.keys() - type(person.flags).model_fields.keys()
    if unknown:
        raise Unprocessable(f"There is no such flag here: {', '.join(sorted(unknown))}.")
    if isinstance(person, AdditionalRecipient):
        if wishes.emails:
            raise Unprocessable("These email addresses have no flags of their own.")
        return _put_recipient(customer, merged(person, {"flags": wishes.flags}))
    emails = person.emails
    for wish in wishes.emails:
        emails = replaced(emails, wish.id, lambda email, wish=wish: merged(email, {"flags": wish.flags}))  # type: ignore[misc]
    contact = merged(person, {"flags": wishes.flags}).model_copy(update={"emails": emails})
    return customer.model_copy(update={"contacts": replaced(customer.contacts, contact.id, lambda _: contact)})


def origins(customer: Customer, log: Iterable[Setting]) -> list[Origin]:
    """Each flag, and the newest that the log, oldest first, says of it: it was set, its part or the customer came."""
    newest = {(setting.part_id, setting.field): setting for setting in log}
    return [
        Origin(part_id=part_id, field=field, on=on, set=newest.get((part_id, field)) or _came(newest, came))
        for part_id, came, field, on in _flags(customer)
    ]


def kept(customer: Customer, named: Collection[tuple[UUID, str]], log: Iterable[Setting]) -> Iterator[Change]:
    """Flags that their owner named and that are as somebody else had set them: the owner's own wish from now on."""
    for origin in origins(customer, log):
        own = origin.set is not None and origin.set.how in OWN_WAYS
        if not own and (origin.part_id, origin.field.rpartition(".")[2]) in named:
            yield Change(origin.field, origin.part_id, origin.on, origin.on)


Came = tuple[tuple[UUID, str], ...]


def _came(newest: Mapping[tuple[UUID | None, str], Setting], parts: Came) -> Setting | None:
    """How the part came, or what it is part of."""
    return next((newest[part] for part in (*parts, (None, "customer")) if part in newest), None)


def _flags(customer: Customer) -> Iterator[tuple[UUID, Came, str, bool]]:
    for contact in customer.contacts:
        came: Came = ((contact.id, "contacts"),)
        yield from _each(contact.id, came, "contacts.flags", contact.flags)
        for email in contact.emails:
            yield from _each(email.id, ((email.id, "contacts.emails"), *came), "contacts.emails.flags", email.flags)
    for place in customer.service_addresses:
        for recipient in place.recipients:
            path = "service_addresses.recipients"
            parts: Came = ((recipient.id, path), (place.id, "service_addresses"))
            yield from _each(recipient.id, parts, f"{path}.flags", recipient.flags)


def _each(part_id: UUID, came: Came, path: str, flags: BaseModel) -> Iterator[tuple[UUID, Came, str, bool]]:
    values: dict[str, Any] = flags.model_dump()
    yield from ((part_id, came, f"{path}.{name}", on) for name, on in values.items())


def _person(customer: Customer, person_id: UUID) -> Contact | AdditionalRecipient:
    recipients = (person for place in customer.service_addresses for person in place.recipients)
    people: Iterable[Contact | AdditionalRecipient] = (*customer.contacts, *recipients)
    for person in people:
        if person.id == person_id:
            return person
    raise NotFound("This person is not on file any more.")


def _put_recipient(customer: Customer, changed: AdditionalRecipient) -> Customer:
    places = tuple(
        place.model_copy(update={"recipients": tuple(changed if p.id == changed.id else p for p in place.recipients)})
        for place in customer.service_addresses
    )
    return customer.model_copy(update={"service_addresses": places})


def _emails(person: Contact | AdditionalRecipient, is_here: Callable[[str], bool]) -> Iterator[OwnEmail]:
    for each in person.emails:
        id, address, flags = (None, each, None) if isinstance(each, str) else (each.id, each.address, each.flags)
        here = is_here(normalised_email(address))
        yield OwnEmail(id=id, masked_address=mask(address), sent_here=here, flags=flags)


def _phone(phone: Phone) -> OwnPhone:
    return OwnPhone(
        id=phone.id,
        masked_number=mask(phone.number),
        landline=phone.landline,
        sms_consent=phone.sms_consent,
        calls_opted_out=phone.calls_opted_out,
    )
