"""What a provider's callbacks read and write."""

import zlib
from dataclasses import dataclass
from datetime import date
from uuid import UUID

import asyncpg
import orjson

from contracts.deliveries import Channel
from contracts.inbound import PersonRef
from notifier_svc.store.planning import QUERIES
from servicekit.db import Tx


@dataclass(frozen=True, slots=True)
class Try:
    """One try of a delivery."""

    month: date
    delivery_id: UUID
    n: int


@dataclass(frozen=True, slots=True)
class Told:
    """Whose try it was, and whom it reached."""

    company_id: UUID
    channel: Channel
    provider_id: str | None
    address: str | None
    person: PersonRef | None


async def find(tx: Tx, which: Try) -> Told | None:
    """The try; `None` if there was none."""
    row: asyncpg.Record | None = await QUERIES.tried(tx, which.month, which.delivery_id, which.n)
    if row is None:
        return None
    ids = (row["customer_id"], row["recipient_id"])
    person = PersonRef(customer_id=ids[0], person_id=ids[1]) if all(ids) else None
    return Told(row["company_id"], Channel(row["channel"]), row["provider_id"], row["address"], person)


async def words(tx: Tx, which: Try) -> tuple[str, str | None]:
    """What was to be said, and its locale; nothing once it is no longer kept."""
    body: bytes | None = await QUERIES.words_of_try(tx, which.month, which.delivery_id, which.n)
    kept = orjson.loads(zlib.decompress(body)) if body else {}
    return kept.get("text", ""), kept.get("locale")


async def add_receipt(
    tx: Tx, which: Try, company_id: UUID, status: str, error_code: str | None, provider_id: str
) -> None:
    """Keep what the provider said; told twice it is one."""
    await QUERIES.add_receipt(tx, which.month, which.delivery_id, which.n, status, company_id, error_code, provider_id)
