"""Whom messages come from: a company's own From and Reply-To, and its phone account. None can be another's."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from contracts.addresses import ascii_domain


class KeywordsAnsweredBy(StrEnum):
    """Who replies to STOP, START and HELP; never both (D12)."""

    TWILIO = "twilio"
    """As every account begins."""
    FIELDBELL = "fieldbell"
    """Where Twilio was asked to leave these to us."""


@dataclass(frozen=True, slots=True)
class PhoneAccount:
    """A company's account at Twilio."""

    account_sid: str
    sealed_token: bytes
    """The API's password, and the key of every callback's signature; opened only where it is used."""
    numbers: tuple[str, ...]
    """E.164; the first one calls, and texts where there is no Messaging Service."""
    messaging_service_sid: str | None = None
    messages_per_second: float = 1.0
    keywords_answered_by: KeywordsAnsweredBy = KeywordsAnsweredBy.TWILIO


@dataclass(frozen=True, slots=True)
class DkimKey:
    """What a company signs its emails with, in the name of its From's domain (RFC 6376)."""

    selector: str
    sealed_key: bytes
    record: str
    """The TXT record at `<selector>._domainkey.<domain>`: its public half."""


@dataclass(frozen=True, slots=True)
class Sender:
    """What a company sends from; where it has nothing of its own, the installation's."""

    company_id: UUID
    from_address: str | None = None
    reply_to: str | None = None
    phone: PhoneAccount | None = None
    dkim: DkimKey | None = None
    """Only with a From of its own."""

    @property
    def domain(self) -> str | None:
        """Of its own From, as DNS knows it."""
        return ascii_domain(self.from_address.rpartition("@")[2]) if self.from_address else None
