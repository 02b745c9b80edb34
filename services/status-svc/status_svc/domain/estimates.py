"""Sending an estimate, what the customer says to it, and that it runs out."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Final

from contracts.events import Decision, EstimateDecided, EstimateSent
from contracts.jobs import Job, JobKind
from servicekit.errors import Conflict, Unprocessable
from status_svc.domain.command import Command, Estimate, Outcome, changed
from status_svc.domain.customers import end_of, today
from status_svc.domain.moves import check_not_cancelled

VALID: Final = timedelta(days=30)


class NotAnEstimate(Conflict):
    """This is a job already, not an estimate."""

    slug = "not-an-estimate"


class AlreadyDecided(Conflict):
    """The estimate was declined or has expired; send it again first."""

    slug = "already-decided"


class ExpiresInThePast(Unprocessable):
    """The day on which the estimate expires is over."""

    slug = "expires-in-the-past"


def send(command: Command, job: Job, estimate: Estimate, expires_on: date | None, zone: str) -> Outcome:
    """The estimate goes to the customer; sending it again opens it again and moves its reminders.

    It expires when the day `expires_on` is over in `zone`; thirty days later where that is not said.
    """
    _check_estimate(job)
    last_day = expires_on or today(command.now, zone) + VALID
    if end_of(last_day, zone) <= command.now:
        raise ExpiresInThePast
    sent = Estimate(estimate.schedule_version + 1, command.now, last_day)
    after = changed(job)
    event = command.event(EstimateSent, after, schedule_version=sent.schedule_version, expires_on=last_day)
    return Outcome(after, (event,), estimate=sent, deadline=end_of(last_day, zone))


def decide(command: Command, job: Job, estimate: Estimate, decision: Decision) -> Outcome:
    """The customer's answer, by phone even before it was sent. Accepting makes it a job; its status stays as it is."""
    _check_estimate(job)
    if estimate.decision:
        raise AlreadyDecided
    accepted = decision is Decision.ACCEPTED
    after = changed(job, kind=JobKind.JOB if accepted else JobKind.ESTIMATE)
    decided = replace(estimate, decision=decision, decided_at=command.now)
    return Outcome(after, (command.event(EstimateDecided, after, decision=decision),), estimate=decided, settled=True)


def _check_estimate(job: Job) -> None:
    check_not_cancelled(job)
    if job.kind is not JobKind.ESTIMATE:
        raise NotAnEstimate
