"""The calendar of reminders and follow-ups: when the first goes, and those after it."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo


@dataclass(frozen=True, slots=True)
class Timing:
    """When a message goes, seen from what it is about: so long before it, or so many days after it, once or again."""

    hours_before: int | None = None
    days_before: int | None = None
    days_after: int | None = None
    at: time = time(9)
    """Of days: at which time, where the work is."""
    every_days: int | None = None
    """Again and again, so many days apart; once where absent."""
    at_most: int | None = None
    """How often in all; until what it is about has ended where absent."""


Anchor = datetime | date
"""What is counted from; a day alone is one wherever the work is."""


def due_at(timing: Timing, anchor: Anchor, number: int, zone: tzinfo) -> datetime | None:
    """When the message of that number goes, from 1 on, in UTC; `None` where there are not so many.

    A time that the clock leaps over is as much later as the leap is long; of one that comes twice it is the first.
    """
    if number > 1 and (timing.every_days is None or number > (timing.at_most or number)):
        return None
    if timing.hours_before is not None and isinstance(anchor, datetime):
        return anchor.astimezone(UTC) - timedelta(hours=timing.hours_before)
    days = (timing.days_after or 0) - (timing.days_before or 0) + (number - 1) * (timing.every_days or 0)
    return datetime.combine(local_day(anchor, zone) + timedelta(days=days), timing.at, zone).astimezone(UTC)


def first_since(timing: Timing, anchor: Anchor, since: datetime, zone: tzinfo) -> int:
    """The number of a message before which none is due at `since` or later."""
    if timing.every_days is None:
        return 1
    first = local_day(anchor, zone) + timedelta(days=timing.days_after or 0)
    return max(1, (local_day(since, zone) - first).days // timing.every_days)


def local_day(anchor: Anchor, zone: tzinfo) -> date:
    """The day of the calendar that it is on, where the work is."""
    return anchor.astimezone(zone).date() if isinstance(anchor, datetime) else anchor
