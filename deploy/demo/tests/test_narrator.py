"""Who watches sees that something happens; what takes too long is told in a sentence."""

import io

import pytest
from rich.console import Console

from deploy.demo.narrator import Narrator
from deploy.local.errors import StackError


def test_a_line_is_begun_and_ended() -> None:
    out = io.StringIO()
    narrator = Narrator(Console(file=out, width=80))
    narrator.begin("Maria pays [the rest]")
    narrator.end("1 sent")
    assert out.getvalue() == "  Maria pays [the rest] ... 1 sent\n"


def test_what_takes_too_long_is_told_with_its_trouble() -> None:
    with pytest.raises(StackError, match="2 messages wait"):
        Narrator(Console(file=io.StringIO())).wait(lambda: False, lambda: "2 messages wait.", seconds=0)
