"""What a provider's word about a message, said after it was taken, makes of its delivery (G3)."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from contracts.deliveries import DeliveryState, Reason
from contracts.inbound import Cause

# In whatever order and however often they come, the highest counts (fault 42): who once confirmed that it arrived is
# believed, unless the mail came back after all.
RANKS = {
    DeliveryState.SENT: 1,
    DeliveryState.FAILED: 2,
    DeliveryState.UNDELIVERED: 3,
    DeliveryState.DELIVERED: 4,
    DeliveryState.BOUNCED: 6,
}


@dataclass(frozen=True, slots=True)
class Try:
    """One try of a delivery."""

    month: date
    delivery_id: UUID
    n: int


@dataclass(frozen=True, slots=True)
class Receipt:
    """What was said, and what it means. Without a `state` it is only noted."""

    status: str
    """The provider's word; said twice of a try it is one."""
    code: str | None = None
    state: DeliveryState | None = None
    reason: Reason | None = None
    detail: str | None = None
    """In our words."""
    block: Cause | None = None
    """What it teaches about the address: nobody may write to it again."""
    closer: bool = False
    """Says more precisely what another one of the same state says."""

    @property
    def rank(self) -> int | None:
        """Which of a delivery's receipts counts: the highest."""
        return None if self.state is None else RANKS[self.state] + self.closer
