"""Copies of deliveries, and the cancelling of what waits; with who asked for it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import asyncpg

from contracts.deliveries import DeliveryState, Lane, Reason
from contracts.jobs import Actor
from contracts.topics import DELIVERIES
from notifier_svc.domain.copies import Copy, HasEnded, OnItsWay, destination_of
from notifier_svc.domain.keys import Keys
from notifier_svc.domain.model import Candidate
from notifier_svc.domain.recheck import Claimed, Due
from notifier_svc.store import sending
from notifier_svc.store.planning import QUERIES, columns
from notifier_svc.store.sending import Claim
from servicekit import clock, outbox
from servicekit.db import Tx
from servicekit.outbox import Message
from servicekit.telemetry import current_traceparent

_REFUSALS = {"on_its_way": OnItsWay, "ended": HasEnded}
_REASONS = {
    DeliveryState.CANCELLED: Reason.CANCELLED_BY_OFFICE,
    DeliveryState.UNKNOWN: Reason.OUTCOME_UNKNOWN,
}


@dataclass(frozen=True, slots=True)
class Asker:
    """Who sends again, or cancels."""

    actor: Actor
    name: str | None


async def originals(tx: Tx, where: Sequence[tuple[date, UUID]]) -> Claim:
    """Deliveries by month and id, in nobody's hands; `unreadable` are those whose occasion is not known any more."""
    return await sending.read(tx, [(month, id, 0) for month, id in where])


async def lock(tx: Tx, row: asyncpg.Record) -> DeliveryState:
    """The state of a delivery of this transaction's company; until the transaction ends it stays in it."""
    return DeliveryState(await QUERIES.lock_delivery(tx, row["occurred_month"], row["id"]))


async def copies_there(tx: Tx, due: Due, to: Candidate, keys: Keys) -> int:
    """The highest number of a copy of its occasion that went to the same address; 0 where none did."""
    place = due.company_id, due.customer_id, due.event_id, destination_of(due, to, keys)
    return int(await QUERIES.copies_there(tx, due.occurred_month, *place))


async def add(tx: Tx, copies: Sequence[Copy], by: Asker, lane: Lane | None = None) -> set[UUID]:
    """Log and queue them, in this lane instead of their own; returns those that were not there."""
    if not copies:
        return set()
    rows = [_row(copy) for copy in copies]
    asked = (by.actor.id, by.name, by.actor.role)
    added = QUERIES.add_copies(tx, *columns(rows), *asked, lane, current_traceparent())
    return {row["id"] async for row in added}


def _row(copy: Copy) -> tuple[Any, ...]:
    due = copy.due
    return (
        due.occurred_month,
        copy.original_id,
        due.id,
        due.copy_number,
        copy.destination_id,
        due.address,
        due.masked_address,
        due.template_version,
        due.expires_at,
        due.as_it_was,
    )


async def has_words(tx: Tx, due: Claimed) -> bool:
    """Whether what it said is kept."""
    return bool(await QUERIES.has_words(tx, due.occurred_month, due.id))


async def copies_of(tx: Tx, delivery_id: UUID) -> list[asyncpg.Record]:
    """What came of it when it was sent again, the oldest first."""
    return [row async for row in QUERIES.copies_of(tx, delivery_id)]


async def acts_on(tx: Tx, row: asyncpg.Record) -> list[asyncpg.Record]:
    """What the office did with it, in order."""
    return [act async for act in QUERIES.acts_on(tx, row["occurred_month"], row["id"])]


async def in_hands(tx: Tx, delivery_id: UUID) -> bool:
    """Whether a sender has it at this moment."""
    return bool(await QUERIES.in_hands(tx, delivery_id))


async def was_cancelled(tx: Tx, row: asyncpg.Record) -> bool:
    """Whether the office has stopped it."""
    return bool(await QUERIES.was_cancelled(tx, row["occurred_month"], row["id"]))


async def cancel(tx: Tx, claimed: Claimed, by: Asker) -> None:
    """End a delivery that waits, and tell it. Raises `OnItsWay` for what was begun, `HasEnded` for what has ended.

    What waited to go once more is as unknown as before: an earlier try may have arrived.
    """
    where = claimed.occurred_month, claimed.id
    became = await QUERIES.cancel_delivery(tx, *where)
    if refusal := _REFUSALS.get(became):
        raise refusal
    await QUERIES.note_cancelled(tx, *where, claimed.company_id, by.actor.id, by.name, by.actor.role)
    now, state = clock.now(), DeliveryState(became)
    told = claimed.updated(state, _REASONS[state], claimed.template_version, claimed.attempts, now)
    await outbox.add(tx, [Message(DELIVERIES, str(claimed.id), claimed.company_id, told, time=now)])
