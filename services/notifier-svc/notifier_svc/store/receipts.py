"""What providers say of messages afterwards, and how it moves their deliveries on."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

import asyncpg

from contracts.deliveries import Channel, DeliveryState, DeliveryUpdated
from contracts.inbound import PersonRef
from contracts.topics import DELIVERIES
from notifier_svc.domain.keys import Keys
from notifier_svc.domain.model import OwnTrigger
from notifier_svc.domain.receipts import Receipt, Try
from notifier_svc.store import blocks, usage
from notifier_svc.store.blocks import Place
from notifier_svc.store.planning import QUERIES
from servicekit import clock, outbox
from servicekit.db import Tx
from servicekit.outbox import Message

ARRIVED = frozenset({DeliveryState.SENT, DeliveryState.DELIVERED})


@dataclass(frozen=True, slots=True)
class Told:
    """Whose try it was, and whom it reached."""

    company_id: UUID
    channel: Channel
    provider_id: str | None
    address: str | None
    """None once it is forgotten."""
    person: PersonRef | None


async def find(tx: Tx, which: Try) -> Told | None:
    """The try; `None` if there was none, or it is no longer kept."""
    row: asyncpg.Record | None = await QUERIES.tried(tx, which.month, which.delivery_id, which.n)
    if row is None:
        return None
    ids = (row["customer_id"], row["recipient_id"])
    person = PersonRef(customer_id=ids[0], person_id=ids[1]) if all(ids) else None
    return Told(row["company_id"], Channel(row["channel"]), row["provider_id"], row["address"], person)


async def add(tx: Tx, keys: Keys, which: Try, told: Told, receipt: Receipt, provider_id: str) -> bool:
    """Keep what was said of a try, and let the delivery be what it is by it; said twice it is one: `False`.

    Before the outcome is written (T3) it only waits: who writes that settles it.
    """
    state = await QUERIES.stands(tx, which.month, which.delivery_id)
    new = await QUERIES.add_receipt(
        tx,
        *(which.month, which.delivery_id, which.n, receipt.status, told.company_id, receipt.code, provider_id),
        *(receipt.state, receipt.reason, receipt.detail, receipt.rank),
    )
    if not new:
        return False
    if receipt.block and told.address:
        place = Place(told.company_id, told.channel, told.address)
        await blocks.add(tx, place.hash(keys), place, receipt.block)
    if told.channel is Channel.SMS:  # of what it never took Twilio says nothing
        await usage.count_again(tx, which.month, which.delivery_id, which.n)
    waits = state["state"] in (DeliveryState.QUEUED, DeliveryState.SENDING)
    if waits and not await _need_not_go_again(tx, which, receipt):
        await QUERIES.tell_later(tx, which.month, which.delivery_id)
    else:
        await settle(tx, [(which.month, which.delivery_id)])
    return True


async def _need_not_go_again(tx: Tx, which: Try, receipt: Receipt) -> bool:
    """Whether it waited to go once more because nobody knew that this try had arrived; then it waits no longer.

    A sender that has the place locked at this moment is left alone: T3 locks the place first, and then the delivery.
    """
    where = which.month, which.delivery_id
    if receipt.state not in ARRIVED or await QUERIES.outcome_of(tx, *where, which.n) != DeliveryState.UNKNOWN:
        return False
    fence = await QUERIES.lock_place(tx, which.delivery_id)
    if fence is None:
        fence = await QUERIES.lock_held(tx, which.delivery_id)
    if fence is None or await QUERIES.was_begun(tx, *where, fence):
        return False
    await _wait_no_more(tx, *where)
    return True


async def go_no_more(tx: Tx, month: date, delivery_id: UUID) -> None:
    """Of what went back to the queue this moment, let go what arrived by an earlier try, and tell it."""
    if await QUERIES.arrived_before(tx, month, delivery_id):
        await _wait_no_more(tx, month, delivery_id)
        await settle(tx, [(month, delivery_id)])


async def _wait_no_more(tx: Tx, month: date, delivery_id: UUID) -> None:
    await QUERIES.leave_place(tx, delivery_id)
    await QUERIES.doubt_back(tx, month, delivery_id)


async def settle(tx: Tx, deliveries: Sequence[tuple[date, UUID]]) -> None:
    """Let deliveries whose outcome is written be what they are by their receipts, and tell it."""
    if deliveries:
        rows = QUERIES.settle(tx, [month for month, _ in deliveries], [id for _, id in deliveries])
        now = clock.now()
        await outbox.add(tx, [_told(row, now) async for row in rows])


def _told(row: asyncpg.Record, now: datetime) -> Message:
    fields = {name: row[name] for name in row.keys() if name in DeliveryUpdated.model_fields}  # noqa: SIM118  (a Record)
    test = row["trigger"] == OwnTrigger.TEST
    fields |= {"customer_id": None if test else row["customer_id"], "test": test}
    data = DeliveryUpdated(**fields, event_id=row["occurrence_id"], attempt=row["attempts"])
    return Message(DELIVERIES, str(row["id"]), row["company_id"], data, time=now, traceparent=row["traceparent"])
