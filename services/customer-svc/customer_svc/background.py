"""The background work: batch edits and imports, a slice at a time; after a crash it goes on from the last commit."""

import asyncio

from customer_svc.store import batches, imports, portal
from servicekit.db import Database

IDLE_SECONDS = 1.0
FORGET_SECONDS = 3600.0


async def work_off(database: Database) -> None:
    """For ever: one slice after the other; every replica takes what nobody else works on."""
    while True:
        async with database.worker() as tx:
            worked = await batches.work(tx)
        async with database.worker() as tx:
            worked = await imports.work(tx) or worked
        if not worked:
            await asyncio.sleep(IDLE_SECONDS)


async def forget_sign_ins(database: Database) -> None:
    """For ever: forget sessions that ended, and tries that failed another day."""
    while True:
        await portal.forget_old(database)
        await asyncio.sleep(FORGET_SECONDS)
