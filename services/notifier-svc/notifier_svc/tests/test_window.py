"""What a window of changes tells: the first beginning, the last end, and nothing where these are the same (D9)."""

from typing import Any

import pytest

from contracts import events
from contracts.deliveries import Reason
from contracts.events import Change, JobUpdated, Mark
from contracts.triggers import Trigger
from notifier_svc.domain.gates import Circumstances
from notifier_svc.domain.model import Decision, Skip
from notifier_svc.domain.plan import plan
from notifier_svc.domain.window import joined, opens, undone
from notifier_svc.tests.factories import NOW, a_company, a_customer, a_job, a_rule, an_event, an_occurrence


def moved(before: str, after: str, version: int = 2, change: Change = Change.VISIT, **over: Any) -> JobUpdated:
    """A change from one digest to another."""
    job = over.pop("job", None) or a_job(version=version, title=f"as of {version}")
    marks = (Mark(change=change, before=before, after=after),)
    updated: JobUpdated = an_event(JobUpdated, job=job, changes=(change,), marks=marks, **over)
    return updated


def decided(data: JobUpdated) -> Decision:
    circumstances = Circumstances(a_customer(), a_company(), frozenset())
    [decision] = plan(an_occurrence(data), [a_rule(Trigger.JOB_UPDATED)], circumstances, NOW)
    return decision


def test_only_if_all_is_as_it_was_is_nothing_told() -> None:  # D9
    both = joined(moved("9:00", "10:00", 2), moved("480", "500", 3, Change.TOTAL))
    assert both.changes == (Change.VISIT, Change.TOTAL)
    half = joined(both, moved("10:00", "9:00", 4))
    assert not undone(half)
    assert not isinstance(decided(half).verdict, Skip)
    whole = joined(half, moved("500", "480", 5, Change.TOTAL))
    assert undone(whole)
    assert decided(whole).verdict == Skip(Reason.NOTHING_CHANGED)


def test_a_change_without_a_mark_is_one() -> None:
    old = an_event(JobUpdated, changes=(Change.VISIT,))
    assert opens(old)
    assert not undone(old)
    assert not undone(joined(moved("9:00", "9:00", change=Change.TOTAL), old))


def test_what_is_told_is_the_newest_even_if_heard_of_late() -> None:
    newest = moved("9:00", "10:00", 5)
    assert joined(newest, an_event(job=a_job(version=4))).job.version == 5


@pytest.mark.parametrize("data", [an_event(JobUpdated), moved("1", "2", notify=False), an_event()])
def test_what_opens_no_window(data: Any) -> None:
    assert not opens(data)


def test_a_silent_change_is_no_reason_to_tell_and_takes_one_back() -> None:
    told = joined(moved("9:00", "10:00", 2), moved("480", "500", 3, Change.TOTAL, notify=False))
    assert (told.changes, len(told.marks)) == ((Change.VISIT,), 1)
    assert undone(joined(told, moved("10:00", "9:00", 4, notify=False)))


def test_an_update_of_nothing_was_not_undone() -> None:
    assert not undone(an_event(JobUpdated))


def test_changes_of_a_job_that_was_cancelled_are_not_told() -> None:
    cancelled = joined(moved("9:00", "10:00"), an_event(events.JobCancelled, job=a_job(version=3, cancelled_at=NOW)))
    assert decided(cancelled).verdict == Skip(Reason.JOB_CANCELLED)
    silent = cancelled.model_copy(update={"notify": False})
    assert decided(silent).verdict == Skip(Reason.NOTIFY_DECLINED)
