"""The source of a part's function while it is written: lines of our own making, and beside them what they stand for.

No word of an author's is ever part of a line: words, tags and literals are constants, known there by a name of ours.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import CodeType, FunctionType
from typing import Any

MAX_PIECES = 100  # texts and tags that are put together at once


@dataclass(frozen=True, slots=True)
class Place:
    """Where a text is found: in which mapping, under which key; and the tag as its author knows it."""

    holder: str
    key: str
    tag: str


@dataclass(frozen=True, slots=True)
class Plain:
    """A tag without filters, or with a text that stands in, as it is, where it has no value."""

    place: Place
    stand_in: str | None = None


class Source:
    """Writes a function that puts runs of words and plain tags together at once, and counts what each run holds."""

    def __init__(self, *, html: bool) -> None:
        self.lines: list[str] = []
        self.depth = 1
        self.html = html
        self.interpreted = False
        """Whether it asks the interpreter for something, which then needs the parsed part."""
        self._constants: dict[str, Any] = {}
        self._made = 0
        self._start = ""  # the name of what the run begins with
        self._run: list[str | Plain] = []

    def line(self, text: str) -> None:
        """One more line of the block that is being written."""
        self.lines.append("    " * self.depth + text)

    def name(self, letter: str) -> str:
        """A name that is not in use yet."""
        self._made += 1
        return f"{letter}{self._made}"

    def constant(self, value: Any) -> str:
        """What stands for a value in the source: a text of ours, which is exchanged in the finished function."""
        name = f"k{len(self._constants)}"
        self._constants[name] = value
        return f"'{name}'"

    def function(self, names: Mapping[str, Any]) -> Any:
        """The function, which sees `names` and nothing else."""
        module = compile("\n".join(self.lines), "<template>", "exec")
        code = next(each for each in module.co_consts if isinstance(each, CodeType))
        constants = tuple(self._constants.get(each, each) if isinstance(each, str) else each for each in code.co_consts)
        return FunctionType(code.replace(co_consts=constants), dict(names))

    def begin(self, start: str) -> None:
        """A run whose first words stand under this name."""
        self.flush()
        self._start = start

    def words(self, words: str) -> None:
        """The author's own words."""
        if self._run and isinstance(self._run[-1], str):
            self._run[-1] += words
        elif words:
            self._run.append(words)

    def tag(self, tag: Plain) -> None:
        """A plain tag."""
        if len(self._run) >= MAX_PIECES:
            self.flush()
        self._run.append(tag)

    def flush(self) -> None:
        """End the run."""
        start, run = self._start, self._run
        if start or run:
            self._start, self._run = "", []
            said = self._joined(start, run)
            self.line(f"out.append({said})")
            self.line(f"room -= len({said})")
            self.line("if room < 0:")
            self.line("    raise full()")

    def _joined(self, start: str, run: list[str | Plain]) -> str:
        if not run:
            return start
        said = self.name("s")
        begun = f"{{{start}}}" if start else ""
        joined = f'{said} = f"{begun}{"".join(map(self._piece, run))}"'
        if all(isinstance(piece, str) or piece.stand_in is not None for piece in run):
            self.line(joined)
            return said
        self.line("try:")
        self.line(f"    {joined}")
        self.line("except KeyError:")
        self.line(f"    raise refused({self._explanation(start, run)}) from None")
        return said

    def _piece(self, piece: str | Plain) -> str:
        if isinstance(piece, str):
            return self.constant(piece).strip("'")
        holder, key = piece.place.holder, self.constant(piece.place.key)
        if piece.stand_in is None:
            return f"{{escaped({holder}[{key}])}}" if self.html else f"{{{holder}[{key}]}}"
        found, other = f"{holder}.get({key})", self.constant(piece.stand_in)
        return f"{{escaped(v) if (v := {found}) else {other}}}" if self.html else f"{{{found} or {other}}}"

    def _explanation(self, start: str, run: list[str | Plain]) -> str:
        """The same, for going through it piece by piece."""
        holders = list(dict.fromkeys(piece.place.holder for piece in run if isinstance(piece, Plain)))
        steps = tuple(
            piece if isinstance(piece, str) else (holders.index(piece.place.holder), piece.place, piece.stand_in)
            for piece in run
        )
        room = f"room - len({start})" if start else "room"
        return f"{room}, {'escaped' if self.html else 'str'}, ({', '.join(holders)},), {self.constant(steps)}"
