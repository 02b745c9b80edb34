"""What waits for its time: one entry per thing to remind of and rule, made, moved and ended as its job goes on (G6)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo
from uuid import UUID

from contracts.triggers import Trigger
from notifier_svc.domain.course import Course, Key, Subject, subject_of, subjects
from notifier_svc.domain.model import Rule
from notifier_svc.domain.series import due_at

Place = tuple[UUID, UUID]
"""(what it is about, rule)."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A place in the schedule. It stays when it is through, and so nothing is told twice."""

    company_id: UUID
    job_id: UUID
    subject_id: UUID
    rule_id: UUID
    version: int
    """Of the time of what it is about."""
    told: int
    """How many messages are behind it."""
    made_at: datetime
    due_at: datetime | None
    """When to look at it; `None`: nothing waits."""

    @property
    def place(self) -> Place:
        """What there is one entry of."""
        return self.subject_id, self.rule_id

    def key(self, trigger: Trigger) -> Key:
        """What it is about, by a rule of this trigger."""
        return Key(trigger, self.subject_id, self.version)


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose entries they are, and whose clock they go by."""

    company_id: UUID
    job_id: UUID
    zone: tzinfo


def followed(
    before: Course | None,
    course: Course,
    rules: Iterable[Rule],
    entries: Mapping[Place, Entry],
    owner: Owner,
    now: datetime,
    *,
    news_at: datetime | None = None,
) -> list[Entry]:
    """The entries that change as a job goes on from `before` to `course`; of an import (D13) that is no news.

    A time that had passed when it was made is told of (as too near) only where it is news: not of imports, nor of jobs
    that were known before. One that passed between the news and `now`, when it could be read, is still told (D6).
    """
    known = {subject.key for subject in subjects(before)} if before else set()
    wanted = [(rule, subject) for subject in subjects(course) for rule in rules if rule.trigger is subject.key.trigger]
    changed = []
    for rule, subject in wanted:
        entry, new = entries.get((subject.key.id, rule.id)), subject.key not in known
        if entry is None or entry.version != subject.key.version:
            at = news_at if new else None
            changed.append(_begun(rule, subject, owner, at or now, news=at is not None))
        elif new:  # of a job that is open again, say
            changed.append(resumed(entry, rule, subject, owner.zone, news_at or now))
    places = {(subject.key.id, rule.id) for rule, subject in wanted}
    return changed + [ended(entry) for place, entry in entries.items() if entry.due_at and place not in places]


def ruled(course: Course, rule: Rule, entries: Mapping[Place, Entry], owner: Owner, now: datetime) -> list[Entry]:
    """The entries of a job that change as a rule is made, or its times are others: for what is still to come.

    What is due already stays so.
    """
    changed = []
    for subject in (subject for subject in subjects(course) if subject.key.trigger is rule.trigger):
        entry = entries.get((subject.key.id, rule.id))
        if entry is None or entry.version != subject.key.version:
            changed.append(_begun(rule, subject, owner, now, news=False))
        elif entry.due_at is None or entry.due_at > now:
            changed.append(resumed(entry, rule, subject, owner.zone, now))
    return [entry for entry in changed if entry != entries.get(entry.place)]


def looked_at(entry: Entry, rule: Rule | None, course: Course, zone: tzinfo, now: datetime) -> Subject | Entry:
    """What is to be told now; or the entry as it waits on, where its time is another by now, or none."""
    subject = subject_of(course, entry.key(rule.trigger)) if rule else None
    due = next_due(entry, rule, subject, zone) if rule and subject else None
    if subject is None or due is None:
        return ended(entry)
    return subject if due <= now else replace(entry, due_at=due)


def advanced(entry: Entry, rule: Rule, subject: Subject, zone: tzinfo) -> Entry:
    """The entry once its message is told: it waits for the next one, if there is one."""
    return replace(entry, told=entry.told + 1, due_at=next_due(entry, rule, subject, zone, 2))


def resumed(entry: Entry, rule: Rule, subject: Subject, zone: tzinfo, now: datetime) -> Entry:
    """The entry as it waits for the first message that is not behind it and still to come."""
    passed = 0
    while (due := next_due(entry, rule, subject, zone, passed + 1)) and due <= now:
        passed += 1
    return replace(entry, told=entry.told + passed, due_at=due) if due else ended(entry)


def ended(entry: Entry) -> Entry:
    """The entry when nothing is to come."""
    return replace(entry, due_at=None)


def _begun(rule: Rule, subject: Subject, owner: Owner, now: datetime, *, news: bool) -> Entry:
    key = subject.key
    entry = Entry(owner.company_id, owner.job_id, key.id, rule.id, key.version, told=0, made_at=now, due_at=None)
    return (
        replace(entry, due_at=next_due(entry, rule, subject, owner.zone))
        if news
        else resumed(entry, rule, subject, owner.zone, now)
    )


def next_due(entry: Entry, rule: Rule, subject: Subject, zone: tzinfo, nth: int = 1) -> datetime | None:
    """When the next message goes that is not behind the entry, or the `nth` from here; `None` where there is none."""
    return due_at(rule.timing, subject.anchor, entry.told + nth, zone) if rule.timing else None
