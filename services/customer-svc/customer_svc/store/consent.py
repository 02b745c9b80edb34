"""The consent ledger, whose rows are added, and lose what was typed when their customer is deleted; and its texts."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

import asyncpg

from contracts.customer_requests import TextRequest
from contracts.deliveries import Channel
from contracts.profiles import Consent
from contracts.topics import CUSTOMER_REQUESTS
from customer_svc.domain.consent import find
from customer_svc.domain.customer import Customer
from customer_svc.store import queries
from servicekit import outbox
from servicekit.db import Tx


@dataclass(frozen=True, slots=True)
class Said:
    """How the company knows what a phone's owner wants."""

    source: str
    """In the words of who wrote it down."""
    actor: str
    """The subject of a token, or `customer`."""
    wording: str | None = None
    """What was asked or told, word for word."""


async def write_down(tx: Tx, customer: Customer, phone_id: UUID, said: Said) -> None:
    """Add what this phone's consent to texts is now."""
    owner, phone = find(customer, phone_id)
    await note(tx, customer, owner, phone_id, Channel.SMS, phone.sms_consent, said)


async def note(
    tx: Tx, customer: Customer, person_id: UUID, phone_id: UUID | None, channel: Channel, state: Consent, said: Said
) -> None:
    """Add what somebody wants to get by some channel; of texts and calls at which phone."""
    await queries.add_consent(
        tx,
        *(customer.company_id, customer.id, person_id, phone_id, channel, state),
        *(said.source, said.wording, said.actor),
    )


async def last_asked(tx: Tx, company_id: UUID, phone_id: UUID) -> datetime | None:
    """When the phone was asked for permission last."""
    at: datetime | None = await queries.last_asked(tx, company_id, phone_id)
    return at


async def before_stop(tx: Tx, company_id: UUID, phone_id: UUID) -> Consent:
    """What the phone's owner had said before the STOP that counts now."""
    state: str | None = await queries.consent_before_stop(tx, company_id, phone_id)
    return Consent(state) if state else Consent.NONE


async def of_customer(
    tx: Tx, company_id: UUID, customer_id: UUID, before: int | None, limit: int
) -> list[asyncpg.Record]:
    """Up to `limit` rows of the customer, older than row `before`, newest first."""
    return [row async for row in queries.consent_of_customer(tx, company_id, customer_id, before, limit)]


async def request(tx: Tx, kind: type[TextRequest], customer: Customer, phone_id: UUID, wording: str) -> None:
    """Have these words texted to the phone."""
    owner, phone = find(customer, phone_id)
    data = kind(
        id=uuid4(),
        company_id=customer.company_id,
        customer_id=customer.id,
        customer_version=customer.version,
        person_id=owner,
        phone_id=phone_id,
        consent=phone.sms_consent,
        wording=wording,
    )
    await outbox.add(tx, [outbox.Message(CUSTOMER_REQUESTS, str(customer.id), customer.company_id, data, id=data.id)])
