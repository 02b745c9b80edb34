"""The tag catalogue: every path of RenderContext, what it means, what it looks like, whether it may be absent."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import cache
from types import NoneType
from typing import Any, Union, get_args, get_origin

from pydantic import BaseModel

from contracts.rendering import RenderContext
from template_svc.domain.samples import DESCRIPTIONS, SAMPLE


@dataclass(frozen=True)
class Tag:
    """Something a template can say, or loop over."""

    path: str
    description: str
    example: str
    optional: bool
    """May be absent: then use `default`, or an `if` around it."""
    items: tuple["Tag", ...] = ()
    """For a list: what one item has. Their paths begin with the loop's own name."""


@dataclass(frozen=True)
class Shape:
    """What a path leads to: a text, a group of tags, or a list."""

    optional: bool = False
    group: dict[str, "Shape"] = field(default_factory=dict)
    item: "Shape | None" = None

    @property
    def is_text(self) -> bool:
        """It can be printed."""
        return not self.group and self.item is None

    def at(self, step: str) -> "Shape | None":
        """What `step` leads to from here."""
        if self.item is not None:
            return {"size": Shape(), "first": self.item, "last": self.item}.get(step)
        return self.group.get(step)


FORLOOP = Shape(group={name: Shape() for name in ("index", "index0", "rindex", "rindex0", "first", "last", "length")})


def _shape(annotation: Any) -> Shape:
    if get_origin(annotation) in (Union, type(str | None)):
        (inner,) = (a for a in get_args(annotation) if a is not NoneType)
        shape = _shape(inner)
        return Shape(True, shape.group, shape.item)
    if get_origin(annotation) is tuple:
        return Shape(item=_shape(get_args(annotation)[0]))
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return Shape(group={name: _shape(f.annotation) for name, f in annotation.model_fields.items()})
    return Shape()


@cache
def root() -> Shape:
    """The whole of RenderContext."""
    return _shape(RenderContext)


def _walk(shape: Shape, value: Any, path: str, *, optional: bool) -> Iterator[Tag]:
    for name, inner in shape.group.items():
        inner_path, inner_value = f"{path}.{name}" if path else name, value[name]
        absent = optional or inner.optional
        if inner.group:
            yield from _walk(inner, inner_value, inner_path, optional=absent)
        elif inner.item is not None:
            item = inner_path.rpartition(".")[2].rstrip("s")
            items = tuple(_walk(inner.item, inner_value[0], item, optional=False))
            yield Tag(inner_path, DESCRIPTIONS[inner_path], f"{{% for {item} in {inner_path} %}}", absent, items)
        else:
            yield Tag(inner_path, DESCRIPTIONS[inner_path], inner_value, absent)


@cache
def catalogue() -> tuple[Tag, ...]:
    """All tags, in the order of RenderContext."""
    return tuple(_walk(root(), SAMPLE.model_dump(mode="json"), "", optional=False))


def did_you_mean(path: str, loops: dict[str, Shape]) -> str:
    """A hint for a tag that does not exist; empty where nothing is near."""
    known = [tag.path for tag in catalogue()]
    known += [f"{name}.{step}" for name, shape in loops.items() for step in shape.group]
    near = get_close_matches(path, known, 1, 0.6)
    return f"; did you mean {near[0]}?" if near else ""
