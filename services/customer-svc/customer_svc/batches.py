"""The background work: batch edits, a slice at a time. What a crash interrupts goes on where the last commit was."""

import asyncio

from customer_svc.store import batches
from servicekit.db import Database

IDLE_SECONDS = 1.0


async def work_off(database: Database) -> None:
    """For ever: one slice after the other; every replica takes what nobody else works on."""
    while True:
        async with database.worker() as tx:
            worked = await batches.work(tx)
        if not worked:
            await asyncio.sleep(IDLE_SECONDS)
