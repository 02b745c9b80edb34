"""Keeps the log as long as the settings say: months made ahead and dropped, words and addresses forgotten (ADR 37)."""

import asyncio
import logging
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

import asyncpg

from contracts.deliveries import Category
from notifier_svc.domain.delivery import month_of
from notifier_svc.domain.keys import Keys
from notifier_svc.store import bulk
from notifier_svc.store import keeping as store
from servicekit import clock
from servicekit.db import Database
from servicekit.telemetry import meter

log = logging.getLogger(__name__)

EVERY_SECONDS = 600.0
AHEAD = 2
WALKS = 500
"""Over a slice of the addresses, in one round."""

_months = meter.create_gauge("fieldbell_log_months", description="Months that the delivery log has.")
_ahead = meter.create_gauge("fieldbell_log_months_ahead", description="Months that are ready for what will happen.")
_overdue = meter.create_gauge("fieldbell_log_months_overdue", description="Months that should be gone, by part.")


@dataclass(frozen=True, slots=True)
class Kept:
    """How long what is kept."""

    words: timedelta = timedelta(days=90)
    months: int = 25
    words_of: Mapping[Category, timedelta] = field(default_factory=dict)
    """Of categories whose words go earlier."""


def add_months(month: date, number: int) -> date:
    """The first day of the month so many after."""
    years, left = divmod(month.month - 1 + number, 12)
    return date(month.year + years, left + 1, 1)


def is_over(month: date, kept: Kept, now: datetime) -> bool:
    """Whether a month has been kept long enough; its words go before."""
    return add_months(month, 1 + kept.months) <= now.date()


def ended_before(month: date, moment: datetime) -> bool:
    """Whether the month was over by then."""
    return add_months(month, 1) <= moment.date()


async def keep_log(database: Database, keys: Keys, kept: Kept) -> None:
    """For ever."""
    while True:
        await keep(database, keys, kept, clock.now())
        await asyncio.sleep(EVERY_SECONDS)


async def keep(database: Database, keys: Keys, kept: Kept, now: datetime) -> None:
    """One round, in small transactions; what would keep a sender waiting is left for the next round."""
    for month in _ahead_of(now):
        async with database.worker() as tx:
            await store.ensure_month(tx, month)
    for month in await _months_of(database, "rendering"):
        await _forget_words(database, month, kept, now)
    await _drop_months(database, kept, now)
    await _forget_addresses(database, keys)
    async with database.worker() as tx:
        await bulk.forget_old(tx)
    await _measure(database, kept, now)


def _ahead_of(now: datetime) -> Iterator[date]:
    yield from (add_months(month_of(now), number) for number in range(AHEAD + 1))


async def _months_of(database: Database, part: str) -> list[date]:
    async with database.worker() as tx:
        return await store.months(tx, part)


async def _forget_words(database: Database, month: date, kept: Kept, now: datetime) -> None:
    async with database.worker() as tx:
        if not await store.has_words(tx, month):
            return
    if ended_before(month, now - kept.words):
        await _all_slices(database, month, None, now - kept.words)
        return
    for category, time in kept.words_of.items():
        if datetime.combine(month, datetime.min.time(), now.tzinfo) < now - time:
            await _all_slices(database, month, category, now - time)


async def _all_slices(database: Database, month: date, category: Category | None, since: datetime) -> None:
    more = True
    while more:
        try:
            async with database.worker() as tx:
                if category is None:
                    more = await store.forget_words(tx, month, since)
                else:
                    more = await store.forget_words_of(tx, month, category, since)
        except asyncpg.LockNotAvailableError:
            log.warning("words of a month are in use and stay until the next round", extra={"month": str(month)})
            return


async def _drop_months(database: Database, kept: Kept, now: datetime) -> None:
    """All parts of a month, or for now none: while a delivery is there something may be written about it."""
    deliveries, *others = store.PARTS
    for month in await _months_of(database, deliveries):
        if is_over(month, kept, now):
            await _drop(database, deliveries, month)
    stay = await _months_of(database, deliveries)
    for part in others:
        for month in await _months_of(database, part):
            if is_over(month, kept, now) and month not in stay:
                await _drop(database, part, month)


async def _drop(database: Database, part: str, month: date) -> None:
    try:
        async with database.worker() as tx:
            await store.drop(tx, part, month)
            if part == "delivery":
                await store.walk_addresses(tx)
        log.info("a month of the log is gone", extra={"part": part, "month": str(month)})
    except asyncpg.LockNotAvailableError:
        log.warning("a month is in use and stays until the next round", extra={"part": part, "month": str(month)})


async def _forget_addresses(database: Database, keys: Keys) -> None:
    """Of some walk further; none that somebody writes to at this moment."""
    try:
        for _ in range(WALKS):
            async with database.worker() as tx:
                if not await store.forget_addresses(tx, keys):
                    return
    except (asyncpg.LockNotAvailableError, asyncpg.QueryCanceledError):
        log.warning("addresses are in use and stay until the next round")


async def _measure(database: Database, kept: Kept, now: datetime) -> None:
    for part in store.PARTS:
        found = await _months_of(database, part)
        _overdue.set(sum(is_over(month, kept, now) for month in found), {"part": part})
        if part == "delivery":
            _months.set(len(found))
            _ahead.set(sum(month > month_of(now) for month in found))
