"""Visits are at hours at which plumbers come."""

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
        ("2026-05-12T16:30", "2026-05-13T08:00"),
        ("2026-05-12T23:30", "2026-05-13T08:00"),
    ],
)
def test_a_visit_starts_at_the_next_full_hour_of_a_working_day(now: str, start: str) -> None:
    at = next_start(datetime.fromisoformat(now).replace(tzinfo=DENVER))
    assert at == datetime.fromisoformat(start).replace(tzinfo=DENVER)


def test_a_visit_takes_two_hours_and_names_who_comes() -> None:
    planned = visit(TECH, datetime(2026, 5, 12, 10, 2, tzinfo=DENVER))
    assert (planned["starts_at"], planned["ends_at"]) == ("2026-05-12T11:00:00-06:00", "2026-05-12T13:00:00-06:00")
    assert [tech["name"] for tech in planned["technicians"]] == ["Sam Rivera"]
