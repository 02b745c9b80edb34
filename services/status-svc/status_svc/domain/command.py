"""An act on a job (who, when, whether the customer is told) and what came of it."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeVar
from uuid import UUID, uuid5

from contracts.events import Decision, JobEvent, Payment
from contracts.jobs import Actor, Job
from contracts.reports import IssuedInvoice

E = TypeVar("E", bound=JobEvent)


@dataclass(frozen=True, slots=True)
class Command:
    """One act; all its events carry its id and the answer to "tell the customer?" (D9)."""

    id: UUID
    actor: Actor
    now: datetime
    notify: bool = True

    def new_id(self, what: str) -> UUID:
        """The id of `what` this command creates."""
        return uuid5(self.id, what)

    def event(self, kind: type[E], job: Job, **more: Any) -> E:
        """An event of this command."""
        return kind(job=job, command_id=self.id, actor=self.actor, notify=self.notify, **more)


@dataclass(frozen=True, slots=True)
class Estimate:
    """How an estimate stands with its customer."""

    schedule_version: int = 0
    """Raised each time it is sent, because that moves its reminders; 0 is never sent."""
    sent_at: datetime | None = None
    expires_on: date | None = None
    """The last day it can be accepted."""
    decision: Decision | None = None
    decided_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """The job after a command, what else to store, and what to publish, in order."""

    job: Job
    events: tuple[JobEvent, ...] = ()
    estimate: Estimate | None = None
    payment: Payment | None = None
    invoice: IssuedInvoice | None = None
    deadline: datetime | None = None
    """When something happens to the job by itself, if that is new."""
    settled: bool = False
    """What it waited for has happened, or can't any more."""


def changed(job: Job, **parts: Any) -> Job:
    """The next version of `job`. Raises `ValueError` rather than make one that the readers of its events refuse."""
    return Job.model_validate({**dict(job), **parts, "version": job.version + 1})
