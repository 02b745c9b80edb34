"""How fast a number may be used."""

import time
from dataclasses import dataclass, field


@dataclass(slots=True)
class Bucket:
    """A token bucket that holds one second's worth."""

    per_second: float
    _level: float = field(init=False)
    _then: float = field(init=False)

    def __post_init__(self) -> None:
        self._level, self._then = max(1.0, self.per_second), time.monotonic()

    def take(self) -> bool:
        """Whether one more may pass now."""
        now = time.monotonic()
        self._level = min(max(1.0, self.per_second), self._level + (now - self._then) * self.per_second)
        self._then = now
        if self._level < 1:
            return False
        self._level -= 1
        return True
