"""Customers in a list: enough to recognise one, and what to look for."""

from typing import NamedTuple
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from contracts.profiles import CustomerKind

FEWEST_DIGITS = 4

# The sort key of a list's last row.
Position = tuple[str, UUID]


class Summary(BaseModel):
    """One line of the list; the contact is the primary one, with its first email and phone."""

    model_config = ConfigDict(frozen=True)

    id: UUID
    version: int
    name: str
    kind: CustomerKind
    region_id: UUID | None
    tags: tuple[str, ...]
    archived: bool
    blocked: bool
    contact: str | None
    email: str | None
    phone: str | None
    sort_name: str = Field(exclude=True)

    @property
    def position(self) -> Position:
        """Where the list goes on after this one."""
        return self.sort_name, self.id


class Filter(NamedTuple):
    """Which customers are wanted."""

    archived: bool = False
    text: str | None = None
    """In a name, email address or service address, in any case."""
    digits: str | None = None
    """In a phone number."""


def matching(text: str | None, archived: bool) -> Filter:
    """The filter of a search as a person types it; a few digits are no phone number."""
    digits = "".join(c for c in text or "" if c in "0123456789")
    return Filter(archived, text or None, digits if len(digits) >= FEWEST_DIGITS else None)
