"""How much each company's phone account may send now: a token bucket, and a pause while the account is refused."""

from collections.abc import Callable, Iterable
from time import monotonic
from uuid import UUID

from notifier_svc.send.breaker import Breaker, backoff
from notifier_svc.store.sending import PhoneLine

LONGEST_SECONDS = 900.0


class _Bucket:
    """Holds one second's worth, at least one message."""

    def __init__(self, now: float) -> None:
        self.level = 1.0
        self.then = now

    def fill(self, per_second: float, now: float) -> None:
        self.level = min(max(1.0, per_second), self.level + (now - self.then) * per_second)
        self.then = now


class Allowance:
    """One account's pace never holds up another's. Kept in memory: several senders share an account by Twilio's 429."""

    def __init__(self, *, first: float, clock: Callable[[], float] = monotonic) -> None:
        self._first = first
        self._clock = clock
        self._buckets: dict[UUID, _Bucket] = {}
        self._breakers: dict[UUID, Breaker] = {}

    def of(self, lines: Iterable[PhoneLine]) -> dict[UUID, int]:
        """How many each of these companies may send at once, those left out that must wait."""
        most = {line.company_id: self._now(line) for line in lines if line.seconds <= 0}
        return {company_id: count for company_id, count in most.items() if count}

    def spend(self, company_ids: Iterable[UUID]) -> None:
        """A message of each of these is on its way."""
        for company_id in company_ids:
            self._buckets[company_id].level -= 1

    def seconds(self, lines: Iterable[PhoneLine]) -> float | None:
        """How long until one of them may send something that is due; `None` when nothing waits."""
        return min((max(line.seconds, self._wait(line)) for line in lines), default=None)

    def failed(self, company_id: UUID, attempts: int = 0) -> float:
        """The account is left alone for a while; returns how long a message waits that was tried so often before.

        Longer with every try of its own, whatever the account's other messages meet.
        """
        return max(self._breaker(company_id).failed(), backoff(self._first, attempts, LONGEST_SECONDS))

    def answered(self, company_id: UUID) -> None:
        """The account works."""
        self._breakers.pop(company_id, None)

    def _now(self, line: PhoneLine) -> int:
        if line.company_id in self._breakers and self._breakers[line.company_id].seconds:
            return 0
        now = self._clock()
        bucket = self._buckets.setdefault(line.company_id, _Bucket(now))
        bucket.fill(line.per_second, now)
        return int(bucket.level)

    def _wait(self, line: PhoneLine) -> float:
        paused = self._breakers[line.company_id].seconds if line.company_id in self._breakers else 0.0
        bucket = self._buckets.get(line.company_id)
        short = 1.0 - bucket.level - (self._clock() - bucket.then) * line.per_second if bucket else 0.0
        return max(paused, short / line.per_second)

    def _breaker(self, company_id: UUID) -> Breaker:
        return self._breakers.setdefault(company_id, Breaker(first=self._first, clock=self._clock))
