"""`BENCH=bulk make bench`: how soon urgent emails leave while 1,000,000 in bulk wait, and while these are sent.

QUICK=1: 50,000; BULK=200000: so many.
"""

import asyncio
import json
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import aiosql
import asyncpg
from rich.console import Console
from rich.table import Table

from contracts.events import StatusChanged
from deploy.local.waiting import until
from tests.bench.__main__ import fill
from tests.bench.runs import percentiles
from tests.bench.stage import Stage, staged
from tests.bench.world import Publisher, events

COUNT = int(os.environ.get("BULK", 50_000 if os.environ.get("QUICK") else 1_000_000))
SLICE = 50_000
CUSTOMERS = 500
PER_SECOND = 20.0
SECONDS = 10.0 if os.environ.get("QUICK") else 30.0
SENT = """
select id, occurrence_id from delivery
where occurrence_id = any($1::uuid[]) and lane = 'urgent' and state = 'sent'
"""
queries = aiosql.from_path(
    Path(__file__).with_name("queries"), "asyncpg", mandatory_parameters=False, kwargs_only=False
)


def main() -> int:
    """Exit code 0 where every urgent one arrived; figures are never judged here."""
    console = Console(width=None if sys.stdout.isatty() else 110)
    with tempfile.TemporaryDirectory(prefix="fieldbell-bench-") as folder, staged(Path(folder)) as stage:
        result = asyncio.run(measure(stage, console))
    table = Table("urgent emails", "p50", "p95", "p99", title="ms")
    for name, figures in result.items():
        table.add_row(name, *(f"{figures[key]:.1f}" for key in ("p50", "p95", "p99")))
    console.print(table)
    target = Path(os.environ.get("BENCH_JSON", ".fieldbell/bench-bulk.json"))
    target.write_text(json.dumps({"bulk": COUNT} | result, indent=2) + "\n")
    return 0


async def measure(stage: Stage, console: Console) -> dict[str, dict[str, float]]:
    """With nothing else there, with all of it waiting, and while it is sent."""
    source = events(CUSTOMERS)
    async with Publisher.open(stage.stack.plan.kafka_bootstrap) as publisher:
        await fill(stage, publisher, CUSTOMERS)
        stage.fetch("update rule set lane = 'urgent'")
        await urgent(stage, publisher, source)  # warms everything up
        figures = {"nothing else there": await urgent(stage, publisher, source)}
        console.print(f"Filling: {COUNT:,} in bulk ...")
        await filled(stage)
        figures[f"{COUNT:,} in bulk wait"] = await urgent(stage, publisher, source)
        await _change(stage, "bulk_is_due")
        figures["while these are sent"] = await urgent(stage, publisher, source)
    return figures


async def urgent(stage: Stage, publisher: Publisher, source: Iterator[StatusChanged]) -> dict[str, float]:
    """At a steady, low rate: from the event's publication to the mail host's acceptance."""
    sent: list[tuple[str, float]] = []
    start, began = stage.accepted(), time.monotonic()
    while (elapsed := time.monotonic() - began) < SECONDS:
        while len(sent) < elapsed * PER_SECOND:
            sent.append(await publisher.event(next(source)))
        await asyncio.sleep(0.002)
    ids = [id for id, _ in sent]
    until(lambda: len(stage.fetch(SENT, ids)) == len(ids), "urgent ones do not arrive", 60)
    published, event_of = dict(sent), {str(row["id"]): str(row["occurrence_id"]) for row in stage.fetch(SENT, ids)}
    return percentiles([at - published[event_of[id]] for id, at in stage.log(start) if id in event_of])


async def filled(stage: Stage) -> None:
    """Slice by slice, due in an hour; then what a database does by itself in a while is done."""
    later = datetime.now(UTC) + timedelta(hours=1)
    for _ in range(0, COUNT, SLICE):
        await _change(stage, "fill_bulk", min(SLICE, COUNT), later)
    connection = await asyncpg.connect(stage.stack.plan.role_url("notifier-svc", "owner"))
    await connection.execute("vacuum analyze queue")
    await connection.execute("vacuum analyze delivery")
    await connection.close()


async def _change(stage: Stage, query: str, *values: object) -> None:
    connection = await asyncpg.connect(stage.stack.plan.role_url("notifier-svc", "worker"))
    await getattr(queries, query)(connection, *values)
    await connection.close()


if __name__ == "__main__":
    sys.exit(main())
