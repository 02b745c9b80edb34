"""The steps that programs are made of: each writes something of the message, and counts what it writes."""

from collections.abc import Callable, Sequence
from typing import Any

from liquid.exceptions import LoopIterationLimitError, OutputStreamLimitError
from liquid.stringify import to_liquid_string
from markupsafe import escape

from template_svc.domain.language import MAX_LOOP, MAX_LOOP_WORK, MAX_OUTPUT, MissingValue
from template_svc.domain.values import Values


class Run:
    """The state of one rendering."""

    __slots__ = ("iterations", "out", "room", "work")

    def __init__(self) -> None:
        self.out: list[str] = []
        self.room = MAX_OUTPUT
        self.work = 0
        self.iterations = 1

    def use(self, characters: int) -> None:
        """Count what was written. Raises `OutputStreamLimitError`."""
        self.room -= characters
        if self.room < 0:
            raise OutputStreamLimitError("the output is too large", token=None)

    def charge(self, length: int, size: int) -> None:
        """Count what a loop is about to do. Raises `LoopIterationLimitError`."""
        self.work += length * size
        self.iterations *= length
        if self.work > MAX_LOOP_WORK:
            raise LoopIterationLimitError("the loops do too much", token=None)
        if self.iterations > MAX_LOOP:
            raise LoopIterationLimitError("loop iteration limit reached", token=None)


Step = Callable[[Values, Run], None]
Steps = Sequence[Step]
Value = Callable[[Values], Any]
Condition = Callable[[Values], bool]


def text(words: str) -> Step:
    """Write the author's own words."""
    length = len(words)

    def step(_: Values, run: Run) -> None:
        run.out.append(words)
        run.use(length)

    return step


def plain(pairs: Sequence[tuple[str, str]], *, html: bool) -> Step:
    """Write pairs of words and the tag that follows them: the bulk of every message, and so the fastest step."""
    finished: Callable[[str], str] = escape if html else str

    def step(values: Values, run: Run) -> None:
        append, length = run.out.append, 0
        for words, path in pairs:
            value = values.get(path)
            if value is None:
                raise MissingValue(path, None)
            said = finished(value)
            append(words)
            append(said)
            length += len(words) + len(said)
        run.use(length)

    return step


def output(value: Value, *, html: bool) -> Step:
    """Write a tag that goes through filters."""

    def step(values: Values, run: Run) -> None:
        said = to_liquid_string(value(values), html)
        run.out.append(said)
        run.use(len(said))

    return step


def choice(branches: Sequence[tuple[Condition, Steps]], otherwise: Steps) -> Step:
    """Take the first branch whose condition holds."""

    def step(values: Values, run: Run) -> None:
        for condition, branch in branches:
            if condition(values):
                for each in branch:
                    each(values, run)
                return
        for each in otherwise:
            each(values, run)

    return step


def loop(path: str, fields: Sequence[tuple[str, str]], body: Steps, otherwise: Steps, size: int) -> Step:
    """Repeat `body` for each item at `path`; `fields` says under which name an item's field is known there."""

    def step(values: Values, run: Run) -> None:
        items = values.get(path)
        if not items:
            for each in otherwise:
                each(values, run)
            return
        run.charge(len(items), size)
        inner = values.copy()
        for item in items:
            for field, name in fields:
                inner[name] = item.get(field)
            for each in body:
                each(inner, run)
        run.iterations //= len(items)

    return step


def _apart(steps: Steps, values: Values, run: Run) -> str:
    """What the steps write, taken out of the run."""
    outer, room = run.out, run.room
    run.out = []
    for each in steps:
        each(values, run)
    written, run.out, run.room = "".join(run.out), outer, room
    return written


def guarded(steps: Steps, guard: Callable[[str], str]) -> Step:
    """Write what the guard lets through."""

    def step(values: Values, run: Run) -> None:
        said = guard(_apart(steps, values, run))
        run.out.append(said)
        run.use(len(said))

    return step


def silent(steps: Steps) -> Step:
    """A block of blanks writes nothing, but its loops count."""

    def step(values: Values, run: Run) -> None:
        _apart(steps, values, run)

    return step
