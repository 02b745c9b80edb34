"""Events as the whole service hears them: by all that listen to jobs."""

from collections.abc import Sequence
from typing import Any

from contracts.topics import JOBS
from notifier_svc.domain.keys import Keys
from notifier_svc.domain.volume import Breaker
from notifier_svc.events import consumers
from servicekit.db import Database

UNLIMITED = Breaker(at_least=10**9)
AT_ONCE = 300


async def hear(db: Database, keys: Keys, arriving: Sequence[Any]) -> None:
    """Handle these events, a batch after the other, and publish nothing; nobody sends too much."""
    for consumer in consumers(keys, UNLIMITED):
        if consumer.topic is JOBS:
            for n in range(0, len(arriving), AT_ONCE):
                async with db.worker() as tx:
                    await consumer.handle(tx, arriving[n : n + AT_ONCE])
                    await tx.execute("delete from outbox")
