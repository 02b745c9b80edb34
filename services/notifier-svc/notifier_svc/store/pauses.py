"""Pauses, and what waits for their end."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from uuid import UUID

import asyncpg

from contracts.profiles import PauseCause
from contracts.topics import RULES
from notifier_svc.domain.changes import PAUSE_ALL, RESUME_ALL
from notifier_svc.domain.pause import Pause
from notifier_svc.store import changes
from notifier_svc.store.planning import QUERIES
from servicekit import outbox
from servicekit.db import Tx
from servicekit.outbox import Message

TURN = timedelta(seconds=1)
AT_ONCE = 500


async def find(tx: Tx, company_id: UUID) -> Pause:
    """How it is with the company; as new, it is at version 0."""
    row: asyncpg.Record | None = await QUERIES.pause(tx, company_id)
    return _pause(row) if row else Pause(company_id)


async def lock(tx: Tx, company_id: UUID) -> Pause:
    """Keep others from pausing and resuming the company until the transaction ends; then `find` it."""
    await QUERIES.lock_pause(tx, company_id)
    return await find(tx, company_id)


async def put(
    tx: Tx,
    company_id: UUID,
    *,
    paused: bool,
    cause: PauseCause = PauseCause.OFFICE,
    note: str | None = None,
    actor: str | None = None,
    actor_name: str | None = None,
) -> Pause:
    """Pause or resume the company, and publish it. It counts for what is claimed after the transaction."""
    pause = _pause(await QUERIES.put_pause(tx, company_id, paused, cause, note, actor, actor_name))
    await outbox.add(tx, [Message(RULES, str(company_id), company_id, pause.entry)])
    return pause


async def paused(tx: Tx, company_ids: Iterable[UUID]) -> set[UUID]:
    """Which of the companies must not send now."""
    return {row["company_id"] async for row in QUERIES.paused(tx, list(company_ids))}


async def paused_since(tx: Tx) -> datetime | None:
    """Since when sending is paused for all companies, if it is."""
    since: datetime | None = await QUERIES.paused_since(tx)
    return since


async def pause_all(tx: Tx) -> None:
    """Pause every company; each one's log says so."""
    if await QUERIES.pause_all(tx):
        await changes.add_for_all(tx, PAUSE_ALL, paused=True)


async def resume_all(tx: Tx) -> None:
    """End that; companies that are paused by themselves stay so."""
    if await QUERIES.resume_all(tx):
        await changes.add_for_all(tx, RESUME_ALL, paused=False)


async def held(tx: Tx, company_id: UUID) -> int:
    """How many of the company's messages wait for the end of a pause; 100,000 where there are more."""
    count: int = await QUERIES.held_of(tx, company_id)
    return count


async def release(tx: Tx, most: int) -> int:
    """Let go what no pause holds any more, of each company `most` a second whoever asks; and what is too late.

    Returns how many are in the queue again.
    """
    let_go = [row async for row in QUERIES.release(tx, most, TURN)]
    expired = [row async for row in QUERIES.release_expired(tx, AT_ONCE)]
    return len(let_go) + len(expired)


async def counts(tx: Tx) -> tuple[int, Mapping[str, int]]:
    """How many messages wait for the end of a pause; and how many companies are paused, by who did it."""
    return await QUERIES.held_in_all(tx), {row["cause"]: row["companies"] async for row in QUERIES.pauses_by_cause(tx)}


def _pause(row: asyncpg.Record) -> Pause:
    return Pause(**{**row, "cause": PauseCause(row["cause"])})
