"""Many messages sent again: which were chosen, and how far it is."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import asyncpg

from contracts.deliveries import DeliveryState
from contracts.jobs import Actor, Role
from notifier_svc.domain.bulk import MOST, BulkResend, Chosen
from notifier_svc.store.copies import Asker
from notifier_svc.store.planning import QUERIES
from servicekit.db import Tx
from servicekit.errors import NotFound

SLICE = 100


@dataclass(frozen=True, slots=True)
class AtWork:
    """One that goes on."""

    company_id: UUID
    id: UUID
    position: int
    by: Asker


async def counts(tx: Tx, chosen: Chosen) -> dict[DeliveryState, int]:
    """How many would be sent again now, by state; no more than one above the most."""
    rows = QUERIES.count_to_resend(tx, *_filter(chosen), MOST + 1)
    return {DeliveryState(row["state"]): row["count"] async for row in rows}


async def add(tx: Tx, chosen: Chosen, by: Asker) -> BulkResend:
    """Note those that are chosen now, to be worked on."""
    id, filter = uuid4(), chosen.model_dump(mode="json")
    await QUERIES.add_bulk_resend(tx, *_filter(chosen), MOST, id, filter, by.actor.id, by.name, by.actor.role)
    return await get(tx, id)


def _filter(chosen: Chosen) -> tuple[Any, ...]:
    place = chosen.job_id, chosen.customer_id
    return chosen.since, chosen.until, chosen.states, chosen.channel, chosen.reasons, *place


async def get(tx: Tx, id: UUID) -> BulkResend:
    """One of this transaction's company. Raises `NotFound`."""
    found = [row async for row in QUERIES.list_bulk_resends(tx, id, 1)]
    if not found:
        raise NotFound("There is no such operation.")
    return BulkResend.model_validate(dict(found[0]))


async def newest(tx: Tx, limit: int) -> list[BulkResend]:
    """The company's, newest first."""
    return [BulkResend.model_validate(dict(row)) async for row in QUERIES.list_bulk_resends(tx, None, limit)]


async def at_work(tx: Tx) -> AtWork | None:
    """The one that has waited longest; nobody else works on it until the transaction ends."""
    row: asyncpg.Record | None = await QUERIES.bulk_resend_at_work(tx)
    if row is None:
        return None
    by = Asker(Actor(id=row["actor"], role=Role(row["role"])), row["actor_name"])
    return AtWork(row["company_id"], row["id"], row["position"], by)


async def next_slice(tx: Tx, found: AtWork) -> tuple[list[int], list[tuple[date, UUID]]]:
    """The positions of the next ones, and where those are that are still as they were chosen; these are locked."""
    rows = [row async for row in QUERIES.next_of_bulk_resend(tx, found.company_id, found.id, found.position, SLICE)]
    where = [row["occurred_month"] for row in rows], [row["delivery_id"] for row in rows]
    wanted = [
        (row["occurred_month"], row["id"]) async for row in QUERIES.lock_wanted(tx, found.company_id, found.id, *where)
    ]
    return [row["position"] for row in rows], wanted


async def advance(tx: Tx, found: AtWork, positions: list[int], resent: int, *, more: bool) -> None:
    """These are done."""
    last = positions[-1] if positions else found.position
    await QUERIES.advance_bulk_resend(tx, found.company_id, found.id, last, len(positions), resent, more)


async def fail(tx: Tx, found: AtWork) -> None:
    """Its slice can't be worked off: others take their turns."""
    await QUERIES.fail_bulk_resend(tx, found.company_id, found.id)


async def forget_old(tx: Tx) -> None:
    """Forget which were chosen once that is done, and in the end that it was."""
    await QUERIES.forget_bulk_resends(tx)
