"""What differs between two versions of a status, field by field: the change log of the catalogue (G20)."""

from dataclasses import dataclass
from typing import Any, Final

from contracts.jobs import Actor, Role
from contracts.profiles import StatusEntry


@dataclass(frozen=True, slots=True)
class By:
    """Who changed it, by which operation."""

    actor: Actor
    how: str
    """As the table of access has it, `PUT /v1/statuses/order`; or what did it by itself."""
    name: str | None = None
    """What the actor's token calls them, where it does."""


STARTERS: Final = By(Actor(id="fieldbell", role=Role.SERVICE), "starter")


@dataclass(frozen=True, slots=True)
class Change:
    """One field, before and after; a status that came is one change: nothing, and the whole."""

    status: StatusEntry
    """Since then."""
    field: str
    old: Any
    new: Any
    """As JSON."""


def changes(before: StatusEntry | None, after: StatusEntry) -> list[Change]:
    """All that differs, in the order of the fields."""
    new = _told(after)
    if before is None:
        return [Change(after, "status", None, new)]
    old = _told(before)
    return [Change(after, field, old[field], new[field]) for field in new if old[field] != new[field]]


def _told(entry: StatusEntry) -> dict[str, Any]:
    return entry.model_dump(mode="json", exclude={"id", "company_id", "version"})
