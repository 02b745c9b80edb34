"""Where rules meet: one act that brings the same person two messages by one channel, or of which only one goes."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations, product
from uuid import UUID

from contracts.deliveries import Channel
from contracts.profiles import StatusEntry
from contracts.triggers import SCHEDULED, Trigger
from notifier_svc.domain.model import Rule
from notifier_svc.domain.plan import precedence
from notifier_svc.domain.series import Timing
from notifier_svc.domain.wording import TITLES

LONGEST = 366
"""Days for which the repetitions of reminders are laid beside each other."""


class Effect(StrEnum):
    """What becomes of two rules that meet."""

    BOTH_SENT = "both_sent"
    ONE_SENT = "one_sent"


@dataclass(frozen=True, slots=True)
class Overlap:
    """Two active rules that reach the same people by the same channel."""

    effect: Effect
    rules: tuple[Rule, Rule]
    """The one that goes, or the older one, first."""
    sentence: str


def overlaps(rules: Iterable[Rule], statuses: Mapping[UUID, StatusEntry], regions_on: Set[UUID]) -> Iterator[Overlap]:
    """Every two rules that meet, as far as rules tell: preferences and addresses may keep a message away all the same.

    Two occurrences of one act both send (D9), as do two reminders: these come first. Of rules that meet on one
    occurrence one does (D7).
    """
    by_trigger: defaultdict[Trigger, list[Rule]] = defaultdict(list)
    for rule in sorted(rules, key=precedence):
        if rule.active and (rule.region_id is None or rule.region_id in regions_on):
            by_trigger[rule.trigger].append(rule)
    yield from _of_closing(by_trigger[Trigger.STATUS_SET], by_trigger[Trigger.WORK_ORDER_CLOSED], statuses)
    for trigger, alike in sorted(by_trigger.items(), key=lambda each: each[0] not in SCHEDULED):
        yield from _of_reminders(alike) if trigger in SCHEDULED else _of_one_event(alike, statuses)


def equal_reminder(rule: Rule, others: Iterable[Rule]) -> Rule | None:
    """Another active rule that sends the same people a reminder of the same thing at the same time."""
    if rule.timing is None or not rule.active:
        return None
    return next((other for other in others if other.id != rule.id and other.active and _twins(rule, other)), None)


def _pairs(rules: Sequence[Rule]) -> Iterator[tuple[Rule, Rule]]:
    """Every two of one channel whose regions go together, the one that takes precedence first."""
    alike: defaultdict[tuple[Channel, UUID | None], list[Rule]] = defaultdict(list)
    for rule in rules:
        alike[rule.channel, rule.region_id].append(rule)
    for (channel, region_id), some in alike.items():
        yield from combinations(some, 2)
        for rule, other in product(some, alike.get((channel, None), ())) if region_id else ():
            yield (other, rule) if other.status_id else (rule, other)


def _of_one_event(rules: Sequence[Rule], statuses: Mapping[UUID, StatusEntry]) -> Iterator[Overlap]:
    for first, second in _pairs(rules):
        status_id = first.status_id or second.status_id
        if (second.status_id or status_id) != status_id or not _meet(first, second):
            continue
        title = statuses[status_id].name if status_id and status_id in statuses else TITLES[first.trigger]
        goes = f"each of them gets one message, of {_name(first)}, {_why_first(first, second)}"
        yield Overlap(Effect.ONE_SENT, (first, second), _sentence(title, first, second, goes))


def _why_first(first: Rule, second: Rule) -> str:
    (rank, *_), (other, *_) = precedence(first), precedence(second)
    if rank == other:
        return "which is older"
    return "which is for this status" if rank == 0 else "which is the region's"


def _of_closing(
    of_statuses: Iterable[Rule], of_closing: Sequence[Rule], statuses: Mapping[UUID, StatusEntry]
) -> Iterator[Overlap]:
    """Setting a status that closes is two occurrences of one act."""
    closing = {id: status.name for id, status in statuses.items() if status.closes and status.active}
    for first, second in product(of_statuses, of_closing):
        title = closing.get(first.status_id) if first.status_id else next(iter(closing.values()), None)
        if title and _meet(first, second):
            yield _both(title, first, second, "setting this status closes the work order, so both are sent")


def _of_reminders(rules: Sequence[Rule]) -> Iterator[Overlap]:
    days = {rule.id: _days(rule.timing) for rule in rules if rule.timing}
    for first, second in _pairs([rule for rule in rules if rule.timing]):
        if _meet(first, second) and not days[first.id].isdisjoint(days[second.id]):
            yield _both(TITLES[first.trigger], first, second, "they fall on the same day, and both are sent")


def _both(title: str, first: Rule, second: Rule, why: str) -> Overlap:
    return Overlap(Effect.BOTH_SENT, (first, second), _sentence(title, first, second, why))


def _days(timing: Timing) -> set[int]:
    """The days, counted from what it is about, on which it goes; hours as hours, whole days as days, too."""
    if timing.hours_before is not None:
        days, rest = divmod(timing.hours_before, 24)
        return {-1000 * timing.hours_before} | (set() if rest else {-days})
    if timing.days_before is not None:
        return {-timing.days_before}
    first, step = timing.days_after or 0, timing.every_days or LONGEST
    return set(list(range(first, first + LONGEST, step))[: timing.at_most])


def _twins(rule: Rule, other: Rule) -> bool:
    """Same reminder, same people, same times: nobody could mean the second one."""
    return _audience(rule) == _audience(other) and (rule.trigger, rule.timing) == (other.trigger, other.timing)


def _audience(rule: Rule) -> tuple[object, ...]:
    return rule.channel, rule.region_id, rule.customer_kinds, {tag.casefold() for tag in rule.tags}


def _meet(first: Rule, second: Rule) -> bool:
    """Whether there may be a person whom both reach by the same channel; a customer can have all tags at once."""
    if first.channel is not second.channel or first.customer_kinds.isdisjoint(second.customer_kinds):
        return False
    return first.region_id is None or second.region_id in (None, first.region_id)


def _sentence(title: str, first: Rule, second: Rule, what: str) -> str:
    return f"{title}: {_name(first)} and {_name(second)} are for the same people; {what}."


def _name(rule: Rule) -> str:
    return f'"{rule.name}"'
