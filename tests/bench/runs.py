"""The measurements: sustained throughput beside a bare loop, and latency, idle and loaded."""

import asyncio
import json
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from statistics import quantiles

from contracts.events import StatusChanged
from contracts.topics import JOBS
from tests.bench.stage import CONNECTIONS, Stage
from tests.bench.usage import Usage, memory
from tests.bench.world import Publisher, Record, record_of

AHEAD = 6_000  # events published and not yet accepted: enough to keep every part busy, too few to run ahead of
PAUSE = 0.02
STALL_SECONDS = 20.0
TRIM = 0.1
PART = 20_000


class Stalled(Exception):
    """Nothing was accepted for a while, though something is to be sent."""


@dataclass(frozen=True)
class Run:
    """One sustained run."""

    count: int
    per_second: float
    cpu_per_10k: dict[str, float]
    memory: dict[str, float]
    bare_per_second: float
    bare_cpu_per_10k: float

    @property
    def ratio(self) -> float:
        """Of the bare loop's throughput."""
        return self.per_second / self.bare_per_second


def steady(times: Sequence[float]) -> tuple[int, float]:
    """How many messages in how many seconds, without the first and the last tenth."""
    ordered = sorted(times)
    cut = int(len(ordered) * TRIM)
    middle = ordered[cut : len(ordered) - cut]
    return len(middle) - 1, middle[-1] - middle[0]


def percentiles(seconds: Sequence[float]) -> dict[str, float]:
    """p50, p95 and p99 in milliseconds."""
    cuts = quantiles(seconds, n=100, method="inclusive")
    return {name: cuts[at - 1] * 1000 for name, at in (("p50", 50), ("p95", 95), ("p99", 99))}


async def sustained(stage: Stage, publisher: Publisher, events: Iterator[StatusChanged], count: int, bare: int) -> Run:
    """`count` events in parts, and after each part its share of the bare loop: the machine's mood falls on both."""
    parts = max(1, count // PART)
    used, done, reference, held = Counter[str](), Counter[str](), Counter[str](), {}
    for _ in range(parts):
        told = [record_of(JOBS, str(event.job.id), event) for event in islice(events, count // parts)]
        start, before = stage.accepted(), Usage.now(stage)
        await published(stage, publisher, told)
        used.update(Usage.now(stage).since(before))
        held = memory(stage)
        messages, seconds = steady([at for _, at in stage.log(start)])
        done.update({"messages": messages, "seconds": seconds})
        start = stage.accepted()
        reference.update(bare_loop(stage, bare // parts))
        await arrived(stage, start + bare // parts)
    return Run(
        count=count,
        per_second=done["messages"] / done["seconds"],
        cpu_per_10k={part: seconds / count * 10_000 for part, seconds in used.items()},
        memory=held,
        bare_per_second=bare / reference["seconds"],
        bare_cpu_per_10k=reference["cpu_seconds"] / bare * 10_000,
    )


async def published(stage: Stage, publisher: Publisher, records: Sequence[Record]) -> None:
    """Publish them, never more than `AHEAD` before the mail host, and wait until it has them all."""
    start, so_far = stage.accepted(), 0
    while so_far < len(records):
        room = min(AHEAD - so_far + stage.accepted() - start, 500)
        for record in records[so_far : so_far + max(0, room)]:
            await publisher.send(record)
            so_far += 1
        await asyncio.sleep(PAUSE)
    await arrived(stage, start + len(records))


async def arrived(stage: Stage, count: int) -> None:
    """Wait until the mail host has `count` messages. Raises `Stalled`."""
    last, moved = stage.accepted(), time.monotonic()
    while last < count:
        await asyncio.sleep(PAUSE)
        now = stage.accepted()
        if now > last:
            last, moved = now, time.monotonic()
        elif time.monotonic() - moved > STALL_SECONDS:
            states = stage.fetch("select state, reason, detail, count(*) from delivery group by 1, 2, 3 limit 10")
            raise Stalled(f"{last} of {count} were accepted, no more for {STALL_SECONDS:.0f} s; the log: {states}")


def bare_loop(stage: Stage, count: int) -> dict[str, float]:
    """The bare aiosmtplib loop into the same mail host."""
    arguments = (str(stage.sink_port), str(stage.first_message), str(count), str(CONNECTIONS))
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.bare", *arguments], check=True, capture_output=True, text=True
    )
    result: dict[str, float] = json.loads(done.stdout)
    return result


async def idle(stage: Stage, publisher: Publisher, events: Iterator[StatusChanged], count: int) -> dict[str, float]:
    """One event after the other: from its publication to the mail host's acceptance."""
    sent, start = [], stage.accepted()
    for n in range(count):
        sent.append(await publisher.event(next(events)))
        await arrived(stage, start + n + 1)
    return percentiles(latencies(stage, sent, start))


async def loaded(
    stage: Stage, publisher: Publisher, events: Iterator[StatusChanged], per_second: float, seconds: float
) -> dict[str, float]:
    """The same at a steady rate, whoever is behind."""
    sent: list[tuple[str, float]] = []
    start, began = stage.accepted(), time.monotonic()
    while (elapsed := time.monotonic() - began) < seconds:
        while len(sent) < elapsed * per_second:
            sent.append(await publisher.event(next(events)))
        await asyncio.sleep(0.002)
    await arrived(stage, start + len(sent))
    return percentiles(latencies(stage, sent, start))


def latencies(stage: Stage, sent: Sequence[tuple[str, float]], start: int) -> list[float]:
    """Seconds from publication to acceptance of each event."""
    published = dict(sent)
    rows = stage.fetch("select id, occurrence_id from delivery where occurrence_id = any($1::uuid[])", list(published))
    event_of = {str(row["id"]): str(row["occurrence_id"]) for row in rows}
    return [at - published[event_of[id]] for id, at in stage.log(start)]


def check(stage: Stage, skipped: int, older: int = 0) -> None:
    """The log and the mail host agree: each delivery once, all of them sent.

    `skipped`: the bare loop's messages; `older`: rows of the log that were put there.
    """
    ids = Counter(id for id, _ in stage.log())
    twice = {id: n for id, n in ids.items() if n > 1}
    copied = [skipped + 1] if skipped else []  # the bare loop sends the first message again and again
    states = {row["state"]: row["n"] for row in stage.fetch("select state, count(*) as n from delivery group by state")}
    expected = states.get("sent", 0) - older
    if states.keys() != {"sent"} or len(ids) != expected or list(twice.values()) != copied:
        raise AssertionError(
            f"the log says {states}, the mail host has {len(ids)}, of them more than once: {len(twice) - len(copied)}"
        )
