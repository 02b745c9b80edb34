"""How long what failed is left alone: longer each time, up to a limit, and never everything at the same moment."""

from uuid import uuid4

import pytest

from notifier_svc.send import breaker
from notifier_svc.send.allowance import LONGEST_SECONDS, Allowance
from notifier_svc.send.breaker import MOST_SECONDS, Breaker, backoff
from notifier_svc.send.journal import MOST_RETRY_SECONDS
from servicekit.testing import Shown

LEAST = 0.75  # of the whole time
TIMES = 200


class Clock:
    """Stands still until it is told otherwise."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.mark.parametrize(("failures", "whole"), [(0, 5.0), (1, 10.0), (4, 80.0), (7, 640.0), (8, 900.0), (1000, 900.0)])
def test_a_message_that_was_refused_waits_twice_as_long_each_time(failures: int, whole: float) -> None:
    waits = [backoff(5.0, failures, MOST_RETRY_SECONDS) for _ in range(TIMES)]
    assert LEAST * whole <= min(waits) <= max(waits) <= whole
    assert max(waits) - min(waits) > whole / 8  # not all at once


def test_a_host_that_is_away_is_left_alone_for_longer_each_time_and_half_a_minute_at_most() -> None:
    clock = Clock()
    breaker, whole = Breaker(first=0.5, clock=clock), 0.5
    for _ in range(12):
        waited = breaker.failed()
        assert LEAST * whole <= waited <= whole
        assert breaker.failed() == waited  # who fails together counts once
        clock.now += waited + 0.01
        assert breaker.seconds == 0
        whole = min(MOST_SECONDS, 2 * whole)
    breaker.answered()
    assert breaker.failed() <= 0.5


def test_operators_see_what_is_away_until_it_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(breaker, "_away", shown := Shown())
    part = breaker.Breaker("smtp.example:25", clock=(clock := Clock()))
    assert shown.of(part="smtp.example:25") == 0
    clock.now += part.failed() + 0.01
    part.failed()
    assert shown.of(part="smtp.example:25") == 1
    part.answered()
    assert shown.of(part="smtp.example:25") == 0


def test_an_account_that_is_refused_keeps_no_other_waiting_and_its_own_message_longer_each_time() -> None:
    allowance, refused, other = Allowance(first=0.5, clock=Clock()), uuid4(), uuid4()
    waits = [allowance.failed(refused, attempts=attempts) for attempts in range(14)]
    assert waits[0] <= 0.5
    assert LEAST * LONGEST_SECONDS <= waits[-1] <= LONGEST_SECONDS
    assert allowance.failed(other) <= 0.5
