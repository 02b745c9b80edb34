"""When more messages fail than is usual."""

import pytest

from notifier_svc.domain.failing import Tally, rises


@pytest.mark.parametrize(
    ("now", "before", "told"),
    [
        (Tally(4, 4), Tally(0, 100), False),  # too few to tell
        (Tally(5, 100), Tally(0, 1000), False),  # one in twenty
        (Tally(6, 100), Tally(0, 1000), True),
        (Tally(6, 100), Tally(20, 1000), False),  # three times as much
        (Tally(7, 100), Tally(20, 1000), True),
        (Tally(60, 100), Tally(33, 100), False),  # calls of which a third is never answered
        (Tally(70, 100), Tally(33, 100), True),  # what arrives has halved
        (Tally(100, 100), Tally(90, 100), True),
        (Tally(5, 5), Tally(), True),  # nothing to hold it against
        (Tally(), Tally(5, 5), False),
    ],
)
@pytest.mark.proves("G2")
def test_a_rise_is_told_by_what_is_usual(now: Tally, before: Tally, told: bool) -> None:
    assert rises(now, before) is told
