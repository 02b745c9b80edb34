"""What is left of a customer who was deleted: that they were written to, or why not. No address, no words."""

from collections.abc import Container, Iterable
from datetime import datetime, timedelta
from uuid import UUID

import asyncpg

from contracts.deliveries import Channel, DeliveryState, DeliveryUpdated, Reason
from contracts.topics import DELIVERIES
from notifier_svc.domain.keys import Keys
from notifier_svc.domain.model import normalise
from notifier_svc.domain.trial import NOBODY
from notifier_svc.store.blocks import Place
from notifier_svc.store.planning import QUERIES
from notifier_svc.store.reading import addresses_of
from servicekit import deadletters, outbox
from servicekit.db import Tx
from servicekit.outbox import Message

AGAIN_AFTER = timedelta(minutes=2)  # longer than any transaction of planning
TESTS_KEPT = timedelta(days=7)


async def erase(tx: Tx, keys: Keys, company_id: UUID, customer_id: UUID, now: datetime) -> None:
    """Cancel what waits, and forget everything personal, now and once more; blocks stay, by their keyed hashes.

    Call it while the customer's copy is still there: it tells of addresses that were never written to.
    """
    await QUERIES.erase_again(tx, company_id, customer_id, AGAIN_AFTER)
    await _erase(tx, keys, company_id, customer_id, now)


async def repeat(tx: Tx, keys: Keys, now: datetime) -> None:
    """Erase once more what was being planned when its customer was deleted."""
    for row in [row async for row in QUERIES.due_erasures(tx)]:
        await _erase(tx, keys, row["company_id"], row["customer_id"], now)


async def forget_old_tests(tx: Tx) -> None:
    """Forget where tests went that nobody has sent there again for a week."""
    await QUERIES.forget_old_tests(tx, NOBODY, TESTS_KEPT)


async def _erase(tx: Tx, keys: Keys, company_id: UUID, customer_id: UUID, now: datetime) -> None:
    await QUERIES.release_customer(tx, company_id, customer_id)
    waiting = [row["id"] async for row in QUERIES.waiting_of(tx, company_id, customer_id)]
    cancelled = [row async for row in QUERIES.cancel(tx, waiting)]
    places = await _places(tx, company_id, customer_id)
    normalised = [normalise(place.address) for place in places]
    kept = {row["address"] async for row in QUERIES.kept_by_others(tx, company_id, customer_id, normalised)}
    await _forget_blocks(tx, keys, company_id, customer_id, places, kept)
    await _forget_tests(tx, keys, company_id, places, kept)
    numbers = [place.address for place in places if place.channel is not Channel.EMAIL]
    await QUERIES.forget_texts_from(tx, company_id, numbers)
    await QUERIES.forget_courses(tx, company_id, customer_id)
    await QUERIES.forget_jobs(tx, company_id, customer_id)
    await QUERIES.forget_addresses(tx, company_id, customer_id)
    await QUERIES.forget_words(
        tx, company_id, customer_id
    )  # after the addresses: without one, no try keeps words any more
    await QUERIES.forget_answers(tx, company_id, customer_id)
    await QUERIES.forget_occurrences(tx, company_id, customer_id)
    await QUERIES.forget_unanswered_of(tx, company_id, customer_id)
    await QUERIES.forget_parked(tx, company_id, customer_id)
    await QUERIES.forget_windows(tx, company_id, customer_id)
    await QUERIES.forget_texts(tx, company_id, customer_id)
    await deadletters.forget_customer(tx, customer_id)
    await outbox.add(tx, [_told(row, now) for row in cancelled])


async def _places(tx: Tx, company_id: UUID, customer_id: UUID) -> set[Place]:
    """Every address that the customer was written to at, or could have been."""
    used = [row async for row in QUERIES.destinations_of(tx, company_id, customer_id)]
    places = [(Channel(row["channel"]), row["address"]) for row in used] + await addresses_of(tx, customer_id)
    return {Place(company_id, channel, address) for channel, address in places}


async def _forget_blocks(
    tx: Tx, keys: Keys, company_id: UUID, customer_id: UUID, places: Iterable[Place], kept: Container[str]
) -> None:
    """What is written beside the blocks of these addresses, but for those that others have, too."""
    hashes = {place.hash(keys): normalise(place.address) for place in places}
    shared = [hashed for hashed, address in hashes.items() if address in kept]
    await QUERIES.forget_masks(tx, company_id, [*hashes], shared, customer_id)
    await QUERIES.forget_block_answers(tx, company_id, [*hashes], shared, customer_id)


async def _forget_tests(tx: Tx, keys: Keys, company_id: UUID, places: Iterable[Place], kept: Container[str]) -> None:
    """Where tests went, as far as no other customer has the address."""
    keyed = ((place.channel, normalise(place.address)) for place in places)
    ids = [keys.destination(company_id, NOBODY, channel, key) for channel, key in keyed if key not in kept]
    await QUERIES.forget_tests_to(tx, company_id, ids)


def _told(row: asyncpg.Record, now: datetime) -> Message:
    fields = {name: row[name] for name in row.keys() if name in DeliveryUpdated.model_fields}  # noqa: SIM118  (a Record)
    data = DeliveryUpdated(
        **fields,
        event_id=row["occurrence_id"],
        state=DeliveryState.CANCELLED,
        reason=Reason.CUSTOMER_DELETED,
        attempt=row["attempts"],
    )
    return Message(DELIVERIES, str(row["id"]), row["company_id"], data, time=now, traceparent=row["traceparent"])
