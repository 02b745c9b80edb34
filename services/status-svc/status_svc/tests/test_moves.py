"""Which moves are legal, and what each of them publishes."""

from datetime import timedelta

import pytest

from contracts.events import Decision
from contracts.jobs import Job, JobKind, Role
from status_svc.domain import estimates, moves
from status_svc.domain.command import Estimate, Outcome
from status_svc.domain.estimates import AlreadyDecided, NotAnEstimate
from status_svc.domain.moves import (
    AlreadyThere,
    EstimateCantClose,
    JobIsCancelled,
    JobIsClosed,
    MustNotify,
    StatusRetired,
)
from status_svc.tests.factories import DONE, NOW, ON_THE_WAY, SCHEDULED, a_booked, a_command, an_estimate, event_names


@pytest.fixture
def job() -> Job:
    return a_booked()


@pytest.fixture
def closed(job: Job) -> Job:
    return moves.change_status(a_command(), job, DONE).job


def test_a_status_change_publishes_status_changed_and_nothing_else(job: Job) -> None:
    outcome = moves.change_status(a_command(), job, ON_THE_WAY)
    assert event_names(outcome.events) == ["StatusChanged"]  # D9
    assert (outcome.job.status.name, outcome.job.previous_status) == ("On the way", job.status)
    assert outcome.job.version == job.version + 1


def test_a_status_that_closes_also_publishes_wo_closed_of_the_same_command(job: Job) -> None:
    outcome = moves.change_status(a_command(), job, DONE)
    assert event_names(outcome.events) == ["StatusChanged", "WOClosed"]
    assert len({(event.command_id, event.job.version) for event in outcome.events}) == 1
    assert outcome.job.closed_at == NOW


def test_a_closed_job_reopens_to_a_status_that_does_not_close(closed: Job) -> None:
    outcome = moves.change_status(a_command(), closed, SCHEDULED)
    assert event_names(outcome.events) == ["StatusChanged", "WOReopened"]
    assert outcome.job.closed_at is None


def test_a_closed_job_does_not_close_again(closed: Job) -> None:
    other = DONE.model_copy(update={"id": ON_THE_WAY.id, "name": "Invoiced"})
    with pytest.raises(JobIsClosed):
        moves.change_status(a_command(), closed, other)


def test_the_same_status_again_is_refused(job: Job) -> None:
    with pytest.raises(AlreadyThere):
        moves.change_status(a_command(), job, SCHEDULED)


def test_a_retired_status_can_not_be_set(job: Job) -> None:
    with pytest.raises(StatusRetired):
        moves.change_status(a_command(), job, ON_THE_WAY.model_copy(update={"active": False}))


def test_an_estimate_moves_but_does_not_close() -> None:
    moved = moves.change_status(a_command(), an_estimate(), SCHEDULED).job
    with pytest.raises(EstimateCantClose):
        moves.change_status(a_command(), moved, DONE)


@pytest.mark.proves("S1.10")
def test_a_tech_may_skip_the_message_where_the_status_allows_it(job: Job) -> None:
    outcome = moves.change_status(a_command(Role.TECH, notify=False), job, ON_THE_WAY)  # S1.11
    assert [event.notify for event in outcome.events] == [False]
    assert outcome.events[0].actor.role is Role.TECH


@pytest.mark.proves("S1.10")
def test_a_tech_may_not_skip_the_message_where_the_status_does_not_allow_it(job: Job) -> None:
    with pytest.raises(MustNotify) as refusal:  # D9
        moves.change_status(a_command(Role.TECH, notify=False), job, DONE)
    assert refusal.value.status == 403


@pytest.mark.proves("S1.10")
def test_a_tech_takes_back_a_status_and_tells_nobody_while_its_message_waits_and_only_then(job: Job) -> None:
    kept = DONE.model_copy(update={"hold_seconds": 60, "closes": False})
    told = moves.change_status(a_command(Role.TECH), job, kept).job

    def back(seconds: int) -> Job:
        late = NOW + timedelta(seconds=seconds)
        return moves.change_status(a_command(Role.TECH, notify=False, now=late), told, SCHEDULED).job

    again = back(59)
    assert again.status.name == "Scheduled"
    with pytest.raises(MustNotify):
        back(60)
    with pytest.raises(MustNotify):  # else one could skip any message by setting its status twice
        moves.change_status(a_command(Role.TECH, notify=False), again, kept)


def test_a_tech_who_tells_the_customer_may_set_any_status(job: Job) -> None:
    assert moves.change_status(a_command(Role.TECH), job, DONE).job.closed_at  # S1.12 is the notifier's


def test_the_office_may_always_leave_the_customer_untold(job: Job) -> None:
    outcome = moves.change_status(a_command(Role.DISPATCHER, notify=False), job, DONE)
    assert [event.notify for event in outcome.events] == [False, False]  # D9: WOClosed's rules are silent too


def test_cancelling_publishes_only_that_and_leaves_the_status(job: Job) -> None:
    outcome = moves.cancel(a_command(), job)
    assert event_names(outcome.events) == ["JobCancelled"]
    assert (outcome.job.status, outcome.job.cancelled_at) == (job.status, NOW)


def test_what_is_cancelled_stays_cancelled(job: Job) -> None:
    cancelled = moves.cancel(a_command(), job).job
    with pytest.raises(JobIsCancelled):
        moves.change_status(a_command(), cancelled, ON_THE_WAY)
    with pytest.raises(JobIsCancelled):
        moves.cancel(a_command(), cancelled)


def test_a_closed_job_is_reopened_before_it_is_cancelled(closed: Job) -> None:
    with pytest.raises(JobIsClosed):
        moves.cancel(a_command(), closed)


def send(job: Job, estimate: Estimate) -> Outcome:
    return estimates.send(a_command(), job, estimate, None, "America/Denver")


def test_sending_an_estimate_again_moves_its_reminders() -> None:
    first = send(an_estimate(), Estimate())
    assert first.estimate is not None
    second = send(first.job, first.estimate)
    assert event_names(second.events) == ["EstimateSent"]
    assert [event.schedule_version for event in (*first.events, *second.events)] == [1, 2]  # type: ignore[attr-defined]


def test_accepting_an_estimate_makes_it_a_job_and_leaves_its_status() -> None:
    estimate = an_estimate()
    outcome = estimates.decide(a_command(), estimate, Estimate(1, NOW), Decision.ACCEPTED)
    assert event_names(outcome.events) == ["EstimateDecided"]
    assert (outcome.job.kind, outcome.job.status) == (JobKind.JOB, estimate.status)
    with pytest.raises(NotAnEstimate):
        send(outcome.job, Estimate())


@pytest.mark.parametrize("decision", [Decision.DECLINED, Decision.EXPIRED])
def test_an_estimate_that_ended_is_decided_again_only_after_it_is_sent_again(decision: Decision) -> None:
    ended = estimates.decide(a_command(), an_estimate(), Estimate(1, NOW), decision)
    assert ended.job.kind is JobKind.ESTIMATE
    assert ended.estimate is not None
    with pytest.raises(AlreadyDecided):
        estimates.decide(a_command(), ended.job, ended.estimate, Decision.ACCEPTED)
    reopened = send(ended.job, ended.estimate)
    assert reopened.estimate is not None
    assert estimates.decide(a_command(), reopened.job, reopened.estimate, Decision.ACCEPTED).job.kind is JobKind.JOB
