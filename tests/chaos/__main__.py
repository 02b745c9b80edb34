"""`make chaos`: some seeds, each on its own stack: was anything lost, repeated, or sent to whom it must not go?

`SEEDS=50` takes so many new ones, `SEED=n` the one that a run before did that printed n; `STACKS=3`: so many at a time.
"""

import multiprocessing
import os
import sys
import tempfile
import traceback
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path

from deploy.local.errors import StackError
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
STACKS = 2
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
    return [chosen() for _ in range(1 if os.environ.get("SEED") else _asked("SEEDS", SEEDS))]


def _asked(name: str, default: int) -> int:
    return int(os.environ.get(name) or default)


@contextmanager
def standing_stack() -> Iterator[FaultyStack]:
    """Real servers and services, with doors in front of the servers, as long as the block."""
    os.environ.update(SETTINGS | PATIENCE)
    with tempfile.TemporaryDirectory(prefix="fieldbell-chaos-") as folder, ExitStack() as closing:
        plan = Plan(State(Path(folder).resolve()), Ports.free())
        stack = FaultyStack(plan, closing.enter_context(standing(targets(plan))))
        closing.callback(stack.down)
        stack.up()
        yield stack


def play(seed: int) -> Verdict | str:
    """One seed; in words, where it came to no end."""
    try:
        with standing_stack() as stack, explained(stack):
            verdict = run(stack, seed, _asked("JOBS", JOBS), planned, say)
    except StackError as error:
        say(f"seed {seed}:\n{''.join(traceback.format_exception(error))}")
        return f"seed {seed} came to no end: {error}"
    say(table([verdict]))
    return verdict


def main() -> int:
    """Play them; the number of things that are wrong."""
    with ProcessPoolExecutor(_asked("STACKS", STACKS), multiprocessing.get_context("spawn")) as pool:
        played = list(pool.map(play, seeds()))
    verdicts = [each for each in played if isinstance(each, Verdict)]
    broken = [each for each in played if isinstance(each, str)]
    hits = sum((verdict.hits for verdict in verdicts), Counter[Point]())
    said = broken + wrong(verdicts, hits, LEAST_HITS if len(played) >= LEAST_HITS else 1)
    say("\n".join(["", table(verdicts), *said]))
    return len(said)


if __name__ == "__main__":
    sys.exit(min(main(), 1))
