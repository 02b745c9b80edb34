"""Hypothesis' state machines, which know of no event loop: they run in a thread and ask the test's loop."""

import asyncio
import itertools
from collections.abc import Coroutine
from typing import Any, TypeVar, cast
from uuid import uuid4

from hypothesis import HealthCheck, settings
from hypothesis.stateful import RuleBasedStateMachine, run_state_machine_as_test

from customer_svc.tests.api import Api, Platform
from customer_svc.tests.factories import company_body

T = TypeVar("T")

NUMBERS = itertools.count(1)


class Machine(RuleBasedStateMachine):
    """Each run has a company of its own, in the database of the test."""

    def __init__(self, platform: Platform, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__()
        self.platform = platform
        self._loop = loop
        self.api = self.wait(self._new_company())

    def wait(self, work: Coroutine[Any, Any, T]) -> T:
        """What `work` returns, done on the test's loop."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(timeout=60)

    def rows(self, query: str, *values: Any) -> list[Any]:
        """Of the database, as its workers see it."""
        return self.wait(self._rows(query, *values))

    async def _rows(self, query: str, *values: Any) -> list[Any]:
        async with self.platform.database.worker() as tx:
            return await tx.fetch(query, *values)

    async def _new_company(self) -> Api:
        id = uuid4()
        await self.platform.create_company(id=str(id), **company_body(slug=f"company-{next(NUMBERS)}"))
        return self.platform.people_of(id)


async def run(machine: type[Machine], platform: Platform, *, runs: int, steps: int) -> None:
    """Run it, with other steps each time; raises where a rule or an invariant does."""
    loop = asyncio.get_running_loop()
    limits = settings(max_examples=runs, stateful_step_count=steps, suppress_health_check=list(HealthCheck))
    make = cast("type[Machine]", lambda: machine(platform, loop))
    await asyncio.to_thread(run_state_machine_as_test, make, settings=limits)
