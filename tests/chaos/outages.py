"""`make chaos OUTAGES=1`: how long it takes to work off what gathers while a server is away, under a steady load."""

import asyncio
import os
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID, uuid4

import asyncpg
import orjson

from contracts.topics import JOBS
from deploy.demo.people import home
from deploy.local.databases import with_database
from deploy.local.plan import Plan
from deploy.local.ports import Ports
from deploy.local.state import State
from deploy.local.waiting import until
from servicekit.cloudevents import clean
from tests.chaos import books
from tests.chaos.doors import standing
from tests.chaos.hand import lasting
from tests.chaos.report import headed, say
from tests.chaos.stack import FaultyStack, targets
from tests.e2e import kafka
from tests.e2e.checker import Rules, faults
from tests.e2e.companies import Company, founded
from tests.e2e.conftest import SETTINGS, explained
from tests.e2e.log import deliveries, told

ADDRESS = "ada.quist@example.com"
EVERY = 0.05  # seconds between two transactions of the load
DRAINED_WITHIN = 900.0
HEAD = headed("what", "away", "load", "events", "lost", "duplicates", "unknown", "worked off after")
AWAY: tuple[type[Exception], ...] = (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError)
_COMMIT = """
with added as (
    insert into outbox (company_id, topic, key, headers, body)
    select $1, $2, $3, $4::jsonb || jsonb_build_object('ce_id', id), $5 from unnest($6::text[]) id
)
select pg_notify('outbox', '')
"""


@dataclass(frozen=True)
class Outage:
    """A server that is away under a load."""

    name: str
    per_second: float
    seconds: float
    begin: Callable[[FaultyStack], None]
    end: Callable[[FaultyStack], None] = lambda _: None


OUTAGES = [
    Outage("broker away", 200, 60, lambda stack: stack.stop("kafka"), lambda stack: stack.start("kafka")),
    Outage("PostgreSQL restarted at once", 200, 10, lambda stack: crash(stack, "postgresql")),
    Outage("mail host away", 50, 300, lambda stack: shut(stack, "smtp"), lambda stack: stack.doors["smtp"].mend()),
]


class Load:
    """Events committed to status-svc's outbox, as its API commits them: copies of one that it made."""

    def __init__(self, plan: Plan, company: Company, like: kafka.Record, per_second: float) -> None:
        self._url = with_database(plan.admin_url, "status")
        headers = orjson.dumps(clean(like.headers)).decode()
        self._values = (company.seed.company.id, JOBS.name, (like.key or b"").decode(), headers, like.value)
        self._per_second = per_second
        self._ends = threading.Event()
        self._given = 0
        self.committed: set[UUID] = set()

    def run(self) -> None:
        """Go on until it is ended, whatever breaks."""
        asyncio.run(self._run())

    def end(self) -> None:
        self._ends.set()

    async def _run(self) -> None:
        began = time.monotonic()
        while not self._ends.is_set():
            try:
                connection = await asyncpg.connect(self._url, timeout=2)
            except AWAY:
                await asyncio.sleep(EVERY)
                continue
            try:
                while not self._ends.is_set():
                    await self._commit(connection, int((time.monotonic() - began) * self._per_second) - self._given)
                    await asyncio.sleep(EVERY)
            except AWAY:
                connection.terminate()
            else:
                await connection.close()

    async def _commit(self, connection: "asyncpg.Connection[asyncpg.Record]", count: int) -> None:
        ids = [uuid4() for _ in range(count)]
        self._given += count  # what is not committed is not given again
        await connection.execute(_COMMIT, *self._values, list(map(str, ids)))
        self.committed |= set(ids)


def crash(stack: FaultyStack, part: str) -> None:
    stack.signal(stack.pid_of(part), signal.SIGQUIT)


def shut(stack: FaultyStack, door: str) -> None:
    stack.doors[door].shut = True
    stack.doors[door].cut()


def measured(stack: FaultyStack, outage: Outage, clients: ExitStack) -> tuple[list[object], int]:
    """The outage's line of the table, and how many findings there are."""
    company = founded(stack.plan, f"outage-{outage.name.split()[0].lower()}", clients)
    customer = company.add(home("Ada Quist", ADDRESS, "303-555-0148", "6 Oak St", "80220"))
    job = company.booked(customer)
    told(company.dispatcher, job.id)
    load = Load(stack.plan, company, kafka.first_event(stack.plan, job.id), outage.per_second)
    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(load.run)
        lasting(5)
        outage.begin(stack)
        lasting(outage.seconds)
        load.end()
        running.result()
        back = time.monotonic()
        outage.end(stack)
    until(lambda: books.told(stack.plan, load.committed) and not books.waits(stack.plan), "not drained", DRAINED_WITHIN)
    drained = time.monotonic() - back
    rows = [row for row in deliveries(company.dispatcher) if row.event_id in load.committed]
    ids = {row.id for row in rows}
    arrived = [mail for mail in books.truth(stack.plan) if mail.delivery_id in ids]
    findings = faults(load.committed, rows, arrived, Rules({ADDRESS}))
    lost = sum(kind != "doubled" for kind, _ in findings)
    unknown = sum(row.state == "unknown" for row in rows)
    line = (outage.name, f"{outage.seconds:.0f} s", f"{outage.per_second:.0f}/s", f"{len(load.committed):,}")
    return [*line, lost, len(findings) - lost, unknown, f"{drained:.0f} s"], len(findings)


def main() -> int:
    """One after the other, on one stack."""
    os.environ.update(SETTINGS)
    with tempfile.TemporaryDirectory(prefix="fieldbell-outages-") as folder, ExitStack() as closing:
        plan = Plan(State(Path(folder).resolve()), Ports.free())
        stack = FaultyStack(plan, closing.enter_context(standing(targets(plan, "smtp"))))
        closing.callback(stack.down)
        stack.up()
        say(HEAD)
        found = 0
        for outage in OUTAGES:
            with explained(stack), ExitStack() as clients:
                cells, findings = measured(stack, outage, clients)
            say(f"| {' | '.join(map(str, cells))} |")
            found += findings
    return found


if __name__ == "__main__":
    sys.exit(min(main(), 1))
