"""The volume breaker: how much more than usual is too much (D13)."""

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

    def trips(self, planned: int, usual: float | None) -> bool:
        """Whether so many in an hour are too many for a company whose usual hour has `usual`."""
        return planned >= max(self.at_least, self.times * (usual or 0))


def hours(rows: Iterable[Delivery]) -> Counter[tuple[UUID, datetime]]:
    """How many of the rows are to be sent and count, by company and by the hour in which it happened.

    So a backlog of two days is two days' hours, as it would have been without an outage, and trips nothing.
    """
    return Counter(
        (row.company_id, row.occurred_at.replace(minute=0, second=0, microsecond=0))
        for row in rows
        if row.state is DeliveryState.QUEUED and row.category not in NOT_COUNTED
    )
