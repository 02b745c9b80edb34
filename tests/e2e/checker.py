"""Joins what happened, the delivery log and the truth of mailbox and phone, and says where they disagree."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from contracts.deliveries import DeliveryState
from deploy.demo.mailbox import Arrived
from tests.e2e.log import Delivery

Finding = tuple[str, str]  # what is wrong, with which event, delivery or address

# In doubt, or taken by the provider and then not delivered.
TAKEN = {DeliveryState.UNKNOWN, DeliveryState.BOUNCED, DeliveryState.UNDELIVERED}
HELD_AT_MOST = timedelta(seconds=15)
"""Between a claim and its T2: half a lease until a connection is free, then the mail host's time for an envelope."""


@dataclass(frozen=True)
class Rules:
    """What holds for a company's messages."""

    own: Collection[str]
    """The addresses of its customers."""
    blocked: Mapping[str, datetime] = field(default_factory=dict)
    """Addresses, and since when their block is committed, at the latest."""
    begun: Mapping[UUID, datetime] = field(default_factory=dict)
    """When the last try of a delivery began (T2)."""
    resends: Mapping[str, int] = field(default_factory=dict)
    """By category of email: how often a message of unknown outcome may be sent again (D14)."""

    def most(self, row: Delivery) -> int:
        """How many copies of it may arrive."""
        return 1 + (self.resends.get(row.category, 0) if row.channel == "email" else 0)

    def forbade(self, row: Delivery, address: str) -> bool:
        """Was the address blocked before the message was claimed? Known where it was planned, or begun long, after."""
        since = self.blocked.get(address)
        claimed = max(row.planned_at, self.begun.get(row.id, row.planned_at) - HELD_AT_MOST)
        return since is not None and claimed > since


def faults(
    happened: Iterable[UUID], deliveries: Collection[Delivery], arrived: Sequence[Arrived], rules: Rules
) -> list[Finding]:
    """Everything that was lost, doubled, made up, left waiting, sent to a stranger or in spite of a block.

    `happened` are the events that have something to tell, `arrived` the emails, texts and calls of `deliveries`. A
    delivery whose outcome is unknown may have arrived, or not.
    """
    told = {row.event_id for row in deliveries}
    by_id = {row.id: row for row in deliveries}
    copies = Counter(mail.delivery_id for mail in arrived)
    reached = [(by_id[mail.delivery_id], to) for mail in arrived if mail.delivery_id in by_id for to in mail.recipients]
    return [
        *(("not in the log", str(event)) for event in happened if event not in told),
        *((fault, str(row.id)) for row in deliveries if (fault := _fault(row, copies[row.id], rules.most(row)))),
        *(("in no log", str(mail.delivery_id)) for mail in arrived if mail.delivery_id not in by_id),
        *(("a stranger", address) for mail in arrived for address in mail.recipients if address not in rules.own),
        *(("blocked", str(row.id)) for row, address in reached if rules.forbade(row, address)),
    ]


def _fault(row: Delivery, copies: int, most: int) -> str | None:
    if not row.is_final:
        return "waits"
    if copies > most:
        return "doubled"
    if row.is_sent and not copies:
        return "lost"
    if copies and not row.is_sent and row.state not in TAKEN:
        return "arrived, and not called sent"
    return None
