"""Preferences of many customers, changed at once (S0.5, S0.17, S1.13 to S1.15, D4). Consent and opt-outs are none."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated, Self
from uuid import UUID

from pydantic import BaseModel, Field, model_validator

from contracts.model import Flag
from contracts.profiles import CustomerKind
from customer_svc.domain.summary import Filter, Preference, which_way
from customer_svc.domain.values import Body, Text
from servicekit.errors import Conflict

MOST_IDS = 10_000
UNDO_WITHIN = timedelta(days=30)
WARNING = "Every preference that is not ticked is switched off, and this can't be undone."


class Mode(StrEnum):
    """What happens to preferences that are not named."""

    CHANGE = "change"
    """They stay as they are; the edit can be undone."""
    OVERWRITE = "overwrite"
    """They are switched off, for good (S1.13, S1.14)."""


class State(StrEnum):
    """How far a batch edit is."""

    RUNNING = "running"
    DONE = "done"
    UNDOING = "undoing"
    UNDONE = "undone"
    FAILED = "failed"
    """Given up after five tries: tell the administrator."""


class Matching(Body):
    """All customers that the list would show with these filters."""

    archived: Flag = False
    blocked: Flag | None = None
    kind: CustomerKind | None = None
    region_id: UUID | None = None
    tag: Text | None = None
    search: Text | None = None
    preference: Preference | None = None
    preferred: Flag | None = None
    """Whether that preference is on; else it is."""

    def filter(self) -> Filter:
        """As the list takes it. Raises `Unprocessable`."""
        fields = self.model_dump(exclude={"search", "preferred"})
        return Filter(**fields, text=self.search, preferred=which_way(self.preference, self.preferred))


class Choice(Body):
    """Which customers, and which preferences of all their contacts and email addresses would become what, if any."""

    ids: Annotated[tuple[UUID, ...], Field(min_length=1, max_length=MOST_IDS)] | None = None
    matching: Matching | None = None
    """Instead of ids: everyone whom the list shows with these filters, on whatever page."""
    set: dict[Preference, Flag] = Field(default_factory=dict)
    """On or off; a preference that is not named is kept, or switched off where the mode is `overwrite`."""
    mode: Mode = Mode.CHANGE

    @model_validator(mode="after")
    def _says_whom(self) -> Self:
        if (self.ids is None) is (self.matching is None):
            raise ValueError("choose customers either by ids or by a filter")
        return self

    @property
    def flags(self) -> Mapping[Preference, bool]:
        """All that is set, whatever the mode. Who is excluded from broadcasts stays so unless it is named (D4)."""
        if self.mode is Mode.CHANGE:
            return self.set
        ticked = set(Preference) - {Preference.CONTACT_EXCLUDE_FROM_BROADCASTS}
        return {each: False for each in Preference if each in ticked} | self.set


class Edit(Choice):
    """Which customers, and which preferences of all their contacts and email addresses become what."""

    @model_validator(mode="after")
    def _says_what(self) -> Self:
        if not self.set and self.mode is Mode.CHANGE:
            raise ValueError("set at least one preference")
        return self


class Preview(BaseModel):
    """What an edit would do."""

    customers: int
    """How many are chosen."""
    changed: int
    """How many of them would differ."""
    flags: dict[Preference, int]
    """How many contacts, or email addresses, would differ in this one."""
    set_by_customers: dict[Preference, int]
    """In how many of these the customers said themselves how they want it, by a link or in the portal: warn of it."""
    warning: str | None = None


class BatchEdit(BaseModel):
    """An edit at work, done, or taken back."""

    id: UUID
    mode: Mode
    flags: dict[Preference, bool]
    actor: str
    actor_name: str | None = None
    """What their token called them then."""
    state: State
    total: int
    """Customers chosen."""
    done: int
    """Of these, how many the edit, or its undo, has gone through."""
    changed: int
    """Of these, how many differed."""
    restored: int
    """Flags that the undo gave back; those that somebody has changed since, or their owner wanted so, stay."""
    created_at: datetime
    finished_at: datetime | None
    undo_until: datetime | None
    """None where it can't be undone."""


class CannotUndo(Conflict):
    """This edit can't be undone."""

    slug = "cannot-undo"


def check_undo(edit: BatchEdit, now: datetime) -> None:
    """Raise `CannotUndo` unless it may be taken back."""
    if edit.mode is Mode.OVERWRITE:
        raise CannotUndo("An overwrite has no undo.")
    if edit.state not in {State.DONE, State.FAILED}:  # half an edit is taken back, too, and an undo that was given up
        raise CannotUndo(f"It is {edit.state}.")
    if edit.undo_until is None or now > edit.undo_until:
        raise CannotUndo(f"Its {UNDO_WITHIN.days} days are over.")
