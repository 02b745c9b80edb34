"""Sending an estimate and what the customer says to it."""

from contracts.events import Decision, EstimateDecided, EstimateSent
from contracts.jobs import Job, JobKind
from servicekit.errors import Conflict
from status_svc.domain.command import Command, Estimate, Outcome, changed
from status_svc.domain.moves import check_not_cancelled


class NotAnEstimate(Conflict):
    """This is a job already, not an estimate."""

    slug = "not-an-estimate"


class AlreadyDecided(Conflict):
    """The estimate was declined or has expired; send it again first."""

    slug = "already-decided"


def send(command: Command, job: Job, estimate: Estimate) -> Outcome:
    """The estimate goes to the customer; sending it again opens it again and moves its reminders."""
    _check_estimate(job)
    sent = Estimate(schedule_version=estimate.schedule_version + 1, sent_at=command.now)
    after = changed(job)
    event = command.event(EstimateSent, after, schedule_version=sent.schedule_version)
    return Outcome(after, (event,), estimate=sent)


def decide(command: Command, job: Job, estimate: Estimate, decision: Decision) -> Outcome:
    """The customer's answer, by phone even before it was sent. Accepting makes it a job; its status stays as it is."""
    _check_estimate(job)
    if estimate.decision:
        raise AlreadyDecided
    accepted = decision is Decision.ACCEPTED
    after = changed(job, kind=JobKind.JOB if accepted else JobKind.ESTIMATE)
    decided = Estimate(estimate.schedule_version, estimate.sent_at, decision, command.now)
    return Outcome(after, (command.event(EstimateDecided, after, decision=decision),), estimate=decided)


def _check_estimate(job: Job) -> None:
    check_not_cancelled(job)
    if job.kind is not JobKind.ESTIMATE:
        raise NotAnEstimate
