"""Many small writes as few statements: what arrives during one commit goes out with the next; none waits to gather."""

import asyncio
from collections.abc import Awaitable, Callable, Collection
from typing import Generic, TypeVar
from uuid import UUID

T = TypeVar("T")

MOST_AT_ONCE = 500


class Coalescer(Generic[T]):
    """Writes items in the order in which they came. `write` returns the ids that it wrote."""

    def __init__(self, write: Callable[[list[T]], Awaitable[Collection[UUID]]], id_of: Callable[[T], UUID]) -> None:
        self._write = write
        self._id_of = id_of
        self._waiting: list[tuple[T, asyncio.Future[bool]]] = []
        self._arrived = asyncio.Event()
        self._idle = asyncio.Event()
        self._idle.set()

    def add(self, item: T) -> asyncio.Future[bool]:
        """Have `item` written; the future says whether it was."""
        done: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._waiting.append((item, done))
        self._arrived.set()
        self._idle.clear()
        return done

    async def idle(self) -> None:
        """Return when all that was added is written."""
        await self._idle.wait()

    async def run(self) -> None:
        """Write until cancelled."""
        while True:
            await self._arrived.wait()
            batch, self._waiting = self._waiting[:MOST_AT_ONCE], self._waiting[MOST_AT_ONCE:]
            await self._settle(batch)
            if not self._waiting:
                self._arrived.clear()
                self._idle.set()

    async def _settle(self, batch: list[tuple[T, asyncio.Future[bool]]]) -> None:
        try:
            written = await self._write([item for item, _ in batch])
        except Exception as error:
            for _, done in batch:
                if not done.done():
                    done.set_exception(error)
            return
        for item, done in batch:
            if not done.done():
                done.set_result(self._id_of(item) in written)
