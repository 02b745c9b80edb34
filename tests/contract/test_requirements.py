"""Each row of the requirements about statuses (S1) and regions (S3) has a test that names it."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from notifier_svc.tests.gates_rows import COMPANY_ROWS, REGION_ROWS, rows

ROOT = Path(__file__).parents[2]
ROWS = [f"S1.{n}" for n in range(1, 21)] + [f"S3.{n}" for n in range(1, 22)]
_ROW = re.compile(r"\bS(\d)\.(\d+)(?: to S\1\.(\d+))?")


@pytest.mark.parametrize("row", ROWS)
def test_a_test_names_each_row(row: str) -> None:
    assert row in named()


def test_a_row_that_no_test_names_is_missed() -> None:
    assert not {"S1.21", "S3.22", "S1.0"} & named()
    assert rows_in("async def test_it() -> None:  # S1.3 to S1.5, S3.13\n    pass") == {"S1.3", "S1.4", "S1.5", "S3.13"}
    assert rows_in("def helper() -> None:  # S1.3\n    pass") == set()


@cache
def named() -> set[str]:
    """Every row that a test names, in its source or as its parameter."""
    as_parameters = {row.number for table in (COMPANY_ROWS, REGION_ROWS) for row in rows(table)}
    files = [path for folder in ("services", "tests") for path in (ROOT / folder).rglob("test_*.py")]
    return as_parameters.union(*(rows_in(path.read_text()) for path in files if path != Path(__file__)))


def rows_in(source: str) -> set[str]:
    """The rows that the tests of a module name, with their decorators and comments."""
    return {row for text in _tests(source) for match in _ROW.finditer(text) for row in _each(match)}


def _tests(source: str) -> Iterator[str]:
    lines = source.splitlines()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_"):
            first = min([node.lineno, *(each.lineno for each in node.decorator_list)])
            yield "\n".join(lines[first - 1 : node.end_lineno])


def _each(match: re.Match[str]) -> list[str]:
    part, first, last = match.groups()
    return [f"S{part}.{n}" for n in range(int(first), int(last or first) + 1)]
