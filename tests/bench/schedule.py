"""`BENCH=schedule make bench`: what a look of the scheduler costs while 5,000,000 reminders wait, and what telling them
costs when they are due, and how many events a planner plans meanwhile. QUICK=1: 200,000; SCHEDULED=1000000: so many.
"""

import json
import os
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import quantiles
from typing import Any
from uuid import UUID, uuid4

import aiosql
import asyncpg
import orjson
from rich.console import Console
from rich.table import Table

from contracts.events import JobCreated
from contracts.topics import JOBS
from contracts.triggers import Trigger
from deploy.local.plan import Plan
from deploy.local.stack import Stack
from deploy.local.waiting import run_async
from notifier_svc import scheduler
from notifier_svc.domain.course import after
from notifier_svc.domain.keys import Keys
from notifier_svc.domain.series import Timing
from notifier_svc.domain.volume import Breaker
from notifier_svc.events import consumers
from notifier_svc.store import rules as rules_store
from notifier_svc.store import schedule as store
from notifier_svc.store.planning import QUERIES
from notifier_svc.tests.factories import COMPANY, a_company, a_customer, a_job, a_rule, a_visit, an_event
from notifier_svc.tests.test_planning import an_envelope
from servicekit import copies
from servicekit.db import Database, Tx

COUNT = int(os.environ.get("SCHEDULED", 200_000 if os.environ.get("QUICK") else 5_000_000))
RULES = [
    a_rule(Trigger.VISIT_REMINDER, id=UUID(int=100 + hours), timing=Timing(hours_before=hours)) for hours in range(1, 6)
]
JOBS_AT_ONCE = 10_000
LOOKS = 300
SLICES = 5
BATCH, BATCHES = 500, 10
NEVER = Breaker(at_least=10**9)  # far more than any hour before is what is measured
KEYS = Keys(b"a secret of sixteen bytes")
queries = aiosql.from_path(
    Path(__file__).with_name("queries"), "asyncpg", mandatory_parameters=False, kwargs_only=False
)


def main() -> int:
    """Exit code 0 where everything that was due is planned; figures are never judged here."""
    console = Console(width=None if sys.stdout.isatty() else 110)
    with tempfile.TemporaryDirectory(prefix="fieldbell-bench-") as folder:
        stack = Stack.in_folder(Path(folder))
        try:
            stack.up_databases()
            result = run_async(measure(stack.plan, console))
        finally:
            stack.down()
    table = Table("", "p50", "p95", "max", title="ms")
    for name, figures in result["ms"].items():
        table.add_row(name, *(f"{figures[key]:.2f}" for key in ("p50", "p95", "max")))
    console.print(table)
    console.print(f"Pages that a look reads: {result['pages']}.")
    console.print(f"Reminders told: {result['told_per_second']:,.0f}/s by one scheduler.")
    for group, per_second in result["events_per_second"].items():
        console.print(f"Events read by {group}: {per_second:,.0f}/s, {BATCH} at a time.")
    target = Path(os.environ.get("BENCH_JSON", ".fieldbell/bench-schedule.json"))
    target.write_text(json.dumps({"scheduled": COUNT} | result, indent=2) + "\n")
    console.print(f"As JSON: {target}")
    return 0


async def measure(plan: Plan, console: Console) -> dict[str, Any]:
    """A look with nothing there, a look with all of it waiting, and some slices that are due."""
    urls = [plan.role_url("notifier-svc", role) for role in ("api", "worker")]
    database = await Database.open(urls[0], urls[1], size=2, name="bench")
    now = datetime.now(UTC)
    try:
        async with database.worker() as tx:
            await copies.put(tx, "companies", [a_company()])
            await copies.put(tx, "customers", [a_customer()])
            await rules_store.add(tx, [*RULES, a_rule(Trigger.JOB_CREATED)])
        empty = await timed(lambda: look(database, now), LOOKS)
        console.print(f"Filling: {COUNT:,} reminders ...")
        filled = time.perf_counter()
        await fill(plan, now)
        console.print(f"Filled in {time.perf_counter() - filled:,.0f} s.")
        waiting, pages = await timed(lambda: look(database, now), LOOKS), await pages_read(database, now)
        started = time.perf_counter()
        slices = await timed(lambda: look(database, now + timedelta(days=7, hours=-0.5)), SLICES)
        seconds = time.perf_counter() - started
        async with database.worker() as tx:
            planned = await tx.fetchval("select count(*) from queue")
        assert planned == SLICES * scheduler.AT_ONCE
        names = ("a look, nothing scheduled", f"a look, {COUNT:,} wait", f"a slice of {scheduler.AT_ONCE} that are due")
        figures = dict(zip(names, (empty, waiting, slices), strict=True))
        told = {"told_per_second": SLICES * scheduler.AT_ONCE / seconds}
        return {"ms": figures, "pages": pages, **told, "events_per_second": await events_read(database)}
    finally:
        await database.close()


async def events_read(database: Database) -> dict[str, float]:
    """Events a second, planned, and followed by the schedule: each tells of a new job with a visit to remind of."""
    batches = [[an_envelope(booked()) for _ in range(BATCH)] for _ in range(BATCHES)]
    rates = {}
    for consumer in (each for each in consumers(KEYS, NEVER) if each.topic is JOBS):
        started = time.perf_counter()
        for batch in batches:
            async with database.worker() as tx:
                await consumer.handle(tx, batch)
        rates[consumer.group] = BATCH * BATCHES / (time.perf_counter() - started)
    async with database.worker() as tx:
        assert await tx.fetchval("select count(*) from delivery where trigger = 'job_created'") == BATCH * BATCHES
    return rates


def booked() -> JobCreated:
    """A new job with a visit in a week."""
    starts = datetime.now(UTC) + timedelta(days=7)
    visit = a_visit(starts_at=starts, ends_at=starts + timedelta(hours=2))
    told: JobCreated = an_event(JobCreated, job=a_job(id=uuid4(), visits=(visit,)))
    return told


async def look(database: Database, now: datetime) -> None:
    """What the scheduler does each time."""
    async with database.worker() as tx:
        await scheduler.tell_due(tx, KEYS, now)
    async with database.worker() as tx:
        await store.next_due(tx)


async def pages_read(database: Database, now: datetime) -> int:
    """How much a look reads, whatever the machine is busy with."""
    pages = 0
    async with database.worker() as tx:
        for statement, values in ((QUERIES.take_due.sql, (now, scheduler.AT_ONCE)), (QUERIES.next_due.sql, ())):
            told = await tx.fetchval(f"explain (analyze, buffers, format json) {statement}", *values)
            plan = orjson.loads(told)[0]["Plan"]
            pages += plan["Shared Hit Blocks"] + plan["Shared Read Blocks"]
    return pages


async def timed(work: Callable[[], Awaitable[None]], times: int) -> dict[str, float]:
    """Milliseconds."""
    took = []
    for _ in range(times):
        started = time.perf_counter()
        await work()
        took.append((time.perf_counter() - started) * 1000)
    cuts = quantiles(took, n=20, method="inclusive")
    return {"p50": cuts[9], "p95": cuts[18], "max": max(took)}


async def fill(plan: Plan, now: datetime) -> None:
    """Jobs with a visit each, of which every rule reminds; what the schedule is found by is built when all is there."""
    course = after(None, an_event(JobCreated), now).model_dump(mode="json")
    job = a_job().model_dump(mode="json")
    owner = await asyncpg.connect(plan.role_url("notifier-svc", "owner"))
    worker: Tx = await asyncpg.connect(plan.role_url("notifier-svc", "worker"))
    try:
        built = [row async for row in queries.built_on_schedule(owner)]
        for row in built:
            await owner.execute(row["drop"])
        jobs, texts = COUNT // len(RULES), [orjson.dumps(each).decode() for each in (course, job)]
        for first in range(1, jobs + 1, JOBS_AT_ONCE):
            some = (COMPANY, first, min(jobs, first + JOBS_AT_ONCE - 1))
            await queries.fill_courses(worker, *some, *texts, a_customer().id, now)
            await queries.fill_schedule(worker, *some, [rule.id for rule in RULES], now)
        await owner.execute("set maintenance_work_mem = '256MB'")
        for row in reversed(built):
            await owner.execute(row["make"])
        await owner.execute("vacuum analyze")
    finally:
        await owner.close()
        await worker.close()


if __name__ == "__main__":
    sys.exit(main())
