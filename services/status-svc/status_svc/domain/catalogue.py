"""The statuses of a company: the starter set and the rules for changing it."""

from collections.abc import Sequence
from typing import Annotated, Final
from uuid import UUID

from pydantic import Field

from contracts.jobs import JobKind, Status
from contracts.model import Flag, starter_id
from contracts.profiles import StatusEntry
from servicekit.errors import Conflict
from status_svc.domain.fields import Colour, Draft, Label

LIMIT: Final = 100
HoldSeconds = Annotated[int, Field(ge=0, le=86_400)]


class NameTaken(Conflict):
    """Another status has this name."""

    slug = "status-name-taken"


class CatalogueFull(Conflict):
    """A company can have 100 statuses, the retired ones included."""

    slug = "catalogue-full"


class StartsWork(Conflict):
    """New work starts in this status: it can't be retired and can't close."""

    slug = "status-starts-work"


class OrderOutOfDate(Conflict):
    """The order must name each status once; the catalogue has changed since."""

    slug = "order-out-of-date"


class NoClosingStatus(Conflict):
    """Closing needs a status that closes."""

    slug = "no-closing-status"


class StatusDraft(Draft):
    """A custom status."""

    name: Label
    colour: Colour
    closes: Flag = False
    allow_tech_skip: Flag = False
    hold_seconds: HoldSeconds = 0


class StatusEdit(Draft):
    """What to change; what is absent stays."""

    name: Label | None = None
    colour: Colour | None = None
    closes: Flag | None = None
    allow_tech_skip: Flag | None = None
    hold_seconds: HoldSeconds | None = None
    active: Flag | None = None


# slug -> (name, colour, closes, allow_tech_skip). No holds: a company adds them where mistakes happen (G7).
_STARTERS: Final = {
    "estimate": ("Estimate", "#8250df", False, False),
    "scheduled": ("Scheduled", "#1f6feb", False, False),
    "on-the-way": ("On the way", "#bf8700", False, True),
    "in-progress": ("In progress", "#1b7c83", False, True),
    "waiting-for-parts": ("Waiting for parts", "#bc4c00", False, False),
    "done": ("Done", "#1a7f37", True, False),
}
_START: Final = {JobKind.ESTIMATE: "estimate", JobKind.JOB: "scheduled"}


def starters(company_id: UUID) -> list[StatusEntry]:
    """The set a new company begins with (S1.6); every service can name their ids."""
    return [
        StatusEntry(
            id=starter_id(company_id, "status", slug),
            company_id=company_id,
            version=1,
            name=name,
            colour=colour,
            position=position,
            closes=closes,
            allow_tech_skip=allow_tech_skip,
            hold_seconds=0,
        )
        for position, (slug, (name, colour, closes, allow_tech_skip)) in enumerate(_STARTERS.items())
    ]


def start_of(company_id: UUID, kind: JobKind) -> UUID:
    """The status in which new work of this kind starts."""
    return starter_id(company_id, "status", _START[kind])


def as_status(entry: StatusEntry) -> Status:
    """The entry as a job carries it."""
    return Status(
        id=entry.id,
        name=entry.name,
        colour=entry.colour,
        closes=entry.closes,
        allow_tech_skip=entry.allow_tech_skip,
        hold_seconds=entry.hold_seconds,
    )


def add(catalogue: Sequence[StatusEntry], draft: StatusDraft, *, id: UUID, company_id: UUID) -> StatusEntry:
    """A custom status, last in the order."""
    if len(catalogue) >= LIMIT:
        raise CatalogueFull
    last = max((entry.position for entry in catalogue), default=-1)
    entry = StatusEntry(id=id, company_id=company_id, version=1, position=last + 1, **draft.model_dump())
    _check_name(catalogue, entry)
    return entry


def edit(catalogue: Sequence[StatusEntry], entry: StatusEntry, edit: StatusEdit) -> StatusEntry:
    """The entry after an edit; the same one where nothing differs. Jobs that have this status keep it."""
    after = entry.model_copy(update=edit.model_dump(exclude_none=True))
    if after == entry:
        return entry
    _check_name(catalogue, after)
    starts_work = entry.id in {start_of(entry.company_id, kind) for kind in JobKind}
    if starts_work and (after.closes or not after.active):
        raise StartsWork
    return after.model_copy(update={"version": entry.version + 1})


def reorder(catalogue: Sequence[StatusEntry], ids: Sequence[UUID]) -> list[StatusEntry]:
    """Those entries that move when the active ones stand in the order of `ids`."""
    by_id = {entry.id: entry for entry in catalogue if entry.active}
    if len(ids) != len(by_id) or set(ids) != by_id.keys():
        raise OrderOutOfDate
    return [
        by_id[id].model_copy(update={"position": position, "version": by_id[id].version + 1})
        for position, id in enumerate(ids)
        if by_id[id].position != position
    ]


def closing_status(catalogue: Sequence[StatusEntry]) -> StatusEntry:
    """The first status in use that closes."""
    closing = [entry for entry in catalogue if entry.closes and entry.active]
    if not closing:
        raise NoClosingStatus
    return min(closing, key=lambda entry: entry.position)


def check_closes(entry: StatusEntry) -> StatusEntry:
    """The entry, if setting it closes a work order."""
    if not entry.closes:
        raise NoClosingStatus(f"{entry.name} does not close.")
    return entry


def _check_name(catalogue: Sequence[StatusEntry], entry: StatusEntry) -> None:
    others = {other.name.casefold() for other in catalogue if other.active and other.id != entry.id}
    if entry.active and entry.name.casefold() in others:
        raise NameTaken
