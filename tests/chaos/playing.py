"""One seed on a stack of its own, in a process of its own."""

import os
import tempfile
import traceback
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from deploy.local.plan import Plan
from deploy.local.ports import Ports
from deploy.local.state import State
from tests.chaos.doors import standing
from tests.chaos.faults import planned
from tests.chaos.report import say, table
from tests.chaos.seed import Verdict, run
from tests.chaos.stack import FaultyStack, targets
from tests.e2e.conftest import SETTINGS, explained

JOBS = 180  # more than a thousand events

# So that a door that says nothing is given up in seconds; what a real host may take is in the settings' defaults.
PATIENCE = {
    "SMTP_TIMEOUT_SECONDS": "5",
    "SMTP_END_TIMEOUT_SECONDS": "8",
    "TWILIO_TIMEOUT_SECONDS": "5",
}


def play(seed: int) -> Verdict | str:
    """What came of it; in words, where it came to no end."""
    try:
        with standing_stack() as stack, explained(stack):
            verdict = run(stack, seed, asked("JOBS", JOBS), planned, say)
    except Exception as error:  # a finding, not the end of the other seeds
        say(f"seed {seed}:\n{''.join(traceback.format_exception(error))}")
        return f"seed {seed} came to no end: {error}"
    say(table([verdict]))
    return verdict


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


def asked(name: str, default: int) -> int:
    """A number of the environment."""
    return int(os.environ.get(name) or default)
