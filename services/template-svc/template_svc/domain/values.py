"""A context as rendering takes it: what a template asks for, in words, under its whole tag name."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any

from contracts.rendering import RefusalCode, RenderContext
from template_svc.domain.refusals import CannotRender
from template_svc.domain.tags import Shape, root
from template_svc.domain.wording import Word

MAX_VALUE = 10_000  # characters of one value
_SURROGATE = re.compile("[\ud800-\udfff]")

# `{"job.number": "1042", "job.lines": [{"amount": "$5.00"}, ...]}`: what is absent or blank has no entry.
Values = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Field:
    """One value to read: the fields that tell it, where it goes, and how it is worded; texts are not."""

    sources: tuple[str, ...]
    path: str
    word: Word | None
    items: "tuple[Field, ...] | None" = None
    """Of a list: what to read of each."""


# By part of the context, what to read of it.
Reading = tuple[tuple[str, tuple[Field, ...]], ...]


@cache
def text_paths() -> frozenset[str]:
    """The tags that are texts."""
    groups = root().group.items()
    return frozenset(f"{part}.{name}" for part, group in groups for name, shape in group.group.items() if shape.is_text)


@cache
def lists() -> dict[str, tuple[str, ...]]:
    """The tags that are lists, and what their items have."""
    return {
        f"{part}.{name}": tuple(shape.item.group)
        for part, group in root().group.items()
        for name, shape in group.group.items()
        if shape.item is not None
    }


def reading(asked: Iterable[tuple[str, ...]] | None = None) -> Reading:
    """How to read the values that `asked` names, by the steps of their paths; all there are where it is `None`."""
    paths = None if asked is None else set(asked)
    tops = None if paths is None else {path[:2] for path in paths}
    steps = None if paths is None else {step for path in paths for step in path}
    plan = (
        (part, tuple(_field(part, *named, steps) for named in group.group.items() if _wanted(tops, (part, named[0]))))
        for part, group in root().group.items()
    )
    return tuple((part, fields) for part, fields in plan if fields)


def _wanted(asked: set[Any] | None, one: Any) -> bool:
    return asked is None or one in asked


def _field(part: str, name: str, shape: Shape, steps: set[str] | None) -> Field:
    path = f"{part}.{name}"
    if shape.item is None:
        return Field(shape.sources or (name,), path, shape.word)
    items = (Field((n,), path, s.word) for n, s in shape.item.group.items() if _wanted(steps, n))
    return Field((name,), path, None, tuple(items))


EVERYTHING = reading()


def values_of(context: RenderContext, locale: str = "en-US", plan: Reading = EVERYTHING) -> Values:
    """What the context has to say, worded for `locale`: a blank value is a missing one (G9).

    Raises `CannotRender` for values that are monstrous, or not what they should be.
    """
    found: Values = {}
    for part, fields in plan:
        if (group := getattr(context, part)) is not None:
            told = group.__dict__
            for field in fields:
                if said := _said(field, told, locale):
                    found[field.path] = said
    return found


def _said(field: Field, told: dict[str, Any], locale: str) -> Any:
    value = told[field.sources[0]]
    if not value:
        return None
    if field.items is not None:
        return [_item(field.items, item.__dict__, locale) for item in value]
    if field.word is not None:
        value = _worded(field, field.word, told, locale)
    return None if value.isspace() else _checked(field.path, value)


def _worded(field: Field, word: Word, told: dict[str, Any], locale: str) -> str:
    first, *others = field.sources
    value = " ".join(told[source] for source in field.sources) if others else told[first]
    try:
        return word(value, locale)
    except (ValueError, LookupError, ArithmeticError):
        raise CannotRender(RefusalCode.FAILED, f"{field.path} is not what it should be") from None


def _item(fields: tuple[Field, ...], told: dict[str, Any], locale: str) -> dict[str, str]:
    return {field.sources[0]: said for field in fields if (said := _said(field, told, locale))}


def _checked(path: str, value: str) -> str:
    if len(value) > MAX_VALUE:
        raise CannotRender(RefusalCode.LIMIT_EXCEEDED, f"{path} has more than {MAX_VALUE} characters")
    if "\x00" in value:
        raise CannotRender(RefusalCode.FAILED, f"{path} holds a NUL character")
    if not value.isascii() and _SURROGATE.search(value):
        raise CannotRender(RefusalCode.FAILED, f"{path} holds half of a character (a lone surrogate)")
    return value


def nested(values: Values) -> dict[str, dict[str, Any]]:
    """The same as groups of tags, as Liquid's own interpreter walks them."""
    groups: dict[str, dict[str, Any]] = {}
    for path, value in values.items():
        part, _, name = path.partition(".")
        groups.setdefault(part, {})[name] = value
    return groups
