"""Forgets what has served its time: inbox entries and kept answers; a slice at a time, so that nobody waits."""

import asyncio

from servicekit.db import Database

EVERY_SECONDS = 3600.0
SLICE = 10_000

# The inbox outlives every topic that is not compacted; an answer is repeated for two days.
_SLICE_OF = "delete from {0} where ctid = any(array(select ctid from {0} where {1} limit $1))"
_FORGET = (
    _SLICE_OF.format("inbox", "seen_at < now() - interval '16 days'"),
    _SLICE_OF.format("idempotency", "created_at < now() - interval '2 days'"),
    _SLICE_OF.format("dead_letter", "decided_at < now() - interval '400 days'"),
)


async def keep_house(database: Database, every: float = EVERY_SECONDS) -> None:
    """For ever."""
    while True:
        for statement in _FORGET:
            while await _slice(database, statement) == SLICE:
                await asyncio.sleep(0)
        await asyncio.sleep(every)


async def _slice(database: Database, statement: str) -> int:
    async with database.worker() as tx:
        return int((await tx.execute(statement, SLICE)).rpartition(" ")[2])
