"""A part that is away is not asked by everyone all the time."""

import asyncio
import random
from collections.abc import Callable
from time import monotonic

FIRST_SECONDS = 0.5
MOST_SECONDS = 30.0


def backoff(first: float, failures: int, most: float) -> float:
    """Seconds before the next try: twice as long with each failure, and never all at the same moment."""
    return min(most, first * 2.0 ** min(failures, 16)) * random.uniform(0.75, 1.0)  # noqa: S311


class Breaker:
    """Opens when a part fails, for longer each time it fails in a row; closed means: ask it."""

    def __init__(self, *, first: float = FIRST_SECONDS, clock: Callable[[], float] = monotonic) -> None:
        self._first = first
        self._clock = clock
        self._failures = 0
        self._until = 0.0

    @property
    def seconds(self) -> float:
        """How long it stays open."""
        return max(0.0, self._until - self._clock())

    def failed(self) -> float:
        """It failed; returns how long to leave it alone. Those who fail together count once."""
        if not self.seconds:
            self._failures += 1
            self._until = self._clock() + backoff(self._first, self._failures - 1, MOST_SECONDS)
        return self.seconds

    def answered(self) -> None:
        """It works."""
        self._failures = 0
        self._until = 0.0

    async def closed(self) -> None:
        """Wait until it may be asked."""
        while self.seconds:
            await asyncio.sleep(self.seconds)
