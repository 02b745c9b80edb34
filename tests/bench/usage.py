"""CPU seconds and memory of the processes that are measured, children included."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from threading import Event, Thread
from typing import Self

import psutil

from deploy.local.stack import Stack
from deploy.local.waiting import run_async
from tests.bench.fill import fetch
from tests.bench.stage import MEASURED, Stage

MEGABYTE = 1_000_000
LOOK_SECONDS = 0.2


@dataclass(frozen=True)
class Usage:
    """What the processes have used since their start, by part; those that have ended since included."""

    cpu_seconds: Mapping[str, float]

    @classmethod
    def now(cls, stage: Stage) -> "Usage":
        return cls({part: _cpu(_family(stage.pid(part))) for part in MEASURED})

    def since(self, before: "Usage") -> dict[str, float]:
        """CPU seconds between two looks."""
        return {part: used - before.cpu_seconds[part] for part, used in self.cpu_seconds.items()}


def memory(stage: Stage) -> dict[str, float]:
    """Megabytes resident now; of PostgreSQL what its processes have for themselves, and the shared part once."""
    return {part: _resident(part, _family(stage.pid(part))) / MEGABYTE for part in MEASURED}


def _family(pid: int) -> list[psutil.Process]:
    process = psutil.Process(pid)
    return [process, *process.children(recursive=True)]


def _cpu(processes: Iterable[psutil.Process]) -> float:
    total = 0.0
    for process in processes:
        try:
            times = process.cpu_times()
        except psutil.NoSuchProcess:
            continue  # a backend that has just ended
        total += times.user + times.system + times.children_user + times.children_system
    return total


def _resident(part: str, processes: Iterable[psutil.Process]) -> float:
    own, shared = 0.0, 0.0
    for process in processes:
        try:
            info = process.memory_info()
        except psutil.NoSuchProcess:
            continue
        own += info.rss - (info.shared if part == "postgresql" else 0)
        shared = max(shared, info.shared if part == "postgresql" else 0)
    return own + shared


class Peaks:
    """The most memory (MB) that parts of a stack have while the block runs, and the most that waits in the outbox."""

    def __init__(self, stack: Stack, parts: Collection[str]) -> None:
        self.memory = dict.fromkeys(parts, 0.0)
        self.outbox = 0
        self._stack = stack
        self._over = Event()
        self._thread = Thread(target=self._look)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _look(self) -> None:
        pids = {part: int(self._stack.supervisor.parts()[part]["pid"]) for part in self.memory}
        while not self._over.wait(LOOK_SECONDS):
            for part, pid in pids.items():
                self.memory[part] = max(self.memory[part], _resident(part, _family(pid)) / MEGABYTE)
            [[waiting]] = run_async(fetch(self._stack.plan, "select count(*) from outbox"))
            self.outbox = max(self.outbox, waiting)
