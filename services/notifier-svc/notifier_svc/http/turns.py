"""Not too much at once: what costs more than a look-up is done for a company only so often at a time."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Request

from servicekit.errors import Problem


class TooManyAtOnce(Problem):
    """The company has several of these under way: please wait for them."""

    status, slug, retry_after = 429, "too-many-at-once", 1


class Turns:
    """What is under way in this process: no company takes it from the others, nor all of them its connections."""

    def __init__(self, most: int = 3, in_all: int = 5) -> None:
        self._most = most
        self._busy: Counter[UUID] = Counter()
        self._free = asyncio.Semaphore(in_all)

    @asynccontextmanager
    async def turn(self, company_id: UUID) -> AsyncIterator[None]:
        """One more, as long as the block runs, once it is its turn. Raises `TooManyAtOnce`."""
        if self._busy[company_id] >= self._most:
            raise TooManyAtOnce
        self._busy[company_id] += 1
        try:
            async with self._free:
                yield
        finally:
            self._busy[company_id] -= 1
            self._busy += Counter()  # forgets who has none


def _turns(request: Request) -> Turns:
    turns: Turns = request.app.state.turns
    return turns


TurnsOf = Annotated[Turns, Depends(_turns)]
