"""Visits are on the day on which the technician sets off."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from deploy.demo.story import TECH, next_start, visit

DENVER = ZoneInfo("America/Denver")


@pytest.mark.parametrize(
    ("now", "start"),
    [
        ("2026-05-12T10:02", "2026-05-12T11:00"),
        ("2026-05-12T03:15", "2026-05-12T08:00"),
        ("2026-05-12T15:00", "2026-05-12T16:00"),
        ("2026-05-12T21:30", "2026-05-12T22:00"),
        ("2026-05-12T23:30", "2026-05-12T23:00"),
    ],
)
def test_a_visit_starts_at_the_next_full_hour_of_the_same_day(now: str, start: str) -> None:
    at = next_start(datetime.fromisoformat(now).replace(tzinfo=DENVER))
    assert at == datetime.fromisoformat(start).replace(tzinfo=DENVER)


def test_a_visit_takes_two_hours_and_names_who_comes() -> None:
    planned = visit(TECH, datetime(2026, 5, 12, 10, 2, tzinfo=DENVER))
    assert (planned["starts_at"], planned["ends_at"]) == ("2026-05-12T11:00:00-06:00", "2026-05-12T13:00:00-06:00")
    assert [tech["name"] for tech in planned["technicians"]] == ["Sam Rivera"]


def test_a_late_visit_ends_on_the_day_on_which_it_starts() -> None:
    planned = visit(TECH, datetime(2026, 5, 12, 23, 30, tzinfo=DENVER))
    assert (planned["starts_at"], planned["ends_at"]) == ("2026-05-12T23:00:00-06:00", "2026-05-12T23:59:00-06:00")
