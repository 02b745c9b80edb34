"""When reminders go: by the calendar and the clock where the work is, across both changes of the clocks."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from notifier_svc.domain.series import Timing, due_at

DENVER, MADRID, SYDNEY = "America/Denver", "Europe/Madrid", "Australia/Sydney"


def local(text: str, zone: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))


@pytest.mark.parametrize(
    ("starts", "zone", "timing", "goes"),
    [
        # the day before, at a time of the day: whatever the clocks do in between
        ("2026-11-25 10:00", DENVER, Timing(days_before=1, at=time(17)), "2026-11-24 17:00"),
        ("2026-11-25 00:00", DENVER, Timing(days_before=1, at=time(17)), "2026-11-24 17:00"),
        ("2026-11-24 23:59", DENVER, Timing(days_before=1, at=time(17)), "2026-11-23 17:00"),
        ("2026-03-08 10:00", DENVER, Timing(days_before=1, at=time(10)), "2026-03-07 10:00"),  # 23 hours
        ("2026-11-01 10:00", DENVER, Timing(days_before=1, at=time(10)), "2026-10-31 10:00"),  # 25 hours
        ("2026-03-29 09:00", MADRID, Timing(days_before=7, at=time(9)), "2026-03-22 09:00"),
        ("2026-10-05 09:00", SYDNEY, Timing(days_before=1, at=time(9)), "2026-10-04 09:00"),
        # hours are hours
        ("2026-03-08 10:00", DENVER, Timing(hours_before=24), "2026-03-07 09:00"),
        ("2026-11-01 10:00", DENVER, Timing(hours_before=24), "2026-10-31 11:00"),
        ("2026-11-25 10:00", DENVER, Timing(hours_before=2), "2026-11-25 08:00"),
        # a time that is leapt over, and one that comes twice
        ("2026-03-09 10:00", DENVER, Timing(days_before=1, at=time(2, 30)), "2026-03-08 03:30"),
        ("2026-11-02 10:00", DENVER, Timing(days_before=1, at=time(1, 30)), "2026-11-01 01:30"),
    ],
)
def test_a_visit_is_reminded_of(starts: str, zone: str, timing: Timing, goes: str) -> None:
    assert due_at(timing, local(starts, zone), 1, ZoneInfo(zone)) == local(goes, zone).astimezone(UTC)


@pytest.mark.parametrize(
    ("closed", "zone", "days", "goes"),
    [
        ("2026-11-24 23:30", DENVER, 7, "2026-12-01 10:00"),
        ("2026-11-24 00:30", DENVER, 7, "2026-12-01 10:00"),
        ("2026-10-30 12:00", DENVER, 3, "2026-11-02 10:00"),  # the clocks went back
        ("2026-03-06 12:00", DENVER, 3, "2026-03-09 10:00"),  # and forward
        ("2024-02-28 12:00", MADRID, 1, "2024-02-29 10:00"),
        ("2026-12-31 12:00", MADRID, 365, "2027-12-31 10:00"),
    ],
)
def test_days_after_are_days_of_the_calendar(closed: str, zone: str, days: int, goes: str) -> None:  # S3.7
    timing = Timing(days_after=days, at=time(10))
    assert due_at(timing, local(closed, zone), 1, ZoneInfo(zone)) == local(goes, zone).astimezone(UTC)


def test_a_day_alone_is_the_same_day_everywhere() -> None:
    timing = Timing(days_after=3, at=time(9))
    for zone in (DENVER, MADRID, SYDNEY):
        due = due_at(timing, date(2026, 11, 24), 1, ZoneInfo(zone))
        assert due == local("2026-11-27 09:00", zone).astimezone(UTC)


def test_a_time_that_comes_twice_is_the_first() -> None:
    due = due_at(Timing(days_before=1, at=time(1, 30)), local("2026-11-02 10:00", DENVER), 1, ZoneInfo(DENVER))
    assert due == datetime(2026, 11, 1, 7, 30, tzinfo=UTC)  # still summer time


@pytest.mark.parametrize(
    ("timing", "days"),
    [
        (Timing(days_after=3), [3]),
        (Timing(days_after=3, every_days=7, at_most=1), [3]),
        (Timing(days_after=3, every_days=7, at_most=3), [3, 10, 17]),
        (Timing(days_after=3, every_days=7), [3, 10, 17, 24, 31]),
    ],
)
def test_a_series_ends_when_it_was_told_often_enough(timing: Timing, days: list[int]) -> None:  # S0.24
    due = [due_at(timing, date(2026, 10, 1), number, ZoneInfo(DENVER)) for number in range(1, 6)]
    found = [(each.astimezone(ZoneInfo(DENVER)).date() - date(2026, 10, 1)).days for each in due if each]
    assert found == days
    assert all(each.astimezone(ZoneInfo(DENVER)).time() == time(9) for each in due if each)
