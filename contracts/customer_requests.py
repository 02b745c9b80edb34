"""What customer-svc asks to have sent: the messages of `customer-requests.v1`. They carry ids and a company's words."""

from typing import ClassVar
from uuid import UUID

from contracts.model import Contract
from contracts.profiles import Consent


class TextRequest(Contract):
    """A text to one phone in words that are kept with the consent they are about."""

    schema_version: ClassVar[int] = 1

    id: UUID
    company_id: UUID
    customer_id: UUID
    customer_version: int
    """The profile that has this phone; whoever knows an older one only waits for it."""
    person_id: UUID
    """The contact or additional recipient."""
    phone_id: UUID
    consent: Consent
    """What the phone's consent was then: the text goes only while it still is."""
    wording: str
    """Word for word, as the consent ledger has it."""


class SmsPermissionRequested(TextRequest):
    """The company would like to text this phone, and asks (S1.18)."""


class SmsAnswerConfirmed(TextRequest):
    """A phone has answered YES or NO, and is told what follows from it."""
