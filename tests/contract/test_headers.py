"""Idempotency-Key and If-Match: an operation that declares one passes its request to what heeds it.

The other way round mypy sees to: `once` and `check_version` take no request of an operation that declares nothing.
"""

import ast
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from contracts.topics import SERVICES
from tests.contract.test_services import operations

ROOT = Path(__file__).parents[2] / "services"
KEY, TAG = "Idempotency-Key", "If-Match"
DECLARED = {
    "Once": {KEY},
    "Repeatable": {KEY},
    "IfMatch": {TAG},
    "Conditional": {TAG},
    "OnceIfMatch": {KEY, TAG},
    "RepeatableConditional": {KEY, TAG},
}
HEEDED = {"once": {KEY}, "check_version": {TAG}, "check_singleton": {TAG}, "expected_version": {TAG}}


def declaring(service: str) -> Iterator[tuple[str, ast.AST, set[str], str]]:
    """Of each function whose parameter declares headers: its name, itself, those headers, and the parameter."""
    for path in sorted(ROOT.glob(f"{service}/*_svc/http/*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                for argument in (*node.args.args, *node.args.kwonlyargs):
                    if isinstance(argument.annotation, ast.Name) and argument.annotation.id in DECLARED:
                        yield node.name, node, DECLARED[argument.annotation.id], argument.arg


def passed_on(function: ast.AST, parameter: str, heeding: dict[str, set[str]]) -> set[str]:
    """The headers that the functions heed to which the parameter is passed."""
    calls = (node for node in ast.walk(function) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name))
    given = (call for call in calls if any(isinstance(a, ast.Name) and a.id == parameter for a in call.args))
    return {header for call in given for header in heeding.get(call.func.id, ())}  # type: ignore[attr-defined]


@pytest.mark.parametrize("service", SERVICES)
def test_what_declares_a_header_heeds_it(service: str) -> None:
    found = [each for each in declaring(service) if each[0] != "__init__"]  # what a class keeps its methods pass on
    heeding = HEEDED | {"Changing": {TAG}, "Adding": {KEY, TAG}} | {name: headers for name, _, headers, _ in found}
    assert found
    for name, function, headers, parameter in found:
        assert passed_on(function, parameter, heeding) == headers, f"{name} in {service}"


@pytest.mark.parametrize("service", SERVICES)
def test_every_operation_of_a_service_is_called_something_else(service: str) -> None:
    called = Counter(operation["summary"] for operation in operations(service).values())
    assert [summary for summary, n in called.items() if n > 1] == []
