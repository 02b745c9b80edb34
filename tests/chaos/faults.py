"""Which faults a seed brings, and when: decided before anything runs, so that the same seed decides the same."""

import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from random import Random, SystemRandom

from servicekit.failpoints import Point
from tests.chaos.lies import Lie


class Kind(StrEnum):
    """What happens to a part of the stack, or at the door in front of it."""

    KILLED = "killed (SIGKILL)"
    ENDED = "ended (SIGTERM)"
    STOPPED = "stopped and continued"
    CRASHED = "restarted at once"
    """PostgreSQL's immediate shutdown: as a crash, and nothing is left of its connections."""
    CUT = "all connections cut"
    SHUT = "cut off"
    DELAYED = "slowed down"
    HELD = "held up"
    LIED = "lied about"


@dataclass(frozen=True)
class Fault:
    """One fault, at the moment when so many commands have been given; `seconds` is how long it lasts."""

    moment: int
    kind: Kind
    what: str
    seconds: float = 0.0
    lie: Lie | None = None
    times: int = 0

    def __str__(self) -> str:
        how = f"{self.lie} x{self.times}" if self.lie else f"{self.kind}, {self.seconds:.1f} s"
        return f"at {self.moment}: {self.what} {how}"


@dataclass(frozen=True)
class Faults:
    """All of a seed."""

    over_time: tuple[Fault, ...]
    """In the order of their moments."""
    lives: dict[str, tuple[str, ...]]
    """By service: where each of its lives ends, and at the how-manieth time."""

    @property
    def deaths(self) -> int:
        """How many lives end at a point."""
        return sum(map(len, self.lives.values()))


BRIEFLY = [Point.PLANNED, Point.WORKED_OFF, Point.CLAIMED, Point.BEGUN, Point.ANSWERED]
LIES = [
    *(("smtp", lie) for lie in (Lie.REFUSED, Lie.LOST, Lie.SWALLOWED, Lie.SILENT)),
    *(("twilio", lie) for lie in Lie),
    ("postgres", Lie.SWALLOWED),
]
LONGEST = 4.0  # seconds; of what the API waits through with the patience of its clients

OUT_OF_TIME = 11.0  # twice the lease of five seconds, and longer than a consumer's session


def chosen() -> int:
    """A new one, unless the environment names one: SEED=n decides as a run before did that printed n."""
    return int(os.environ.get("SEED") or SystemRandom().randrange(2**32))


def planned(seed: int, commands: int) -> Faults:
    """Every point once, every lie once, each server cut off, slowed down and restarted; more of some."""
    random = Random(seed)  # noqa: S311
    deaths: list[Point] = [point for point in Point if point not in (Point.PUBLISHED, Point.SWEEPING)]
    random.shuffle(deaths)
    for left_behind in (Point.CLAIMED, Point.BEGUN):  # so that there is something to sweep
        deaths.insert(deaths.index(left_behind) + 1, Point.SWEEPING)
    lives = {
        "notifier-svc": tuple(f"{point}:{random.randint(1, _most(point))}" for point in deaths),
        "status-svc": (f"{Point.PUBLISHED}:{random.randint(1, 8)}",),
        "customer-svc": (f"{Point.PUBLISHED}:{random.randint(1, 8)}",),
    }
    return Faults(_in_order(random, [*_of_processes(random), *_at_doors(random)], commands), lives)


def brief(seed: int, commands: int) -> Faults:
    """A few, for a run of half a minute: some points between the commits, a kill of every service, some lies."""
    random = Random(seed)  # noqa: S311
    deaths = random.sample(BRIEFLY, 3)
    lives = {
        "notifier-svc": tuple(f"{point}:{random.randint(1, 3)}" for point in deaths),
        "status-svc": (f"{Point.PUBLISHED}:{random.randint(1, 3)}",),
    }
    faults = [
        *(Fault(0, Kind.KILLED, f"{name}-svc") for name in ("customer", "template")),
        *(Fault(0, Kind.LIED, "smtp", lie=lie, times=1) for lie in (Lie.REFUSED, Lie.LOST, Lie.SWALLOWED)),
        *(Fault(0, Kind.LIED, "twilio", lie=lie, times=1) for lie in (Lie.REFUSED, Lie.SWALLOWED, Lie.FAILED)),
    ]
    return Faults(_in_order(random, faults, commands), lives)


def _in_order(random: Random, faults: list[Fault], commands: int) -> tuple[Fault, ...]:
    random.shuffle(faults)
    moments = sorted(random.sample(range(1, commands), len(faults)))
    return tuple(replace(fault, moment=moment) for moment, fault in zip(moments, faults, strict=True))


def _most(point: Point) -> int:
    """At the how-manieth time at most: an answer comes for each message, a sweep seldom finds something."""
    return {Point.SWEEPING: 1, Point.ANSWERED: 40}.get(point, 6)


def _of_processes(random: Random) -> Iterator[Fault]:
    for name in ("status-svc", "customer-svc", "template-svc", "notifier-svc", "kafka"):
        yield Fault(0, Kind.KILLED, name)
    for name in random.sample(["status-svc", "customer-svc", "template-svc", "notifier-svc"], 2):
        yield Fault(0, Kind.ENDED, name)
    yield Fault(0, Kind.STOPPED, "notifier-svc", OUT_OF_TIME)
    yield Fault(0, Kind.STOPPED, random.choice(["template-svc", "kafka", "sandbox"]), random.uniform(1.0, LONGEST))
    yield Fault(0, Kind.CRASHED, "postgresql")


def _at_doors(random: Random) -> Iterator[Fault]:
    for name in ("kafka", "postgres", "smtp", "twilio"):
        yield Fault(0, Kind.CUT, name)
        yield Fault(0, random.choice([Kind.SHUT, Kind.HELD]), name, random.uniform(1.0, LONGEST))
        yield Fault(0, Kind.DELAYED, name, random.uniform(1.0, LONGEST))
    for name, lie in LIES:
        yield Fault(0, Kind.LIED, name, lie=lie, times=random.randint(1, 3))
