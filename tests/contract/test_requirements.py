"""Each row of the requirements about statuses (S1) and regions (S3) has a test that proves it, and says so to pytest.

`@pytest.mark.proves("S1.11")` is on a test that pytest collects and runs; a comment proves nothing. The rows of the
table of gates are parameters of one test.
"""

from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from notifier_svc.tests.gates_rows import COMPANY_ROWS, REGION_ROWS, rows
from tests.contract.marks import marked

ROOT = Path(__file__).parents[2]
ROWS = [f"S1.{n}" for n in range(1, 21)] + [f"S3.{n}" for n in range(1, 22)]


@pytest.mark.parametrize("row", ROWS)
def test_a_test_proves_each_row(row: str) -> None:
    assert row in proved()


def test_no_test_proves_a_row_that_there_is_not() -> None:
    assert {row for row in proved() if row.startswith(("S1", "S3"))} == set(ROWS)


def test_what_is_not_run_proves_nothing() -> None:
    mark = '@pytest.mark.proves("S1.3", "S3.13")\n'
    assert set(rows_in(mark + "async def test_it() -> None: ...")) == {"S1.3", "S3.13"}
    assert not [*rows_in("def test_it() -> None:  # S1.3\n    '''S1.3'''")]
    assert not [*rows_in(mark + "def helper() -> None: ...")]
    assert not [*rows_in(mark + "@pytest.mark.skip\ndef test_it() -> None: ...")]
    assert not [*rows_in(mark + "@pytest.mark.skipif(True, reason='')\ndef test_it() -> None: ...")]
    assert not [*rows_in("def helper() -> None:\n    " + mark + "    def test_it() -> None: ...")]


@cache
def proved() -> frozenset[str]:
    """Every row that a test is marked with, or has as its parameter."""
    as_parameters = {row.number for table in (COMPANY_ROWS, REGION_ROWS) for row in rows(table)}
    files = [path for folder in ("services", "tests") for path in (ROOT / folder).rglob("test_*.py")]
    return frozenset(as_parameters.union(*(rows_in(path.read_text()) for path in files)))


def rows_in(source: str) -> Iterator[str]:
    """The rows that the tests of a module are marked with."""
    yield from map(str, marked(source, "proves"))
