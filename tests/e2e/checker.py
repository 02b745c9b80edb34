"""Joins what happened, the delivery log and the truth of mailbox and phone, and says where they disagree."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from contracts.deliveries import DeliveryState
from deploy.demo.mailbox import Arrived
from notifier_svc.domain.outcome import WAS_TO_GO_ONCE_MORE
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
    """By category of email: how often a message of unknown outcome is sent again (D14)."""
    doubted: Mapping[UUID, int] = field(default_factory=dict)
    """How many tries of a delivery ended in doubt."""

    def most(self, row: Delivery) -> int:
        """How many copies of it may arrive."""
        return 1 + (self.resends.get(row.category, 0) if row.channel == "email" else 0)

    def gave_up(self, row: Delivery) -> bool:
        """Does it stay in doubt, though it was to be sent once more, and nothing says why it was not?"""
        most, stopped = self.most(row), (row.detail or "").startswith(WAS_TO_GO_ONCE_MORE)
        return row.state is DeliveryState.UNKNOWN and not stopped and self.doubted.get(row.id, most) < most

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
        *((fault, str(row.id)) for row in deliveries if (fault := _fault(row, copies[row.id], rules))),
        *(("in no log", str(mail.delivery_id)) for mail in arrived if mail.delivery_id not in by_id),
        *(("a stranger", address) for mail in arrived for address in mail.recipients if address not in rules.own),
        *(("blocked", str(row.id)) for row, address in reached if rules.forbade(row, address)),
    ]


def unlike_others(kinds: Mapping[UUID, str], deliveries: Iterable[Delivery]) -> list[Finding]:
    """Of a company whose customers are all alike: the events of which not the same is told as of others of their kind.

    What was lost is told of most of them all the same: a fault meets some.
    """
    told: defaultdict[UUID, Counter[tuple[str | None, str]]] = defaultdict(Counter)
    for row in deliveries:
        told[row.event_id][row.rule_name, row.channel] += 1
    ways: defaultdict[str, Counter[frozenset[tuple[tuple[str | None, str], int]]]] = defaultdict(Counter)
    for event, kind in kinds.items():
        ways[kind][frozenset(told[event].items())] += 1
    usual = {kind: each.most_common(1)[0][0] for kind, each in ways.items()}
    return [
        ("not told as others are", str(event))
        for event, kind in kinds.items()
        if frozenset(told[event].items()) != usual[kind]
    ]


def _fault(row: Delivery, copies: int, rules: Rules) -> str | None:
    if not row.is_final:
        return "waits"
    if copies > rules.most(row):
        return "doubled"
    if row.is_sent and not copies:
        return "lost"
    if rules.gave_up(row):
        return "not sent once more"
    refused = row.state is DeliveryState.FAILED and row.id in rules.doubted  # its second try; the first one arrived
    if copies and not (row.is_sent or row.state in TAKEN or refused):
        return "arrived, and not called sent"
    return None
