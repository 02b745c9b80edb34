"""Each fault that Fieldbell claims to live through is brought about by a test that is marked with its number."""

from functools import cache
from pathlib import Path

import pytest

from tests.contract.faults import FAULTS, NOT_RUN_HERE
from tests.contract.marks import marked

ROOT = Path(__file__).parents[2]
# What counts for the product: the sandbox's own tests show that it can misbehave, not that anybody bears it.
FOLDERS = ("services", "tests", "contracts", "deploy/gateway", "deploy/local")
ALWAYS_RUN = {*range(1, 12), *range(33, 40), *range(51, 69)}


@pytest.mark.parametrize("number", sorted(FAULTS.keys() - NOT_RUN_HERE.keys()))
def test_a_test_brings_each_fault_about(number: int) -> None:
    assert number in survived(), FAULTS[number]


def test_no_test_survives_a_fault_that_there_is_not() -> None:
    assert survived() <= FAULTS.keys()
    assert list(FAULTS) == list(range(1, 69))


def test_few_are_not_run_and_none_that_matters_most() -> None:
    assert len(NOT_RUN_HERE) <= 3
    assert not NOT_RUN_HERE.keys() & (survived() | ALWAYS_RUN)


@cache
def survived() -> frozenset[int]:
    """Every number that a test is marked with."""
    files = [path for folder in FOLDERS for path in (ROOT / folder).rglob("test_*.py")]
    said = (number for path in files for number in marked(path.read_text(), "survives"))
    return frozenset(number for number in said if isinstance(number, int))
