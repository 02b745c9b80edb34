"""Which status a job may move to, and when it is over.

A job is open, closed or cancelled. Any open job may move to any other status in use. Setting a status that closes
closes it; a closed job opens again only by a status that does not close. An estimate is decided, not closed.
Cancelling is final: what is cancelled by mistake is booked anew.
"""

from datetime import timedelta

from contracts.events import JobCancelled, StatusChanged, WOClosed, WOReopened
from contracts.jobs import Job, JobKind, Role
from contracts.profiles import StatusEntry
from servicekit.errors import Conflict, Forbidden
from status_svc.domain.catalogue import as_status
from status_svc.domain.command import Command, Outcome, changed


class JobIsCancelled(Conflict):
    """This job is cancelled, and that is final."""

    slug = "job-cancelled"


class JobIsClosed(Conflict):
    """This job is closed; reopen it first."""

    slug = "job-closed"


class AlreadyThere(Conflict):
    """The job has this status already."""

    slug = "same-status"


class StatusRetired(Conflict):
    """This status is no longer used."""

    slug = "status-retired"


class EstimateCantClose(Conflict):
    """An estimate is accepted, declined or expires; it does not close."""

    slug = "estimate-cannot-close"


class MustNotify(Forbidden):
    """Technicians can't skip this status's notifications."""

    slug = "must-notify"


class AnswerNeeded(Conflict):
    """This status has its technician asked whether the customer is told: send the answer along."""

    slug = "answer-needed"


def change_status(command: Command, job: Job, to: StatusEntry, *, answered: bool = True) -> Outcome:
    """Move the job: one StatusChanged, with WOClosed or WOReopened where it applies, and never a JobUpdated (D9).

    `answered` says whether someone was asked to tell the customer, or nothing was said about it.
    """
    _check_move(job, to)
    quiet = not command.notify and _takes_back(command, job, to)
    if command.actor.role is Role.TECH and not quiet:
        _check_answer(to, command.notify, answered)
    after = changed(
        job,
        status=as_status(to),
        previous_status=None if quiet else job.status,
        status_set_at=command.now,
        closed_at=command.now if to.closes else None,
    )
    events = [command.event(StatusChanged, after)]
    if to.closes:
        return Outcome(after, (*events, command.event(WOClosed, after)))
    if job.closed_at:
        return Outcome(after, (*events, command.event(WOReopened, after)))
    return Outcome(after, tuple(events))


def cancel(command: Command, job: Job) -> Outcome:
    """The job will not take place. Publishes no StatusChanged."""
    check_not_cancelled(job)
    if job.closed_at:
        raise JobIsClosed
    after = changed(job, cancelled_at=command.now)
    return Outcome(after, (command.event(JobCancelled, after),), settled=True)


def check_not_cancelled(job: Job) -> None:
    """Refuse to touch what is final."""
    if job.cancelled_at:
        raise JobIsCancelled


def _check_answer(to: StatusEntry, notify: bool, answered: bool) -> None:
    """A technician answers each time where the status has them asked, and else has no choice (S1.10, S1.11)."""
    if to.allow_tech_skip and not answered:
        raise AnswerNeeded
    if not to.allow_tech_skip and not notify:
        raise MustNotify


def _takes_back(command: Command, job: Job, to: StatusEntry) -> bool:
    """Whether this undoes what was set while its messages wait: nobody heard of it, so nobody has to hear of the undo.

    What was taken back leaves no trace: setting it again is no undo, and is told.
    """
    held_until = (job.status_set_at or job.created_at) + timedelta(seconds=job.status.hold_seconds)
    return job.previous_status is not None and to.id == job.previous_status.id and command.now < held_until


def _check_move(job: Job, to: StatusEntry) -> None:
    check_not_cancelled(job)
    if not to.active:
        raise StatusRetired
    if to.id == job.status.id:
        raise AlreadyThere
    if job.closed_at and to.closes:
        raise JobIsClosed
    if job.kind is JobKind.ESTIMATE and to.closes:
        raise EstimateCantClose
