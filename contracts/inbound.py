"""What customers answer, and what must not be written to any more: `inbound.v1`. Nothing personal is in it."""

from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from contracts.deliveries import Channel
from contracts.model import Contract, Instant


class Meaning(StrEnum):
    """What a text from a customer says (G5)."""

    YES = "yes"
    NO = "no"
    STOP = "stop"
    START = "start"
    HELP = "help"
    OTHER = "other"
    """Words for a person to read."""


class PhoneRef(Contract):
    """A phone on some customer's profile."""

    customer_id: UUID
    phone_id: UUID


class PersonRef(Contract):
    """A contact or additional recipient on some customer's profile."""

    customer_id: UUID
    person_id: UUID


class InboundTextReceived(Contract):
    """A text came in. Its words are read from the notifier, by its id."""

    schema_version: ClassVar[int] = 1

    id: UUID
    company_id: UUID
    meaning: Meaning
    phones: tuple[PhoneRef, ...] = ()
    """Whose it may be: every phone with this number, of the company's customers; none where nobody is known by it."""
    received_at: Instant


class Scope(StrEnum):
    """What a block keeps away from an address."""

    EVERYTHING = "everything"
    REMINDERS = "reminders"
    BROADCASTS = "broadcasts"


class Cause(StrEnum):
    """Why an address is blocked."""

    BOUNCED = "bounced"
    LANDLINE = "landline"
    OPTED_OUT = "opted_out"
    """By STOP, or by a key pressed in a call."""
    UNSUBSCRIBED = "unsubscribed"
    """By the link in an email."""
    COMPLAINED = "complained"
    """The reader of an email called it spam."""
    OFFICE = "office"
    """Somebody of the office asked for it."""


class BlockChanged(Contract):
    """An address was blocked, or a block lifted."""

    schema_version: ClassVar[int] = 1

    id: UUID
    company_id: UUID
    channel: Channel
    scope: Scope
    cause: Cause
    lifted: bool = False
    phones: tuple[PhoneRef, ...] = ()
    """Whose it may be, where it is a phone and nobody of the office did it."""
    by: PersonRef | None = None
    """Whose wish it was: the reader's of an email, by its link; a called person's, by a key; or told to the office."""
    actor: str | None = None
    """Who of the office did it: the subject of a token."""
    changed_at: Instant
