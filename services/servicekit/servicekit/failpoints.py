"""Named points at which a fault run has this process die, as a crash would. Where none is set, `reach` does nothing.

`FAILPOINT=claimed:3` kills it (SIGKILL) when it gets to `claimed` for the third time. `FAILPOINT=@plan` goes by the
first line of that file; who dies there takes the line off, for the next start to go by the next, and notes it in
`plan.hit`.
"""

import os
import signal
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path


class Point(StrEnum):
    """Where it may die: on both sides of each commit between an event and its outcome."""

    PLANNED = "planned"
    """Events are planned; nothing of it is committed."""
    WORKED_OFF = "worked-off"
    """A batch is committed, its offset is not."""
    PUBLISHED = "published"
    """The broker has a batch of the outbox; the outbox still has it, too."""
    CLAIMED = "claimed"
    """T1 is committed."""
    BEGUN = "begun"
    """T2 is committed; nothing is on the wire."""
    ANSWERED = "answered"
    """The provider has answered; nobody has written it down."""
    ENDING = "ending"
    """Outcomes are written (T3), not committed."""
    ENDED = "ended"
    """T3 is committed."""
    SWEEPING = "sweeping"
    """Leases of a sender that is gone are settled, not committed."""


def fatal(setting: str) -> Callable[[Point], None]:
    """What dies at the point that `setting` names, at that time. Raises `ValueError` where it names none."""
    plan = Path(setting[1:]) if setting.startswith("@") else None
    line, *others = _lines(plan) if plan else [setting]
    if not line:
        return _nothing
    name, _, times = line.partition(":")
    point, left = Point(name), int(times or 1)

    def reach(there: Point) -> None:
        nonlocal left
        left -= there is point
        if left == 0:
            if plan:
                plan.write_text("\n".join(others))
                with plan.with_name(f"{plan.name}.hit").open("a") as hits:
                    hits.write(f"{point}\n")
            os.kill(os.getpid(), signal.SIGKILL)

    return reach


def _lines(plan: Path) -> list[str]:
    return (plan.read_text() if plan.exists() else "").split("\n")


def _nothing(point: Point) -> None:
    """Go on."""


reach = fatal(os.environ.get("FAILPOINT", ""))
