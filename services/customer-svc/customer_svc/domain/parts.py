"""The parts of an aggregate, found by their ids: add one, change one, take one away."""

from collections.abc import Callable, Mapping
from typing import Any, Protocol, TypeVar
from uuid import UUID

from pydantic import BaseModel

from servicekit.errors import Conflict, NotFound


class HasId(Protocol):
    """Anything with an id."""

    @property
    def id(self) -> UUID:
        """Who it is."""


P = TypeVar("P", bound=HasId)
M = TypeVar("M", bound=BaseModel)


def find(parts: tuple[P, ...], part_id: UUID) -> P:
    """The part with this id, or NotFound."""
    for part in parts:
        if part.id == part_id:
            return part
    raise NotFound


def appended(parts: tuple[P, ...], part: P, most: int) -> tuple[P, ...]:
    """`parts` and one more, where there is room."""
    if len(parts) >= most:
        raise Conflict(f"There can be at most {most} of these.")
    return (*parts, part)


def replaced(parts: tuple[P, ...], part_id: UUID, change: Callable[[P], P]) -> tuple[P, ...]:
    """`parts` with one of them changed, or NotFound."""
    find(parts, part_id)
    return tuple(change(part) if part.id == part_id else part for part in parts)


def without(parts: tuple[P, ...], part_id: UUID) -> tuple[P, ...]:
    """`parts` with one of them gone, or NotFound."""
    find(parts, part_id)
    return tuple(part for part in parts if part.id != part_id)


def merged(model: M, changes: Mapping[str, Any]) -> M:
    """`model` with `changes` that were checked before; a part that is a model is merged, not replaced."""
    return model.model_copy(update={name: _value(getattr(model, name), value) for name, value in changes.items()})


def _value(old: object, new: object) -> object:
    return merged(old, new) if isinstance(old, BaseModel) and isinstance(new, Mapping) else new
