"""Does a test notice when a gate is missing? `python -m tests.mutation.gates` drops each in turn and wants a red test.

Each mutant is tested in a process and a temporary copy of its own. The processes are forks of this one, which has
loaded all but the notifier, and compiled that: starting Python for each would take longer than the tests. What stands
in the way of a message is tried alone first; only what survives that meets the pairs. `--slice 3/6` tries the third
sixth, spread over all files.
"""

import argparse
import compileall
import os
import shutil
import sys
import tempfile
from collections.abc import Sequence
from contextlib import redirect_stderr, redirect_stdout
from functools import partial
from importlib import import_module
from multiprocessing import get_context
from multiprocessing.pool import Pool
from pathlib import Path

import pytest
from rich.console import Console
from rich.table import Table

from tests.mutation.mutants import Mutant, mutants

PACKAGE = Path(__file__).parents[2] / "services" / "notifier-svc" / "notifier_svc"
MUTATED = ("matrix.py", "gates.py", "people.py", "plan.py", "timing.py", "recheck.py", "window.py")
# The quick ones first.
TESTED_BY = (
    "test_people.py",
    "test_plan.py",
    "test_timing.py",
    "test_window.py",
    "test_recheck_limits.py",
    "test_recheck.py",
    "test_gates_table.py",
    "test_own_texts.py",
)
OPTIONS = ("-x", "-q", "--noconftest", "--assert=plain", "--timeout=60", "-p", "no:cacheprovider")
LOADED_BEFORE = ("pytest_asyncio.plugin", "pytest_timeout", "_hypothesis_pytestplugin", "contracts.events")
PAIRS = {
    "gates_oracle.py": ("most: int = 2", "most: int = 1"),
    "test_gates_table.py": ("most: int = 2", "most: int = 1"),
    "test_recheck.py": ("most=2", "most=1"),
}
COUNTS_PAIRS = "test_there_are_thousands_of_cases_and_each_reason_is_one"
# They change nothing that could be seen: the condition is there for the type checker.
EQUIVALENT = {
    ("plan.py", "decision.candidate"): "what is sent always has a candidate",
    ("plan.py", "candidate is None"): "what is sent always has a candidate",
    ("timing.py", "name"): "no zone is called nothing",
    ("recheck.py", "not concern(present.limits, message)"): "it only saves reading a clock",
}


def main() -> int:
    """Exit code 1 where a mutant survives, 2 where the tests fail without one."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutation.gates")
    parser.add_argument("--slice", type=sliced, default=slice(None), metavar="N/M", help="the Nth of M parts")
    part: slice = parser.parse_args().slice
    for name in LOADED_BEFORE:
        import_module(name)
    compileall.compile_dir(PACKAGE, quiet=1)
    found = [mutant for name in MUTATED for mutant in mutants(PACKAGE / "domain" / name)]
    tried = [mutant for mutant in found if (mutant.path.name, mutant.dropped) not in EQUIVALENT][part]
    with get_context("fork").Pool(min(2, os.cpu_count() or 1), maxtasksperchild=1) as pool:
        green = survivors(pool, [None, *tried], pairs=False)
        if green != [None]:
            green = survivors(pool, green, pairs=True)
    if None not in green:
        Console().print("The tests fail on the code as it is: mutants show nothing.")
        return 2
    show([(mutant, mutant in green) for mutant in tried])
    return 1 if len(green) > 1 else 0


def sliced(text: str) -> slice:
    """`3/6`: every sixth from the third on."""
    n, of = map(int, text.split("/"))
    if not 1 <= n <= of:
        raise ValueError
    return slice(n - 1, None, of)


def survivors(pool: Pool, tried: Sequence[Mutant | None], *, pairs: bool) -> list[Mutant | None]:
    """Those with which the tests are green; `None`: the code as it is."""
    green = pool.map(partial(passes, pairs=pairs), tried, chunksize=1)
    return [mutant for mutant, is_green in zip(tried, green, strict=True) if is_green]


def passes(mutant: Mutant | None, *, pairs: bool) -> bool:
    """Whether the tests are green with this mutant in place of the original. Spoils the process for all else."""
    with tempfile.TemporaryDirectory(prefix="fieldbell-mutant-") as folder:
        package = Path(folder, PACKAGE.name)
        shutil.copytree(PACKAGE, package)
        if mutant:
            (package / "domain" / mutant.path.name).write_text(mutant.source)
        options = [*OPTIONS, f"--rootdir={folder}", *(() if pairs else ("-k", f"not {COUNTS_PAIRS}"))]
        for name, (two, one) in () if pairs else PAIRS.items():
            path = package / "tests" / name
            path.write_text(path.read_text().replace(two, one))
        os.chdir(folder)
        sys.path.insert(0, folder)
        with Path(os.devnull).open("w") as nowhere, redirect_stdout(nowhere), redirect_stderr(nowhere):
            code = pytest.main([*options, *(str(package / "tests" / name) for name in TESTED_BY)])
        os.chdir(PACKAGE)
    return code is pytest.ExitCode.OK


def show(judged: list[tuple[Mutant, bool]]) -> None:
    """A table of what was dropped and what came of it."""
    table = Table("file", "line", "dropped", "", title="Each gate dropped in turn")
    for mutant, survived in sorted(judged, key=lambda each: (each[0].path.name, each[0].line)):
        verdict = "[red]survived[/red]" if survived else "killed"
        table.add_row(mutant.path.name, str(mutant.line), mutant.dropped, verdict)
    console = Console(width=None if sys.stdout.isatty() else 140)
    console.print(table)
    console.print(f"{len(judged)} mutants, {sum(survived for _, survived in judged)} survived.")


if __name__ == "__main__":
    sys.exit(main())
