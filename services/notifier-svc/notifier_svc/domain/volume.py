"""The volume breaker: how much more than usual is too much (D13)."""

import math
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from contracts.deliveries import Category, DeliveryState
from notifier_svc.domain.delivery import Delivery
from notifier_svc.domain.matrix import NOT_AUTOMATED

NOT_COUNTED = {*NOT_AUTOMATED, Category.BROADCAST}
"""What people send by hand is as much as they say."""


@dataclass(frozen=True, slots=True)
class Breaker:
    """When a company is paused by itself."""

    times: float = 10
    at_least: int = 1000

    def limit(self, usual: float | None) -> int:
        """How many in an hour are too many for a company whose usual hour has `usual`."""
        return math.ceil(max(self.at_least, self.times * (usual or 0)))

    def trips(self, planned: int, usual: float | None) -> bool:
        """Whether so many are."""
        return planned >= self.limit(usual)


@dataclass(frozen=True, slots=True)
class Hour:
    """What a company was to send in an hour."""

    starts_at: datetime
    planned: int
    usual: float | None
    """In an hour of it that is not out of the ordinary; `None` of a new company."""
    judged: bool
    """Whether too many would pause it; not where somebody has said that they are meant."""


def hours(rows: Iterable[Delivery]) -> Counter[tuple[UUID, datetime]]:
    """How many of the rows are to be sent and count, by company and by the hour in which it happened.

    So a backlog of two days is two days' hours, as it would have been without an outage, and trips nothing.
    """
    return Counter(
        (row.company_id, row.occurred_at.replace(minute=0, second=0, microsecond=0))
        for row in rows
        if row.state is DeliveryState.QUEUED and row.category not in NOT_COUNTED
    )
