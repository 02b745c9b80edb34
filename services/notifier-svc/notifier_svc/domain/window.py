"""Changes of a job that come soon after each other are told once, as the job is at the end (D9)."""

from typing import TypeGuard

from contracts.events import Change, JobEvent, JobUpdated


def opens(event: object) -> TypeGuard[JobUpdated]:
    """Whether it is a change to tell of, and so waits for those that follow it."""
    return isinstance(event, JobUpdated) and event.notify and bool(event.changes)


def joined(told: JobUpdated, later: JobEvent) -> JobUpdated:
    """What is told when `later` has happened, too: of the first change the beginning, of the last one the end.

    What nobody is to be told of shows in how the job is, and is no reason to tell.
    """
    reasons = later.changes if isinstance(later, JobUpdated) and later.notify else ()
    marks = {mark.change: mark for mark in later.marks} if isinstance(later, JobUpdated) else {}
    known = {mark.change: mark for mark in told.marks}
    ends = {
        change: mark.model_copy(update={"after": marks[change].after}) if change in marks else mark
        for change, mark in known.items()
    }
    begun = {change: marks[change] for change in reasons if change in marks and change not in told.changes}
    return told.model_copy(
        update={
            "job": max(told.job, later.job, key=lambda job: job.version),
            "changes": tuple(dict.fromkeys((*told.changes, *reasons))),
            "marks": tuple((ends | begun).values()),
        }
    )


def undone(event: JobUpdated) -> bool:
    """Whether everything is again as it was; a change without a mark is one."""
    same: set[Change] = {mark.change for mark in event.marks if mark.before == mark.after}
    return bool(event.changes) and same.issuperset(event.changes)
