"""What the Python processes do under load, by py-spy: PROFILE=1 writes .fieldbell/profile-<part>.txt."""

import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.bench.stage import Stage

PARTS = ("notifier plan", "notifier send", "template-svc")
SECONDS = 15
MOST = 25
WAITING = "Condition.wait "


@contextmanager
def profiled(stage: Stage, wanted: bool) -> Iterator[None]:
    """Record while the block runs, where PROFILE says so."""
    if not (wanted and os.environ.get("PROFILE")):
        yield
        return
    files = {part: stage.folder / f"{part}.raw" for part in PARTS}
    recorders = [_record(stage.pid(part), file) for part, file in files.items()]
    yield
    for recorder in recorders:
        recorder.wait(timeout=SECONDS + 30)
    for part, file in files.items():
        Path(f".fieldbell/profile-{part.replace(' ', '-')}.txt").write_text(summary(file.read_text()))


def summary(raw: str) -> str:
    """Share of the samples by function: its own, and with all it called. A thread that waits for work does nothing."""
    own, total, everything = Counter[str](), Counter[str](), 0
    for line in raw.splitlines():
        stack, _, samples = line.rpartition(" ")
        frames = stack.split(";")
        if frames[-1].startswith(WAITING):
            continue
        everything += int(samples)
        own[frames[-1]] += int(samples)
        for frame in set(frames):
            total[frame] += int(samples)
    rows = [f"{n / everything:6.1%} {total[frame] / everything:6.1%}  {frame}" for frame, n in own.most_common(MOST)]
    cumulative = [f"       {n / everything:6.1%}  {frame}" for frame, n in total.most_common(2 * MOST)]
    return "\n".join(["   own  total", *rows, "", "by total", *cumulative]) + "\n"


def _record(pid: int, file: Path) -> "subprocess.Popen[bytes]":
    py_spy = Path(sys.executable).parent / "py-spy"
    command: list[str | Path] = [
        py_spy,
        "record",
        "--pid",
        str(pid),
        "--duration",
        str(SECONDS),
        "--rate",
        "200",
        "--format",
        "raw",
    ]
    return subprocess.Popen([*command, "--function", "--output", str(file)], stdout=subprocess.DEVNULL)
