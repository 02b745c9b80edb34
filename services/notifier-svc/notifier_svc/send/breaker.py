"""A part that is away is not asked by everyone all the time."""

import asyncio
import random
from collections.abc import Callable
from time import monotonic

from servicekit.telemetry import meter

_away = meter.create_gauge("fieldbell_part_away", description="1 while a part could not be reached when last asked.")

FIRST_SECONDS = 0.5
MOST_SECONDS = 30.0


def backoff(first: float, failures: int, most: float) -> float:
    """Seconds before the next try: twice as long with each failure, and never all at the same moment."""
    return min(most, first * 2.0 ** min(failures, 16)) * random.uniform(0.75, 1.0)  # noqa: S311


class Breaker:
    """Opens when a part fails, for longer each time it fails in a row; closed means: ask it.

    Operators see whether a part with a name is away.
    """

    def __init__(
        self, name: str | None = None, *, first: float = FIRST_SECONDS, clock: Callable[[], float] = monotonic
    ) -> None:
        self._name = name
        self._first = first
        self._clock = clock
        self._failures = 0
        self._until = 0.0
        self._show()

    @property
    def seconds(self) -> float:
        """How long it stays open."""
        return max(0.0, self._until - self._clock())

    def failed(self) -> float:
        """It failed; returns how long to leave it alone. Those who fail together count once."""
        if not self.seconds:
            self._failures += 1
            self._until = self._clock() + backoff(self._first, self._failures - 1, MOST_SECONDS)
            self._show()
        return self.seconds

    def answered(self) -> None:
        """It works."""
        if self._failures:
            self._failures = 0
            self._until = 0.0
            self._show()

    def _show(self) -> None:
        if self._name:
            _away.set(min(1, self._failures), {"part": self._name})

    async def closed(self) -> None:
        """Wait until it may be asked."""
        while self.seconds:
            await asyncio.sleep(self.seconds)
