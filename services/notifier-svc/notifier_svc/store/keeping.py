"""How long the log is kept: its months, the words in them, and their end."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

import asyncpg

from contracts.deliveries import Category, Channel
from notifier_svc.domain.keys import Keys
from notifier_svc.domain.trial import NOBODY
from notifier_svc.store.blocks import Place
from notifier_svc.store.planning import QUERIES, columns
from servicekit.db import Tx

PARTS = ("delivery", "rendering", "receipt", "attempt", "delivery_act", "occurrence")
"""The partitioned tables, in the order in which their months go: what has no delivery any more is not sent again."""
SLICE = 5_000
WALK = 200
"""So many addresses are looked at in one transaction."""


async def ensure_month(tx: Tx, month: date) -> None:
    """Make sure that what happens in `month` finds a place."""
    await QUERIES.ensure_month(tx, month)


async def months(tx: Tx, part: str) -> list[date]:
    """The months of one part, the oldest first."""
    return [row["month"] async for row in QUERIES.months_of_log(tx, part)]


async def has_words(tx: Tx, month: date) -> bool:
    """Whether any words of that month are kept."""
    return bool(await QUERIES.has_words_of(tx, month))


async def forget_words(tx: Tx, month: date, since: datetime) -> bool:
    """Forget words of a month but for messages planned since; whether some may be left to forget."""
    gone: int | None = await QUERIES.forget_words_of_month(tx, month, since, SLICE)
    return gone == SLICE


async def forget_words_of(tx: Tx, month: date, category: Category, since: datetime) -> bool:
    """The same of one category."""
    done: str = await QUERIES.forget_words_of_category(tx, month, category, since, SLICE)
    return str(done).endswith(f" {SLICE}")


async def walk_addresses(tx: Tx) -> None:
    """Have all addresses looked at, from the first one on: of some the last message is gone."""
    await QUERIES.begin_address_walk(tx)


async def forget_addresses(tx: Tx, keys: Keys, most: int = WALK) -> bool:
    """Of the next addresses forget those that no message refers to; whether some may be left to look at.

    What stands beside a block is found by its address, should its customer be deleted: such an address stays. Raises
    `asyncpg.LockNotAvailableError` or `asyncpg.QueryCanceledError` where it would keep planners waiting.
    """
    at = await QUERIES.address_walk(tx)
    if at is None:
        return False
    found = [row async for row in QUERIES.next_addresses(tx, at["company_id"], at["id"], most, NOBODY)]
    if unused := await _without_blocks(tx, keys, [row for row in found if not row["used"]]):
        await QUERIES.no_longer_than_a_second(tx)
        await QUERIES.forget_addresses_of_nobody(tx, *columns(unused))
    more = len(found) == most
    last = found[-1] if found else at
    await QUERIES.advance_address_walk(tx, more, last["company_id"], last["id"])
    return more


async def _without_blocks(tx: Tx, keys: Keys, rows: Sequence[asyncpg.Record]) -> list[tuple[UUID, UUID]]:
    places = [Place(row["company_id"], Channel(row["channel"]), row["address"]).hash(keys) for row in rows]
    blocked = {row["address_hash"] async for row in QUERIES.with_blocks(tx, places)}
    return [(row["company_id"], row["id"]) for row, place in zip(rows, places, strict=True) if place not in blocked]


async def drop(tx: Tx, part: str, month: date) -> None:
    """Drop a month of one part. Raises `asyncpg.LockNotAvailableError` where that would keep others waiting."""
    await QUERIES.drop_month(tx, part, month)
