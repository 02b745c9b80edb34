"""The background work: batch edits and imports, a slice at a time; after a crash it goes on from the last commit."""

import asyncio

from customer_svc.store import batches, imports, portal
from servicekit import outbox
from servicekit.db import Database

IDLE_SECONDS = 1.0
FORGET_SECONDS = 3600.0


async def work_off(database: Database) -> None:
    """For ever: a slice at a time, of what nobody else works on, unless so much waits for the broker already."""
    while True:
        worked = False
        for work in (batches.work, imports.work):
            async with database.worker() as tx:
                worked |= not await outbox.is_full(tx) and await work(tx)
        if not worked:
            await asyncio.sleep(IDLE_SECONDS)


async def forget_old(database: Database) -> None:
    """For ever: forget sessions that ended, tries that failed another day, and whom old batch edits chose."""
    while True:
        await portal.forget_old(database)
        await batches.forget_old(database)
        await asyncio.sleep(FORGET_SECONDS)
