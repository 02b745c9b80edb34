"""What customer-svc asks to have sent: the messages of `customer-requests.v1`. They carry ids and a company's words."""

from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from contracts.model import Contract, Instant
from contracts.profiles import Consent


class CustomerRequest(Contract):
    """A message to one person of a customer, at one address."""

    schema_version: ClassVar[int] = 1

    id: UUID
    company_id: UUID
    customer_id: UUID
    customer_version: int
    """The profile that has this address; whoever knows an older one only waits for it."""
    person_id: UUID
    """The contact or additional recipient."""


class TextRequest(CustomerRequest):
    """A text to one phone in words that are kept with the consent they are about."""

    phone_id: UUID
    consent: Consent
    """What the phone's consent was then: the text goes only while it still is."""
    wording: str
    """Word for word, as the consent ledger has it."""


class SmsPermissionRequested(TextRequest):
    """The company would like to text this phone, and asks (S1.18)."""


class SmsAnswerConfirmed(TextRequest):
    """A phone has answered YES or NO, and is told what follows from it."""


class Purpose(StrEnum):
    """What an invitation is for."""

    CONFIRM = "confirm"
    RESET = "reset"


class InvitationRequested(CustomerRequest):
    """A contact is to choose a password for the portal (S4.13): by a link that whoever sends it signs."""

    email_id: UUID
    invitation_id: UUID
    """What the link is about; the same where it is sent again."""
    purpose: Purpose
    expires_at: Instant
