"""What may change in a published schema, and what may not."""

import json
import subprocess
import sys
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from contracts.compatibility import RELEASED, SCHEMAS, breaks, newest_release, read

NAME = "JobCreated.v1.json"
ROOT = Path(__file__).parents[2]


def _changed(change: Any) -> list[str]:
    old = read(SCHEMAS)
    new = deepcopy(old)
    change(new)
    return breaks(old, new)


def _job(schemas: Any) -> Any:
    return schemas[NAME]["$defs"]["Job"]


def test_a_schema_is_compatible_with_itself() -> None:
    assert breaks(read(SCHEMAS), read(SCHEMAS)) == []


def test_a_field_that_may_be_absent_may_be_added() -> None:
    assert _changed(lambda new: _job(new)["properties"].update(mood={"type": "string"})) == []


def test_a_value_may_be_added_to_an_enum() -> None:
    assert _changed(lambda new: new[NAME]["$defs"]["JobKind"]["enum"].append("warranty")) == []


def test_a_message_may_be_added() -> None:
    assert _changed(lambda new: new.update({"JobForgotten.v1.json": {"type": "object"}})) == []


def _remove(name: str) -> Any:
    def change(new: Any) -> None:
        del _job(new)["properties"][name]
        _job(new)["required"] = [each for each in _job(new)["required"] if each != name]

    return change


def _retype(name: str, to: Any) -> Any:
    return lambda new: _job(new)["properties"].update({name: to})


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (_remove("title"), "job.title is gone"),
        (_retype("title", {"type": "integer"}), "job.title was string and is integer"),
        (
            _retype("title", {"anyOf": [{"type": "string"}, {"type": "null"}]}),
            "job.title was string and is string or null",
        ),
        (_retype("id", {"type": "string"}), "job.id was string (uuid) and is string"),
        (
            _retype("visits", {"type": "array", "items": {"type": "string"}}),
            "job.visits[] was object and is string",
        ),
        (lambda new: _job(new)["required"].append("external_id"), "job.external_id is required, and was not"),
        (lambda new: _job(new)["required"].remove("title"), "job.title may be absent, and never was"),
        (
            lambda new: (_job(new)["properties"].update(mood={"type": "string"}), _job(new)["required"].append("mood")),
            "job.mood is new and required",
        ),
        (lambda new: new[NAME]["$defs"]["JobKind"]["enum"].remove("job"), "job.kind can't be job any more"),
    ],
)
def test_what_would_break_a_reader_is_named(change: Any, told: str) -> None:
    assert _changed(change) == [f"{NAME}: {told}"]


def test_a_message_that_is_gone_is_named() -> None:
    assert _changed(lambda new: new.pop(NAME)) == [f"{NAME}: gone; others still read it"]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (_remove("title"), "JobCreated.v1.json: job.title is gone"),
        (_retype("title", {"type": "integer"}), "JobCreated.v1.json: job.title was string and is integer"),
        (dict, ""),
    ],
)
def test_the_gate_holds_what_is_published_against_the_last_release(change: Any, told: str, tmp_path: Path) -> None:
    """As `make check` runs it, on the schemas as they would be."""
    assert newest_release(RELEASED), "nothing is released"
    schemas = read(SCHEMAS)
    change(schemas)
    for name, schema in schemas.items():
        (tmp_path / name).write_text(json.dumps(schema))
    gate = subprocess.run([sys.executable, "-m", "contracts.compatibility", tmp_path], capture_output=True, text=True)
    assert (gate.returncode, gate.stderr.split("\n")[0]) == (1 if told else 0, told)
    assert "$(BIN)/python -m contracts.compatibility\n" in (ROOT / "Makefile").read_text()


def test_the_newest_release_is_the_highest_version(tmp_path: Path) -> None:
    assert newest_release(tmp_path) is None
    for version in ("0.9.0", "0.10.0", "0.2.1"):
        (tmp_path / version).mkdir()
    assert newest_release(tmp_path) == tmp_path / "0.10.0"
