"""What a customer asks for about a visit: another time, or none. The office accepts or declines, and that is final."""

from enum import StrEnum
from typing import Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, model_validator

from contracts.jobs import Job, Visit
from contracts.model import Instant
from servicekit.errors import Conflict, Unprocessable
from status_svc.domain.booking import revised
from status_svc.domain.command import Command, Outcome
from status_svc.domain.fields import Draft, Moment, Paragraph
from status_svc.domain.moves import JobIsClosed, check_not_cancelled
from status_svc.domain.visits import UnknownVisit, in_order, moved


class TimeIsPast(Unprocessable):
    """The time that is asked for is over."""

    slug = "time-is-past"


class VisitBegan(Conflict):
    """This visit has begun, or is over: please call the company."""

    slug = "visit-began"


class AlreadyAsked(Conflict):
    """Something was asked about this visit that waits for its answer."""

    slug = "already-asked"


class AlreadyAnswered(Conflict):
    """This request was answered before."""

    slug = "already-answered"


class VisitGone(Conflict):
    """This visit is cancelled or gone: there is nothing to move or cancel."""

    slug = "visit-gone"


class SayWhen(Unprocessable):
    """A visit is moved to some time, and cancelled to none."""

    slug = "say-when"


GONE = "This visit does not take place any more."


class Wish(StrEnum):
    """What should become of the visit."""

    MOVE = "move"
    CANCEL = "cancel"


class State(StrEnum):
    """How far a request is."""

    OPEN = "open"
    ACCEPTED = "accepted"
    DECLINED = "declined"


class Window(Draft):
    """A time, perhaps."""

    starts_at: Moment | None = None
    ends_at: Moment | None = None

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if (self.starts_at is None) != (self.ends_at is None):
            raise ValueError("a time has a start and an end")
        if self.starts_at and self.ends_at and self.ends_at <= self.starts_at:
            raise ValueError("a visit ends after it starts")
        return self


class VisitRequestDraft(Window):
    """What a customer asks for; the time is the one that would suit."""

    job_id: UUID
    visit_id: UUID
    wish: Wish
    words: Paragraph | None = None

    @model_validator(mode="after")
    def _no_time_for_nothing(self) -> Self:
        if self.wish is Wish.CANCEL and self.starts_at:
            raise ValueError("a visit that should be cancelled has no time")
        return self


class VisitRequest(BaseModel):
    """A request, with the office's answer."""

    model_config = ConfigDict(frozen=True, use_attribute_docstrings=True)

    id: UUID
    state: State = State.OPEN
    customer_id: UUID
    job_id: UUID
    visit_id: UUID
    wish: Wish
    starts_at: Instant | None = None
    ends_at: Instant | None = None
    """When it would suit."""
    words: str | None = None
    asked_at: Instant
    reason: str | None = None
    """What the office says to it."""
    answered_at: Instant | None = None


def ask(command: Command, job: Job, draft: VisitRequestDraft) -> VisitRequest:
    """A customer asks about a visit that is to come. Nothing is published: the office answers."""
    check_not_cancelled(job)
    if job.closed_at:
        raise JobIsClosed
    visit = _visit(job, draft.visit_id)
    if visit is None:
        raise UnknownVisit
    if visit.starts_at <= command.now:
        raise VisitBegan
    if draft.starts_at and draft.starts_at <= command.now:
        raise TimeIsPast
    return VisitRequest(
        id=command.new_id("visit request"), customer_id=job.customer_id, asked_at=command.now, **draft.model_dump()
    )


def accept(command: Command, job: Job, asked: VisitRequest, to: Window) -> tuple[VisitRequest, Outcome]:
    """The office moves the visit, to its own time or to the one that was asked for, or cancels it: an update."""
    answered = _answer(command, asked, State.ACCEPTED)
    check_not_cancelled(job)
    visit = _visit(job, asked.visit_id)
    if visit is None:
        raise VisitGone
    visits = [_granted(visit, asked, to) if each is visit else each for each in job.visits]
    return answered, revised(command, job, {"visits": in_order(visits)})


def decline(command: Command, asked: VisitRequest, reason: str) -> VisitRequest:
    """The visit stays as it is, and the customer reads why."""
    return _answer(command, asked, State.DECLINED, reason)


def answerable(job: Job) -> list[UUID]:
    """The visits about which something can still be asked and answered: those that take place."""
    return [] if job.cancelled_at else [visit.id for visit in job.visits if not visit.cancelled]


def _visit(job: Job, id: UUID) -> Visit | None:
    return next((visit for visit in job.visits if visit.id == id and not visit.cancelled), None)


def _granted(visit: Visit, asked: VisitRequest, to: Window) -> Visit:
    starts_at, ends_at = to.starts_at or asked.starts_at, to.ends_at or asked.ends_at
    if asked.wish is Wish.CANCEL and to.starts_at is None:
        return visit.model_copy(update={"cancelled": True})
    if asked.wish is Wish.CANCEL or starts_at is None or ends_at is None:
        raise SayWhen
    return moved(visit, starts_at, ends_at)


def _answer(command: Command, asked: VisitRequest, state: State, reason: str | None = None) -> VisitRequest:
    if asked.state is not State.OPEN:
        raise AlreadyAnswered
    return asked.model_copy(update={"state": state, "reason": reason, "answered_at": command.now})
