"""Where the Liquid is in a source: found in linear time, before any parser with a costlier temper sees it."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

MAX_FLAWS = 20  # more help nobody
MAX_TAG = 300  # characters of one tag; no honest one is longer

_DELIMITER = re.compile(r"\{\{|\{%|\}\}|%\}")
_CLOSING = {"{{": "}}", "{%": "%}"}
# Their content would reach a customer raw, or is read by no check.
_FORBIDDEN = re.compile(r"\{%-?\s*(raw|doc|liquid)\b")


@dataclass(frozen=True, slots=True)
class Flaw:
    """Something in a template that must be mended before it can be saved; line and column count from 1."""

    part: str
    line: int
    column: int
    message: str
    locale: str = ""
    """Of the variant, where a template has several."""


@dataclass(frozen=True, slots=True)
class Span:
    """One Liquid tag, delimiters included."""

    start: int
    end: int


def flaw_at(part: str, source: str, index: int, message: str) -> Flaw:
    """A flaw at a place in the source."""
    index = max(0, min(index, len(source)))
    before = source.rfind("\n", 0, index)
    return Flaw(part, source.count("\n", 0, index) + 1, index - before, message)


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
            return [flaw_at(part, source, start, f"'{mark}' closes a tag that was not opened")]
        if _FORBIDDEN.match(source, start):
            return [flaw_at(part, source, start, "this tag is not available")]
        end = source.find(_CLOSING[mark], delimiter.end(), start + MAX_TAG)
        if end < 0:
            return [flaw_at(part, source, start, f"'{mark}' is not closed within {MAX_TAG} characters")]
        position = end + 2
    return []


def outside_tags(source: str, change: Callable[[str], str]) -> str:
    """The source with `change` applied to what stands between its Liquid tags."""
    done, position = [], 0
    for span in spans(source):
        done += [change(source[position : span.start]), source[span.start : span.end]]
        position = span.end
    return "".join([*done, change(source[position:])])
