"""A process dies where it is told to, at the time it is told to, and nowhere else."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from servicekit.failpoints import Point, fatal

PROGRAM = """
from servicekit.failpoints import Point, reach
for _ in range(5):
    for point in Point:
        print(point, flush=True)
        reach(point)
"""


def said(setting: str | None) -> tuple[int, list[str]]:
    """How such a process ends, and where it has been."""
    env = {name: value for name, value in os.environ.items() if name != "FAILPOINT"}
    env |= {"FAILPOINT": setting} if setting is not None else {}
    done = subprocess.run([sys.executable, "-c", PROGRAM], check=False, env=env, capture_output=True, text=True)
    return done.returncode, done.stdout.split()


def test_it_dies_at_its_point_for_the_third_time() -> None:
    end, places = said(f"{Point.CLAIMED}:3")
    assert end == -signal.SIGKILL
    assert (places[-1], places.count(Point.CLAIMED)) == (Point.CLAIMED, 3)


def test_without_a_point_it_lives() -> None:
    assert said(None) == said("") == (0, list(map(str, Point)) * 5)


def test_each_life_ends_where_the_next_line_of_a_plan_says(tmp_path: Path) -> None:
    plan = tmp_path / "plan"
    plan.write_text(f"{Point.BEGUN}:1\n{Point.PLANNED}:2")
    lives = [said(f"@{plan}") for _ in range(3)]
    assert [end for end, _ in lives] == [-signal.SIGKILL, -signal.SIGKILL, 0]
    assert [places[-1] for _, places in lives[:2]] == [Point.BEGUN, Point.PLANNED]
    assert plan.with_name("plan.hit").read_text().split() == [Point.BEGUN, Point.PLANNED]


def test_a_plan_that_is_not_there_yet_ends_no_life(tmp_path: Path) -> None:
    assert said(f"@{tmp_path / 'plan'}")[0] == 0


def test_a_point_that_there_is_not_is_refused() -> None:
    with pytest.raises(ValueError, match="nowhere"):
        fatal("nowhere:1")
