"""How long the log is kept: its months, the words in them, and their end."""

from datetime import date, datetime

from contracts.deliveries import Category
from notifier_svc.store.planning import QUERIES
from servicekit.db import Tx

PARTS = ("delivery", "rendering", "receipt", "attempt", "delivery_act", "occurrence")
"""The partitioned tables, in the order in which their months go: what has no delivery any more is not sent again."""
SLICE = 5_000


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


async def drop(tx: Tx, part: str, month: date) -> None:
    """Drop a month of one part. Raises `asyncpg.LockNotAvailableError` where that would keep others waiting."""
    await QUERIES.drop_month(tx, part, month)
