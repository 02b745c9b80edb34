"""The delivery log as the office reads it."""

import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg
import orjson

from contracts.deliveries import Channel, DeliveryState, Reason
from notifier_svc.domain.search import Search
from notifier_svc.store.planning import QUERIES
from servicekit import copies
from servicekit.db import Tx


@dataclass(frozen=True, slots=True)
class Filter:
    """Which deliveries; `None` does not narrow."""

    job_id: UUID | None = None
    customer_id: UUID | None = None
    event_id: UUID | None = None
    states: list[DeliveryState] | None = None
    channel: Channel | None = None
    reasons: list[Reason] | None = None
    since: datetime | None = None
    until: datetime | None = None
    search: Search | None = None


async def page(tx: Tx, wanted: Filter, after: tuple[datetime, UUID] | None, limit: int) -> list[asyncpg.Record]:
    """Up to `limit` deliveries after the sort key `after`, newest first."""
    narrowed = (
        wanted.job_id,
        wanted.customer_id,
        wanted.event_id,
        wanted.states,
        wanted.channel,
        wanted.reasons,
        wanted.since,
        wanted.until,
        *(after or (None, None)),
        limit,
    )
    if search := wanted.search:
        found = QUERIES.search_deliveries(tx, *narrowed, search.words, search.pattern, search.digits)
    else:
        found = QUERIES.list_deliveries(tx, *narrowed)
    return [row async for row in found]


async def counts(tx: Tx, since: datetime, until: datetime, late_after: timedelta) -> list[asyncpg.Record]:
    """Those planned between two moments: hour, channel, state, reason, count, how many lately, and late."""
    return [row async for row in QUERIES.count_deliveries(tx, since, until, late_after)]


async def seconds_to_send(tx: Tx, since: datetime, until: datetime, newest: int) -> list[float] | None:
    """The median, and what 95 and 99 of 100 stayed below; `None` where nothing went."""
    row = await QUERIES.seconds_to_send(tx, since, until, newest)
    return row and row["seconds"] and [max(0.0, each) for each in row["seconds"]]


async def find(tx: Tx, delivery_id: UUID) -> asyncpg.Record | None:
    """One delivery of this transaction's company."""
    row: asyncpg.Record | None = await QUERIES.delivery(tx, delivery_id)
    return row


async def attempts(tx: Tx, row: asyncpg.Record) -> list[asyncpg.Record]:
    """Every try that reached the wire."""
    return [attempt async for attempt in QUERIES.attempts(tx, row["occurred_month"], row["id"])]


async def receipts(tx: Tx, row: asyncpg.Record) -> list[asyncpg.Record]:
    """What the provider said afterwards."""
    return [receipt async for receipt in QUERIES.receipts(tx, row["occurred_month"], row["id"])]


async def rendering(tx: Tx, row: asyncpg.Record) -> dict[str, Any] | None:
    """What was last sent, or was about to be: subject, html, text, report."""
    kept = await QUERIES.last_rendering(tx, row["occurred_month"], row["id"])
    if kept is None:
        return None
    content: dict[str, Any] = orjson.loads(zlib.decompress(kept["body"]))
    return content


async def names(tx: Tx, customer_ids: Iterable[UUID]) -> tuple[dict[UUID, str], dict[UUID, str]]:
    """Names of the customers and of the people written to, from the copy of their profiles; erased ones are absent."""
    profiles = await copies.get(tx, "customers", customer_ids)
    people = {
        UUID(person["id"]): person["name"]
        for profile in profiles.values()
        for person in [
            *profile["contacts"],
            *(recipient for address in profile["service_addresses"] for recipient in address["recipients"]),
        ]
    }
    return {id: profile["name"] for id, profile in profiles.items()}, people


async def job_numbers(tx: Tx, job_ids: Iterable[UUID]) -> dict[UUID, int]:
    """The numbers people use for the jobs."""
    jobs = await copies.get(tx, "jobs", job_ids)
    return {id: job["number"] for id, job in jobs.items()}
