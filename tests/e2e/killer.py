"""Kills services, as a crash would, at moments that a seed decides; moments are counted in commands, not seconds.

FIELDBELL_SEED=n decides as a run before did that printed n.
"""

import os
import threading
from collections.abc import Sequence
from random import Random, SystemRandom

from deploy.local.stack import Stack
from deploy.local.waiting import until


def seed() -> int:
    """A new one, unless the environment names one."""
    return int(os.environ.get("FIELDBELL_SEED") or SystemRandom().randrange(2**32))


class Killer:
    """Strikes each of `services` `times` times, while `commands` commands are given to them."""

    def __init__(self, stack: Stack, services: Sequence[str], times: int, commands: int, random: Random) -> None:
        victims = [name for name in services for _ in range(times)]
        random.shuffle(victims)
        self._stack = stack
        self._moments = dict(zip(sorted(random.sample(range(commands), len(victims))), victims, strict=True))
        self._commands = 0
        self._lock = threading.Lock()
        self.killed: list[str] = []

    def command(self) -> None:
        """Another command is about to be given."""
        with self._lock:
            victim = self._moments.get(self._commands)
            self._commands += 1
            if victim:
                self._kill(victim)

    def _kill(self, victim: str) -> None:
        """Wait until it runs again, should it have been killed a moment ago, and kill it."""
        until(lambda: self._stack.state_of(victim) == "RUNNING", f"{victim} does not come back", seconds=30)
        self._stack.kill(victim)
        self.killed.append(victim)
