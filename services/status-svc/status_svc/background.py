"""The background work: deadlines pass, deleted customers are forgotten once more, stray pictures are dropped."""

import asyncio

from servicekit import clock
from servicekit.db import Database
from status_svc import deadlines
from status_svc.store import erasure

DEADLINE_SECONDS = 10.0
ERASE_SECONDS = 10.0
PICTURES_SECONDS = 3600.0


async def pass_deadlines(database: Database) -> None:
    """For ever."""
    while True:
        if not await deadlines.pass_due(database, clock.now()):
            await asyncio.sleep(DEADLINE_SECONDS)


async def forget_again(database: Database) -> None:
    """For ever."""
    while True:
        async with database.worker() as tx:
            await erasure.repeat(tx)
        await asyncio.sleep(ERASE_SECONDS)


async def drop_stray_pictures(database: Database) -> None:
    """For ever."""
    while True:
        async with database.worker() as tx:
            more = await erasure.drop_stray_pictures(tx)
        if not more:
            await asyncio.sleep(PICTURES_SECONDS)
