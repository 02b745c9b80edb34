"""Turns: each company has one call at a time, so that nobody waits for all that another one asks."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID

from servicekit.errors import Unavailable


class Turns:
    """Where companies line up, each by itself; beyond `most_waiting` of one they are told that they are too many."""

    def __init__(self, most_waiting: int, busy: type[Unavailable]) -> None:
        self._most_waiting = most_waiting
        self._busy = busy
        self._turns: dict[UUID, asyncio.Lock] = {}
        self._waiting: dict[UUID, int] = {}

    @asynccontextmanager
    async def turn(self, company_id: UUID) -> AsyncIterator[None]:
        """Wait for the company's turn, and hold it meanwhile."""
        async with self.place(company_id) as turn, turn:
            yield

    @asynccontextmanager
    async def place(self, company_id: UUID) -> AsyncIterator[asyncio.Lock]:
        """A place in the company's line, for one turn after the other; in between others of the company have theirs."""
        if self._waiting.get(company_id, 0) >= self._most_waiting:
            raise self._busy
        self._waiting[company_id] = self._waiting.get(company_id, 0) + 1
        try:
            yield self._turns.setdefault(company_id, asyncio.Lock())
        finally:
            self._waiting[company_id] -= 1
            if not self._waiting[company_id]:
                del self._waiting[company_id], self._turns[company_id]
