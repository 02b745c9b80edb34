"""Where the Liquid is in a source: found in linear time, before any parser with a costlier temper sees it."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from contracts.triggers import Trigger

MAX_FLAWS = 20  # more help nobody
MAX_TAG = 300  # characters of one tag; no honest one is longer

_DELIMITER = re.compile(r"\{\{|\{%|\}\}|%\}")
_CLOSING = {"{{": "}}", "{%": "%}"}
_OPENING = {end: begin for begin, end in _CLOSING.items()}
# Their content would reach a customer raw, or is read by no check.
_FORBIDDEN = re.compile(r"\{%-?\s*(raw|doc|liquid)\b")


@dataclass(frozen=True, slots=True)
class Flaw:
    """Something at a place in a template, to be mended or known before it is saved; line and column count from 1."""

    part: str
    line: int
    column: int
    message: str
    locale: str = ""
    """Of the variant, where a template has several."""
    detail: str = ""
    """What the parser said, where it is about the language."""
    triggers: tuple[Trigger, ...] = ()
    """For which it is one, where it is none for others."""


@dataclass(frozen=True, slots=True)
class Span:
    """One Liquid tag, delimiters included."""

    start: int
    end: int


def flaw_at(part: str, source: str, index: int, message: str, detail: str = "") -> Flaw:
    """A flaw at a place in the source."""
    index = max(0, min(index, len(source)))
    before = source.rfind("\n", 0, index)
    return Flaw(part, source.count("\n", 0, index) + 1, index - before, message, detail=detail)


def spans(source: str) -> Iterator[Span]:
    """The Liquid tags of a source that `find_flaws` has no complaint about."""
    position = 0
    while (opening := _DELIMITER.search(source, position)) is not None:
        position = source.index(_CLOSING[opening.group()], opening.end()) + 2
        yield Span(opening.start(), position)


def find_flaws(part: str, source: str) -> list[Flaw]:
    """Tags that are not closed, closed twice, too long, or whose content no check would read."""
    position = 0
    while (delimiter := _DELIMITER.search(source, position)) is not None:
        start, mark = delimiter.start(), delimiter.group()
        if mark not in _CLOSING:
            return [
                flaw_at(part, source, start, f"{mark} ends a tag that has no beginning: {_OPENING[mark]} is missing")
            ]
        if forbidden := _FORBIDDEN.match(source, start):
            return [flaw_at(part, source, start, f"{{% {forbidden[1]} %}} is not available in messages: take it out")]
        end = source.find(_CLOSING[mark], delimiter.end(), start + MAX_TAG)
        if end < 0:
            return [
                flaw_at(
                    part,
                    source,
                    start,
                    f"{mark} begins a tag that has no end within {MAX_TAG} characters: write {_CLOSING[mark]} after it",
                )
            ]
        position = end + 2
    return []


def outside_tags(source: str, change: Callable[[str], str]) -> str:
    """The source with `change` applied to what stands between its Liquid tags."""
    done, position = [], 0
    for span in spans(source):
        done += [change(source[position : span.start]), source[span.start : span.end]]
        position = span.end
    return "".join([*done, change(source[position:])])
