"""When more messages fail than is usual: a share now, held against the share before (G2)."""

from dataclasses import dataclass

from contracts.deliveries import DeliveryState

FAILED = frozenset({DeliveryState.FAILED, DeliveryState.BOUNCED, DeliveryState.UNDELIVERED})
DECIDED = FAILED | {DeliveryState.SENT, DeliveryState.DELIVERED, DeliveryState.UNKNOWN}
LEAST = 5
LEAST_SHARE = 0.05


@dataclass(frozen=True, slots=True)
class Tally:
    """How many messages failed, of those of which it is known whether they went."""

    failed: int = 0
    decided: int = 0

    @property
    def share(self) -> float:
        """0 where nothing was decided."""
        return self.failed / self.decided if self.decided else 0.0


def rises(now: Tally, before: Tally) -> bool:
    """Whether three times as much fails as before, or what arrives has halved; a few messages never tell.

    The first alone would say nothing of calls, of which a third is never answered; operators are told by the same rule.
    """
    if now.failed < LEAST or now.share <= LEAST_SHARE:
        return False
    return now.share > 3 * before.share or now.share > (1 + before.share) / 2
