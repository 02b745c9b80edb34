"""The business clock: everybody's own, unless a test of a stack on one machine moves it."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from servicekit import clock
from servicekit.settings import ServiceSettings

NEEDED: dict[str, Any] = {
    "api_database_url": "postgresql://nowhere",
    "worker_database_url": "postgresql://nowhere",
    "kafka": {"bootstrap_servers": "nowhere:9"},
    "auth_issuers": (),
}


@pytest.fixture
def moved(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file that moves this process's business time, until the test ends."""
    file = tmp_path / "clock"
    file.write_text("0")
    monkeypatch.setattr(clock, "_now", clock._now)
    clock.follow(file)
    return file


def test_business_time_is_as_far_ahead_as_the_file_says_now(moved: Path) -> None:
    for days in (0, 40):
        moved.write_text(str(days * 86_400.0))
        ahead = clock.now() - datetime.now(UTC)
        assert abs(ahead - timedelta(days=days)) < timedelta(minutes=1)


def test_business_time_stands_as_long_as_it_is_told_to() -> None:
    at = datetime(2026, 3, 8, 9, tzinfo=UTC)
    with clock.standing(at):
        assert (clock.now(), clock.now()) == (at, at)
    assert clock.now() - datetime.now(UTC) < timedelta(minutes=1)


@pytest.mark.parametrize("host", ["0.0.0.0", "10.1.2.3", "status-svc"])  # noqa: S104
def test_where_others_can_connect_no_file_moves_it(host: str, tmp_path: Path) -> None:
    with pytest.raises(ValidationError, match="clock_file"):
        ServiceSettings(http_host=host, clock_file=tmp_path, **NEEDED)
    assert ServiceSettings(http_host=host, **NEEDED).clock_file is None
    assert ServiceSettings(http_host="127.0.0.1", clock_file=tmp_path, **NEEDED).clock_file == tmp_path
