"""What gets sent when (G11): the rules by status and event, and by channel. A view, with nothing of its own."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from uuid import UUID

from contracts.deliveries import Category, Channel
from contracts.profiles import CustomerKind, StatusEntry
from contracts.triggers import Trigger
from notifier_svc.domain.model import Rule
from notifier_svc.domain.plan import precedence
from notifier_svc.domain.triggers import CATEGORY
from notifier_svc.domain.wording import TITLES


class About(StrEnum):
    """What a row is about."""

    STATUS = "status"
    JOB = "job"
    ESTIMATE = "estimate"
    REQUEST = "request"
    MONEY = "money"
    REMINDER = "reminder"
    ACCOUNT = "account"


class Standing(StrEnum):
    """Whether the status of a row can be set."""

    IN_USE = "in_use"
    RETIRED = "retired"
    UNKNOWN = "unknown"
    """Rules name it, and it is not in the company's catalogue as it is known here."""


_ABOUT: dict[Category, About] = {
    Category.CONFIRMATION: About.JOB,
    Category.STATUS: About.STATUS,
    Category.REQUEST: About.REQUEST,
    Category.RECEIPT: About.MONEY,
    Category.INVOICE: About.MONEY,
    Category.ACCOUNT: About.ACCOUNT,
    Category.SERVICE_REMINDER: About.REMINDER,
    Category.INVOICE_REMINDER: About.REMINDER,
    Category.FOLLOW_UP: About.REMINDER,
}
_STATUSES_FIRST = (Trigger.STATUS_SET, *(trigger for trigger in Trigger if trigger is not Trigger.STATUS_SET))
OF_REGIONS = (
    Trigger.REQUEST_ACCEPTED,
    Trigger.REQUEST_REJECTED,
    Trigger.JOB_CREATED,
    Trigger.STATUS_SET,
    Trigger.WORK_ORDER_CLOSED,
    Trigger.FOLLOW_UP,
)
"""The events of a region's notifications (S3.2 to S3.7)."""
OUTBOUND = (Category.CONFIRMATION, Category.RECEIPT, Category.INVOICE)
"""What goes by an outbound setting (S0.8, S0.11, S0.13)."""


@dataclass(frozen=True, slots=True)
class Row:
    """One status or event, and the rules that answer it, by channel, the one that goes first in front."""

    trigger: Trigger
    title: str
    status_id: UUID | None = None
    status: StatusEntry | None = None
    rules: Mapping[Channel, Sequence[Rule]] = field(default_factory=dict)

    @property
    def about(self) -> About:
        """What it is about."""
        return about(self.trigger)

    @property
    def standing(self) -> Standing | None:
        """Whether its status can be set; `None` of a row that is of none."""
        if self.status_id is None:
            return None
        if self.status is None:
            return Standing.UNKNOWN
        return Standing.IN_USE if self.status.active else Standing.RETIRED


def about(trigger: Trigger) -> About:
    """What an event is about."""
    if trigger is Trigger.ESTIMATE_CREATED:
        return About.ESTIMATE
    return About.JOB if trigger is Trigger.WORK_ORDER_CLOSED else _ABOUT[CATEGORY[trigger]]


def rows(
    rules: Iterable[Rule], statuses: Mapping[UUID, StatusEntry], triggers: Sequence[Trigger] = _STATUSES_FIRST
) -> Iterator[Row]:
    """The company's statuses in their order and every event of `triggers`, whatever rules are there.

    Rules of any status stand in a row of their own. A retired or unknown status has a row where a rule names it.
    """
    of: dict[tuple[Trigger, UUID | None], list[Rule]] = {}
    for rule in rules:
        of.setdefault((rule.trigger, rule.status_id), []).append(rule)
    for trigger in triggers:
        if trigger is Trigger.STATUS_SET:
            named = [status_id for _, status_id in of if status_id and status_id not in statuses]
            shown = [id for id in _in_order(statuses) if statuses[id].active or (trigger, id) in of]
            for id in (*shown, *named):
                yield _row(trigger, of.get((trigger, id), ()), id, statuses.get(id))
        yield _row(trigger, of.get((trigger, None), ()))
    for trigger, status_id in of:
        if trigger not in triggers and status_id is None:
            yield _row(trigger, of[trigger, None])


def rows_of_region(rules: Sequence[Rule], statuses: Mapping[UUID, StatusEntry]) -> Iterator[Row]:
    """The events of a region's notifications, the statuses that its `rules` name (S3.5), and what else they are for."""
    named = {rule.status_id for rule in rules}
    return rows(rules, {id: status for id, status in statuses.items() if id in named}, OF_REGIONS)


def _in_order(statuses: Mapping[UUID, StatusEntry]) -> list[UUID]:
    """As the company has them: those in use in their order, then the retired ones."""
    entries = sorted(statuses.values(), key=lambda entry: (not entry.active, entry.position, entry.name))
    return [entry.id for entry in entries]


def _row(
    trigger: Trigger, rules: Iterable[Rule], status_id: UUID | None = None, status: StatusEntry | None = None
) -> Row:
    title = status.name if status else "A status that is gone" if status_id else TITLES[trigger]
    cells: dict[Channel, list[Rule]] = {channel: [] for channel in Channel}
    for rule in sorted(rules, key=precedence):
        cells[rule.channel].append(rule)
    return Row(trigger, title, status_id, status, cells)


class Reach(StrEnum):
    """Whether an outbound setting is on for a kind of customer."""

    ON = "on"
    SOME = "some"
    """Only for those with certain tags."""
    OFF = "off"


def reach(rules: Iterable[Rule], kind: CustomerKind) -> Reach:
    """Whether one of the company's `rules` is on for customers of this kind."""
    active = [rule for rule in rules if rule.active and rule.region_id is None and kind in rule.customer_kinds]
    if not active:
        return Reach.OFF
    return Reach.SOME if all(rule.tags for rule in active) else Reach.ON


def cell_of(rules: Iterable[Rule], status_id: UUID, channel: Channel) -> list[Rule]:
    """The rules that are for this status, by this channel, and for every customer of the company."""
    return [
        rule
        for rule in rules
        if (rule.trigger, rule.status_id, rule.channel) == (Trigger.STATUS_SET, status_id, channel)
        and rule.region_id is None
        and not rule.tags
        and len(rule.customer_kinds) == len(CustomerKind)
    ]
