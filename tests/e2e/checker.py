"""Joins what happened, the delivery log and the truth of mailbox and phone, and says where they disagree."""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from uuid import UUID

from contracts.deliveries import DeliveryState
from deploy.demo.mailbox import Arrived
from tests.e2e.log import Delivery

Finding = tuple[str, str]  # what is wrong, with which event, delivery or address

# In doubt, or taken by the provider and then not delivered.
TAKEN = {DeliveryState.UNKNOWN, DeliveryState.BOUNCED, DeliveryState.UNDELIVERED}


def faults(
    happened: Iterable[UUID], deliveries: Collection[Delivery], arrived: Sequence[Arrived], own: Collection[str]
) -> list[Finding]:
    """Everything that was lost, doubled, made up, left waiting or sent to a stranger.

    `happened` are the events that have something to tell, `arrived` the emails, texts and calls of `deliveries`, `own`
    the addresses of the company's customers. A delivery whose outcome is unknown may have arrived once, or not.
    """
    told = {row.event_id for row in deliveries}
    copies = Counter(mail.delivery_id for mail in arrived)
    return [
        *(("not in the log", str(event)) for event in happened if event not in told),
        *((fault, str(row.id)) for row in deliveries if (fault := _fault(row, copies[row.id]))),
        *(("a stranger", address) for mail in arrived for address in mail.recipients if address not in own),
    ]


def _fault(row: Delivery, copies: int) -> str | None:
    if not row.is_final:
        return "waits"
    if copies > 1:
        return "doubled"
    if row.is_sent and not copies:
        return "lost"
    if copies and not row.is_sent and row.state not in TAKEN:
        return "arrived, and not called sent"
    return None
