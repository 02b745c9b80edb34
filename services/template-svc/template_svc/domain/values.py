"""A context as rendering takes it: every present value under its whole tag name."""

import re
from functools import cache
from typing import Any

from contracts.rendering import RefusalCode, RenderContext
from template_svc.domain.refusals import CannotRender
from template_svc.domain.tags import root

MAX_VALUE = 10_000  # characters of one value
_SURROGATE = re.compile("[\ud800-\udfff]")

# `{"job.number": "1042", "job.lines": [{"amount": "$5.00"}, ...]}`: what is absent or blank has no entry.
Values = dict[str, Any]


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


@cache
def _names() -> dict[str, dict[str, str]]:
    return {part: {name: f"{part}.{name}" for name in group.group} for part, group in root().group.items()}


def values_of(context: RenderContext) -> Values:
    """What the context has to say: a blank value is a missing one (G9). Raises `CannotRender` for monstrous values."""
    found: Values = {}
    for part, names in _names().items():
        if (group := getattr(context, part)) is not None:
            values = group.__dict__
            for name, path in names.items():
                value = values[name]
                if value.__class__ is str:
                    if value and not value.isspace():
                        found[path] = _checked(path, value)
                elif value:
                    found[path] = [_item(path, item.__dict__) for item in value]
    return found


def _item(path: str, values: dict[str, str]) -> dict[str, str]:
    return {name: _checked(path, value) for name, value in values.items() if value and not value.isspace()}


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
