"""Texts that came in, and whose numbers they came from and to."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import asyncpg

from contracts.deliveries import Channel
from contracts.inbound import InboundTextReceived, Meaning, PhoneRef
from contracts.topics import INBOUND
from notifier_svc.domain.keys import Keys
from notifier_svc.store.blocks import Place
from notifier_svc.store.planning import QUERIES
from servicekit import clock, outbox
from servicekit.db import Tx
from servicekit.outbox import Message


async def owner_of(tx: Tx, number: str) -> tuple[UUID, bool] | None:
    """Whose number it is, and whether Twilio answers STOP, START and HELP there; `None`: no company's."""
    row: asyncpg.Record | None = await QUERIES.owner_of_number(tx, number)
    return (row["company_id"], row["keywords_answered_by"] == "twilio") if row else None


async def add(
    tx: Tx, place: Place, number: str, provider_id: str, body: str, meaning: Meaning, phones: Sequence[PhoneRef]
) -> UUID | None:
    """Keep a text; its id, or `None` where it is here already."""
    customers = sorted({phone.customer_id for phone in phones})
    id: UUID | None = await QUERIES.add_inbound_text(
        tx, place.company_id, uuid4(), provider_id, number, place.address, body, meaning, customers
    )
    return id


async def tell(tx: Tx, keys: Keys, place: Place, id: UUID, meaning: Meaning, phones: Sequence[PhoneRef]) -> None:
    """Publish that it came; in order with all else about this phone."""
    data = InboundTextReceived(
        id=id, company_id=place.company_id, meaning=meaning, phones=tuple(phones), received_at=clock.now()
    )
    await outbox.add(tx, [Message(INBOUND, place.hash(keys).hex(), place.company_id, data, id=id)])


async def answered(tx: Tx, company_id: UUID, id: UUID, words: str) -> None:
    """Note what was replied."""
    await QUERIES.answer_inbound_text(tx, company_id, id, words)


async def page(
    tx: Tx, customer_id: UUID | None, after: tuple[datetime, UUID] | None, limit: int
) -> list[asyncpg.Record]:
    """Up to `limit` texts of this transaction's company after the sort key `after`, newest first."""
    received_at, id = after or (None, None)
    return [row async for row in QUERIES.list_inbound_texts(tx, customer_id, received_at, id, limit)]


async def find(tx: Tx, text_id: UUID) -> Any | None:
    """One text of this transaction's company."""
    return await QUERIES.inbound_text(tx, text_id)


def place_of(company_id: UUID, number: str) -> Place:
    """Where a text came from."""
    return Place(company_id, Channel.SMS, number)
