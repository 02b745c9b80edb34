"""Visits: appointments of a job, and whether they moved (G21)."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import AnyHttpUrl, Field, model_validator

from contracts.jobs import Technician, Visit
from contracts.model import Flag
from servicekit.errors import Unprocessable
from status_svc.domain.command import Command
from status_svc.domain.fields import Draft, Moment, Title


class UnknownVisit(Unprocessable):
    """A visit is named that this job does not have, or named twice."""

    slug = "unknown-visit"


class TechnicianDraft(Draft):
    """Who comes to the door, as the office enters it."""

    id: UUID
    name: Title
    photo_url: AnyHttpUrl | None = None


class VisitDraft(Draft):
    """An appointment as the office enters it; one without an id is new."""

    id: UUID | None = None
    starts_at: Moment
    ends_at: Moment
    technicians: Annotated[tuple[TechnicianDraft, ...], Field(max_length=20)] = ()
    cancelled: Flag = False

    @model_validator(mode="after")
    def _ends_after_it_starts(self) -> Self:
        if self.ends_at <= self.starts_at:
            raise ValueError("a visit ends after it starts")
        return self


def planned(command: Command, before: Sequence[Visit], drafts: Sequence[VisitDraft], zone: str) -> tuple[Visit, ...]:
    """The visits after an edit, in order of time; a kept one keeps its id."""
    known = {visit.id: visit for visit in before}
    named = [draft.id for draft in drafts if draft.id]
    if len(named) != len(set(named)) or not known.keys() >= set(named):
        raise UnknownVisit
    visits = [
        _kept(known[draft.id], draft, zone) if draft.id else _new(command.new_id(f"visit:{n}"), draft, zone)
        for n, draft in enumerate(drafts)
    ]
    return in_order(visits)


def in_order(visits: Iterable[Visit]) -> tuple[Visit, ...]:
    """In order of time."""
    return tuple(sorted(visits, key=lambda visit: (visit.starts_at, visit.id)))


def moved(visit: Visit, starts_at: datetime, ends_at: datetime) -> Visit:
    """The visit at another time; where that is the same, it has not moved."""
    raised = (visit.starts_at, visit.ends_at) != (starts_at, ends_at)
    times = {"starts_at": starts_at.astimezone(UTC), "ends_at": ends_at.astimezone(UTC)}
    return visit.model_copy(update={**times, "schedule_version": visit.schedule_version + raised})


def moved_to(zone: str, visits: Sequence[Visit]) -> tuple[Visit, ...]:
    """The same visits told in another zone."""
    return tuple(visit.model_copy(update={"zone": zone}) for visit in visits)


def windows(visits: Sequence[Visit]) -> dict[UUID, tuple[datetime, datetime, bool]]:
    """When the customer expects someone."""
    return {visit.id: (visit.starts_at, visit.ends_at, visit.cancelled) for visit in visits}


def crews(visits: Sequence[Visit], others: Sequence[Visit]) -> dict[UUID, list[tuple[UUID, str]]]:
    """Who comes to those of `visits` that are also among `others`; a new photo is nobody new."""
    shared = {visit.id for visit in others}
    return {visit.id: [(t.id, t.name) for t in visit.technicians] for visit in visits if visit.id in shared}


def _new(id: UUID, draft: VisitDraft, zone: str) -> Visit:
    return Visit(id=id, **_parts(draft), zone=zone)


def _kept(visit: Visit, draft: VisitDraft, zone: str) -> Visit:
    return moved(visit, draft.starts_at, draft.ends_at).model_copy(update=_parts(draft) | {"zone": zone})


def _parts(draft: VisitDraft) -> dict[str, Any]:
    return {
        "starts_at": draft.starts_at.astimezone(UTC),
        "ends_at": draft.ends_at.astimezone(UTC),
        "technicians": tuple(Technician.model_validate(t.model_dump(mode="json")) for t in draft.technicians),
        "cancelled": draft.cancelled,
    }
