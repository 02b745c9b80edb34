"""The tag catalogue: every path of RenderContext, what it means, what it looks like, whether it may be absent."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from functools import cache
from types import NoneType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel

from contracts.deliveries import Channel
from contracts.rendering import RenderContext
from contracts.triggers import EMAILS_ONLY, Trigger, triggers_of
from contracts.values import Kind
from template_svc.domain import wording
from template_svc.domain.samples import DESCRIPTIONS, SAMPLE
from template_svc.domain.wording import WORDS, Word


@dataclass(frozen=True)
class Tag:
    """Something a template can say, or loop over."""

    path: str
    description: str
    example: str
    kind: Kind | None
    """What it tells; filters go by it. A list has none."""
    optional: bool
    """May be absent: then use `default`, or an `if` around it."""
    triggers: tuple[Trigger, ...]
    """For which it can have a value."""
    channels: tuple[Channel, ...]
    """By which it can have one."""
    items: tuple["Tag", ...] = ()
    """For a list: what one item has. Their paths begin with the loop's own name."""


@dataclass(frozen=True)
class Shape:
    """What a path leads to: a value, a group of tags, or a list."""

    optional: bool = False
    group: dict[str, "Shape"] = field(default_factory=dict)
    item: "Shape | None" = None
    kind: Kind = Kind.TEXT
    word: Word | None = None
    """How a value is said; texts are as they are."""
    sources: tuple[str, ...] = ()
    """The fields beside it that a short form is told by."""

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


# Said by what other tags tell: which of them, as what, and how.
_SHORT_FORMS = {
    "visit": {
        "date": Shape(kind=Kind.DATE, word=wording.day, sources=("starts_at",)),
        "start": Shape(kind=Kind.MOMENT, word=wording.time, sources=("starts_at",)),
        "end": Shape(kind=Kind.MOMENT, word=wording.time, sources=("ends_at",)),
        "window": Shape(kind=Kind.SPAN, word=wording.span, sources=("starts_at", "ends_at")),
        "zone": Shape(word=wording.zone, sources=("starts_at",)),
    }
}


def _shape(annotation: Any, metadata: Iterable[Any] = ()) -> Shape:
    if get_origin(annotation) is Annotated:
        return _shape(annotation.__origin__, annotation.__metadata__)
    if get_origin(annotation) in (Union, type(str | None)):
        (inner,) = (a for a in get_args(annotation) if a is not NoneType)
        return replace(_shape(inner), optional=True)
    if kind := next((m for m in metadata if isinstance(m, Kind)), None):
        return Shape(kind=kind, word=WORDS[kind], optional=kind is Kind.NAMES)
    if get_origin(annotation) is tuple:
        return Shape(item=_shape(get_args(annotation)[0]))
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return Shape(group={name: _shape(f.annotation, f.metadata) for name, f in annotation.model_fields.items()})
    return Shape()


@cache
def root() -> Shape:
    """The whole of RenderContext, short forms included."""
    groups = _shape(RenderContext).group
    return Shape(group={part: replace(s, group=s.group | _SHORT_FORMS.get(part, {})) for part, s in groups.items()})


def _walk(shape: Shape, told: Any, path: str, of_list: str = "", *, optional: bool) -> Iterator[Tag]:
    for name, inner in shape.group.items():
        inner_path = f"{path}.{name}" if path else name
        absent = optional or inner.optional
        if inner.group:
            yield from _walk(inner, told[name], inner_path, optional=absent)
        elif inner.item is not None:
            item = inner_path.rpartition(".")[2].rstrip("s")
            items = tuple(_walk(inner.item, told[name][0], item, inner_path, optional=False))
            example = f"{{% for {item} in {inner_path} %}}"
            yield Tag(inner_path, DESCRIPTIONS[inner_path], example, None, absent, *_where(inner_path), items)
        else:
            example, where = _example(inner, told, name), _where(of_list or inner_path)
            yield Tag(inner_path, DESCRIPTIONS[inner_path], example, inner.kind, absent, *where)


def _where(path: str) -> tuple[tuple[Trigger, ...], tuple[Channel, ...]]:
    """For which triggers, and by which channels, the tag at `path` can have a value."""
    by_phone = path.partition(".")[0] not in EMAILS_ONLY
    return triggers_of(path), tuple(channel for channel in Channel if by_phone or channel is Channel.EMAIL)


def _example(shape: Shape, told: Any, name: str) -> str:
    value = " ".join(told[source] for source in shape.sources) if shape.sources else told[name]
    return str(shape.word(value, "en-US") if shape.word else value)


@cache
def catalogue() -> tuple[Tag, ...]:
    """All tags, in the order of RenderContext."""
    return tuple(_walk(root(), SAMPLE.model_dump(), "", optional=False))


def did_you_mean(path: str, loops: dict[str, Shape]) -> str:
    """A hint for a tag that does not exist; empty where nothing is near."""
    known = [tag.path for tag in catalogue()]
    known += [f"{name}.{step}" for name, shape in loops.items() for step in shape.group]
    near = get_close_matches(path, known, 1, 0.6)
    return f"; did you mean {near[0]}?" if near else ""
