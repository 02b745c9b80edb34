"""The business clock: what time it is for whoever decides. Leases, tokens and timeouts have others."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path


def _real() -> datetime:
    return datetime.now(UTC)


_now: Callable[[], datetime] = _real


def now() -> datetime:
    """What time it is, in UTC."""
    return _now()


def follow(file: Path) -> None:
    """Be ahead, from now on, by as many seconds as `file` says at the moment; it is written by renaming another."""
    global _now
    _now = lambda: _real() + timedelta(seconds=float(file.read_text()))  # noqa: E731


@contextmanager
def standing(at: datetime) -> Iterator[None]:
    """Let it be `at` as long as the block runs, for all of this process: for tests that compare times."""
    global _now
    before, _now = _now, lambda: at
    try:
        yield
    finally:
        _now = before
