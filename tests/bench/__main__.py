"""`make bench`: how fast StatusChanged in Kafka becomes an email accepted and logged, at what cost, how soon.

QUICK=1 takes two minutes; PROFILE=1 records the Python processes under load with py-spy.
"""

import asyncio
import json
import os
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path
from statistics import median

from rich.console import Console

from contracts.topics import COMPANIES, CUSTOMERS
from deploy.local.waiting import until
from tests.bench import runs
from tests.bench.clicks import clicks
from tests.bench.profile import profiled
from tests.bench.report import show
from tests.bench.stage import Stage, staged
from tests.bench.words import grow
from tests.bench.world import Publisher, company, customer, events


def sizes() -> dict[str, int]:
    """How much is measured."""
    if os.environ.get("QUICK"):
        return {"runs": 1, "count": 10_000, "bare": 10_000, "customers": 2_000, "idle": 100, "loaded_seconds": 10}
    return {"runs": 3, "count": 100_000, "bare": 30_000, "customers": 10_000, "idle": 300, "loaded_seconds": 30}


def main() -> int:
    """Exit code 0 where everything was delivered once; figures are never judged here."""
    console, size = Console(width=None if sys.stdout.isatty() else 110), sizes()
    with tempfile.TemporaryDirectory(prefix="fieldbell-bench-") as folder, staged(Path(folder)) as stage:
        result = asyncio.run(measure(stage, size, console))
    result["sizes"] = size
    target = Path(os.environ.get("BENCH_JSON", ".fieldbell/bench.json"))
    target.write_text(json.dumps(result, indent=2) + "\n")
    show(result, console)
    console.print(f"As JSON: {target}")
    return 0


async def measure(stage: Stage, size: dict[str, int], console: Console) -> dict[str, object]:
    """All measurements, one after the other."""
    source = events(size["customers"])
    async with Publisher.open(stage.stack.plan.kafka_bootstrap) as publisher:
        console.print("Filling: one company, its starters and customers ...")
        await fill(stage, publisher, size["customers"])
        await runs.sustained(stage, publisher, source, size["count"] // 10, size["bare"] // 10)  # warms everything up
        measured, bare = [], size["bare"] // 10
        for number in range(size["runs"]):
            console.print(f"Run {number + 1} of {size['runs']}: {size['count']:,} deliveries ...")
            with profiled(stage, number == 0):
                measured.append(await runs.sustained(stage, publisher, source, size["count"], size["bare"]))
            bare += size["bare"]
        console.print("Latency ...")
        idle = await runs.idle(stage, publisher, source, size["idle"])
        clicked = await clicks(stage, size["idle"])
        third = median(run.per_second for run in measured) / 3
        loaded = await runs.loaded(stage, publisher, source, third, size["loaded_seconds"])
    until(lambda: not stage.fetch("select from queue limit 1"), "the last outcomes are not written", 30)
    runs.check(stage, bare)
    return {
        "message": stage.message(),
        "runs": [asdict(run) | {"ratio": run.ratio} for run in measured],
        "idle_ms": idle,
        "click_ms": clicked,
        "loaded_ms": loaded | {"per_second": third},
    }


async def fill(stage: Stage, publisher: Publisher, customers: int) -> None:
    """Let the services know the company and its customers, as their owner would."""
    await publisher.snapshots(COMPANIES, [company()])
    await publisher.snapshots(CUSTOMERS, map(customer, range(customers)))
    known = "select count(*) from snapshot where kind = 'customers'"
    until(lambda: stage.fetch(known)[0][0] == customers, "the customers did not arrive", 120)
    until(lambda: bool(stage.fetch("select from rule limit 1")), "the starter rules did not arrive", 30)
    grow(stage.stack.plan)


if __name__ == "__main__":
    sys.exit(main())
