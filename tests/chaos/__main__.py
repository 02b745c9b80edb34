"""`make chaos`: one stack, some seeds, and whether anything was lost, repeated, or sent to whom it must not go.

`SEEDS=50` takes so many new ones, `SEED=n` the one that a run before did that printed n.
"""

import os
import sys
import tempfile
from collections import Counter
from contextlib import ExitStack
from pathlib import Path

from deploy.local.plan import Plan
from deploy.local.ports import Ports
from deploy.local.state import State
from servicekit.failpoints import Point
from tests.chaos.doors import standing
from tests.chaos.faults import chosen, planned
from tests.chaos.report import say, table, wrong
from tests.chaos.seed import Verdict, run
from tests.chaos.stack import FaultyStack, targets
from tests.e2e.conftest import SETTINGS, explained

SEEDS = 3
JOBS = 180  # more than a thousand events
LEAST_HITS = 3

# So that a door that says nothing is given up in seconds; what a real host may take is in the settings' defaults.
PATIENCE = {
    "SMTP_TIMEOUT_SECONDS": "5",
    "SMTP_END_TIMEOUT_SECONDS": "8",
    "TWILIO_TIMEOUT_SECONDS": "5",
}


def seeds() -> list[int]:
    """Those that the environment asks for."""
    return [chosen() for _ in range(1 if os.environ.get("SEED") else int(os.environ.get("SEEDS") or SEEDS))]


def main() -> int:
    """Run them; the number of things that are wrong."""
    verdicts: list[Verdict] = []
    jobs = int(os.environ.get("JOBS") or JOBS)
    os.environ.update(SETTINGS | PATIENCE)
    with tempfile.TemporaryDirectory(prefix="fieldbell-chaos-") as folder, ExitStack() as closing:
        plan = Plan(State(Path(folder).resolve()), Ports.free())
        doors = closing.enter_context(standing(targets(plan)))
        stack = FaultyStack(plan, doors)
        closing.callback(stack.down)
        stack.up()
        for each in seeds():
            with explained(stack):
                verdicts.append(run(stack, each, jobs, planned, say))
            say(table(verdicts[-1:]))
    hits = sum((verdict.hits for verdict in verdicts), Counter[Point]())
    said = wrong(verdicts, hits, LEAST_HITS if len(verdicts) >= LEAST_HITS else 1)
    say("\n".join(["", table(verdicts), *said]))
    return len(said)


if __name__ == "__main__":
    sys.exit(min(main(), 1))
