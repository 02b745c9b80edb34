"""The background work: deleted customers are forgotten once more, and pictures that nothing shows any more dropped."""

import asyncio

from servicekit.db import Database
from status_svc.store import erasure

ERASE_SECONDS = 10.0
PICTURES_SECONDS = 3600.0


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
