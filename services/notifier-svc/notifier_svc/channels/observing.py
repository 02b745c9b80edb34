"""What providers report, counted. No personal data."""

from collections.abc import Iterable

from contracts.deliveries import Channel, DeliveryState
from notifier_svc.domain.receipts import Receipt
from servicekit.telemetry import meter

_receipts = meter.create_counter(
    "fieldbell_receipts_total", description="What providers said of messages afterwards, each once, by what it means."
)

BAD = (DeliveryState.FAILED, DeliveryState.UNDELIVERED, DeliveryState.BOUNCED)


def from_zero() -> None:
    """Show bad news that has not come yet as 0: of what is not there nobody sees the first rise."""
    for channel in Channel:
        for state in BAD:
            _receipts.add(0, {"channel": channel, "state": state})


def told(channel: Channel, receipts: Iterable[Receipt]) -> None:
    """Count what was said for the first time."""
    for receipt in receipts:
        _receipts.add(1, {"channel": channel, "state": receipt.state or "noted"})
