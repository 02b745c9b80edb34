"""CPU seconds and memory of the processes that are measured, children included."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import psutil

from tests.bench.stage import MEASURED, Stage

MEGABYTE = 1_000_000


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
