"""`BENCH=history make bench`: what a delivery costs with 5,000,000 rows in the log, and memory while many more go.

QUICK=1: 100,000 rows and a minute; LOG=1000000: so many; MINUTES=5: so long (30).
"""

import asyncio
import json
import os
import sys
import tempfile
import time
from dataclasses import asdict
from pathlib import Path

import aiosql
import asyncpg
from rich.console import Console
from rich.table import Table

from tests.bench import runs
from tests.bench.__main__ import fill
from tests.bench.runs import Run
from tests.bench.stage import Stage, staged
from tests.bench.world import Publisher, events

QUICK = bool(os.environ.get("QUICK"))
ROWS = int(os.environ.get("LOG", 100_000 if QUICK else 5_000_000))
MINUTES = float(os.environ.get("MINUTES", 1 if QUICK else 30))
SENT = 10_000 if QUICK else 40_000
CUSTOMERS = 2_000
SLICE = 100_000
queries = aiosql.from_path(
    Path(__file__).with_name("queries"), "asyncpg", mandatory_parameters=False, kwargs_only=False
)


def main() -> int:
    """Exit code 0 where everything was delivered once; figures are never judged here."""
    console = Console(width=None if sys.stdout.isatty() else 110)
    with tempfile.TemporaryDirectory(prefix="fieldbell-bench-") as folder, staged(Path(folder)) as stage:
        before, after, later = asyncio.run(measure(stage, console))
    console.print(cost(before, after), memory(after, *later))
    target = Path(os.environ.get("BENCH_JSON", ".fieldbell/bench-history.json"))
    result = {"rows": ROWS, "before": asdict(before), "after": asdict(after), "later": [asdict(run) for run in later]}
    target.write_text(json.dumps(result, indent=2) + "\n")
    console.print(f"As JSON: {target}")
    return 0


async def measure(stage: Stage, console: Console) -> tuple[Run, Run, list[Run]]:
    """With an empty log, with a full one, and then on and on."""
    source = events(CUSTOMERS)
    async with Publisher.open(stage.stack.plan.kafka_bootstrap) as publisher:

        async def sent() -> Run:
            return await runs.sustained(stage, publisher, source, SENT, SENT // 4)

        await fill(stage, publisher, CUSTOMERS)
        await sent()  # warms everything up
        before = await sent()
        console.print(f"Filling: {ROWS:,} rows of log ...")
        await filled(stage)
        after, later = await sent(), []
        ends = time.monotonic() + MINUTES * 60
        while time.monotonic() < ends:
            later.append(await sent())
    runs.check(stage, (3 + len(later)) * (SENT // 4), older=ROWS)
    return before, after, later


async def filled(stage: Stage) -> None:
    """Slice by slice, with a try and words each; then what a database does by itself in a while is done."""
    worker = await asyncpg.connect(stage.stack.plan.role_url("notifier-svc", "worker"))
    for done in range(0, ROWS, SLICE):
        await queries.fill_log(worker, min(SLICE, ROWS - done))
    await worker.close()
    owner = await asyncpg.connect(stage.stack.plan.role_url("notifier-svc", "owner"))
    await owner.execute("vacuum analyze")
    await owner.close()


def cost(before: Run, after: Run) -> Table:
    """CPU by process."""
    table = Table("process", "log as it was", f"{ROWS:,} rows more", "ratio", title="CPU s per 10,000")
    parts = [(part, before.cpu_per_10k[part], after.cpu_per_10k[part]) for part in before.cpu_per_10k]
    whole = ("all", sum(before.cpu_per_10k.values()), sum(after.cpu_per_10k.values()))
    for part, was, now in (*parts, whole, ("bare loop, itself", before.bare_cpu_per_10k, after.bare_cpu_per_10k)):
        table.add_row(part, f"{was:.2f}", f"{now:.2f}", f"{now / was:.2f}")
    return table


def memory(*held: Run) -> Table:
    """By process, after each tenth of the time."""
    shown = held[:: max(1, len(held) // 10)]
    heads = [f"{held.index(run) * SENT:,}" for run in shown]
    table = Table("process", *heads, title=f"Memory, MB, after so many more deliveries in {MINUTES:g} minutes")
    for part in held[0].memory:
        table.add_row(part, *(f"{run.memory[part]:.0f}" for run in shown))
    return table


if __name__ == "__main__":
    sys.exit(main())
