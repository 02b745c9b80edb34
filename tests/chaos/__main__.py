"""`make chaos`: some seeds, each on its own stack: was anything lost, repeated, or sent to whom it must not go?

`SEEDS=50` takes so many new ones, `SEED=n` the one that a run before did that printed n; `STACKS=3`: so many at a time.
"""

import multiprocessing
import os
import sys
from collections import Counter
from concurrent.futures import ProcessPoolExecutor

from servicekit.failpoints import Point
from tests.chaos.faults import chosen
from tests.chaos.playing import asked, play
from tests.chaos.report import say, table, wrong
from tests.chaos.seed import Verdict

SEEDS = 3
STACKS = 2
LEAST_HITS = 3


def seeds() -> list[int]:
    """Those that the environment asks for."""
    return [chosen() for _ in range(1 if os.environ.get("SEED") else asked("SEEDS", SEEDS))]


def main() -> int:
    """Play them; the number of things that are wrong."""
    with ProcessPoolExecutor(asked("STACKS", STACKS), multiprocessing.get_context("spawn")) as pool:
        played = list(pool.map(play, seeds()))
    verdicts = [each for each in played if isinstance(each, Verdict)]
    broken = [each for each in played if isinstance(each, str)]
    hits = sum((verdict.hits for verdict in verdicts), Counter[Point]())
    said = broken + wrong(verdicts, hits, LEAST_HITS if len(played) >= LEAST_HITS else 1)
    say("\n".join(["", table(verdicts), *said]))
    return len(said)


if __name__ == "__main__":
    sys.exit(min(main(), 1))
