"""What the cursors of this service are read with, beside `UUID`."""

from datetime import UTC, datetime
from typing import Any

EARLIEST, LATEST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)


def instant(value: Any) -> datetime:
    """A moment in which a row of ours can have been written. Raises `ValueError` or `TypeError` for any other."""
    moment = datetime.fromisoformat(value)
    if not EARLIEST <= moment < LATEST:  # one without an offset can't even be compared: a TypeError
        raise ValueError("not a moment of ours")
    return moment
