"""What a run of seeds came to, as a table and as the list of what is wrong."""

from collections import Counter
from collections.abc import Sequence

from servicekit.failpoints import Point
from tests.chaos.seed import Verdict

_COLUMNS = (
    *("seed", "faults", "events", "deliveries", "arrived", "lost", "duplicates", "other findings"),
    *("unknown", "of these arrived", "twice by choice", "settled later", "quiet after", "hits by point"),
)


def say(line: str) -> None:
    """For whoever reads along."""
    print(line, flush=True)  # noqa: T201


def headed(*columns: str) -> str:
    """The head of a table."""
    return f"| {' | '.join(columns)} |\n{'|---' * len(columns)}|"


def table(verdicts: Sequence[Verdict]) -> str:
    """One line a seed."""
    return "\n".join([headed(*_COLUMNS), *map(_line, verdicts)])


def _line(verdict: Verdict) -> str:
    lost, doubled = verdict.count("lost", "not in the log", "waits"), verdict.count("doubled")
    cells = (
        verdict.seed,
        verdict.faults,
        f"{verdict.events:,}",
        f"{verdict.deliveries:,}",
        f"{verdict.arrived:,}",
        lost,
        doubled,
        len(verdict.findings) - lost - doubled,
        verdict.unknown,
        verdict.unknown_arrived,
        verdict.twice,
        verdict.settled,
        f"{verdict.drained:.0f} s",
        ", ".join(f"{point} {count}" for point, count in verdict.hits.items()),
    )
    return f"| {' | '.join(map(str, cells))} |"


def wrong(verdicts: Sequence[Verdict], hits: Counter[Point], least: int) -> list[str]:
    """A sentence for each finding, and for each point that was hit too seldom for a run to say anything about it."""
    return [
        *(f"seed {v.seed}: {kind}: {which}" for v in verdicts for kind, which in v.findings),
        *(f"{point} was hit {hits[point]} times, less than {least}" for point in Point if hits[point] < least),
    ]
