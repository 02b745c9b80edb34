"""A planned delivery: a decision with its id, as the log will hold it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from contracts.addresses import mask
from contracts.deliveries import Category, Channel, DeliveryState, DeliveryUpdated, Lane, Reason
from notifier_svc.domain.keys import Keys
from notifier_svc.domain.model import Decision, OwnTrigger, Skip, Wait
from notifier_svc.domain.trial import NOBODY, Trial
from notifier_svc.domain.triggers import Occurrence


@dataclass(frozen=True, slots=True)
class Delivery:
    """One row of the log, in the order of its columns."""

    occurred_month: date
    id: UUID
    company_id: UUID
    occurrence_id: UUID
    occurred_at: datetime
    trigger: str
    category: Category
    channel: Channel
    lane: Lane
    rule_id: UUID | None
    template_id: UUID | None
    template_version: int | None
    """The one it will be rendered with, whatever is published meanwhile; None: with the one in use when it is sent."""
    job_id: UUID | None
    customer_id: UUID
    recipient_id: UUID | None
    destination_id: UUID | None
    address: str | None
    masked_address: str | None
    state: DeliveryState
    reason: Reason | None
    due_at: datetime
    expires_at: datetime
    traceparent: str | None
    waits_for: Wait | None = None

    @property
    def test(self) -> bool:
        """Whether no customer is written to, but somebody of the office."""
        return self.trigger == OwnTrigger.TEST

    @property
    def owner_id(self) -> UUID:
        """Whose address it goes to: the customer's, with whom it is erased, or nobody's."""
        return NOBODY if self.test else self.customer_id

    def updated(self, now: datetime) -> DeliveryUpdated:
        """What other services hear of it."""
        return DeliveryUpdated(
            id=self.id,
            company_id=self.company_id,
            event_id=self.occurrence_id,
            trigger=self.trigger,
            category=self.category,
            channel=self.channel,
            state=self.state,
            reason=self.reason,
            rule_id=self.rule_id,
            template_id=self.template_id,
            template_version=self.template_version,
            job_id=self.job_id,
            customer_id=None if self.test else self.customer_id,
            recipient_id=self.recipient_id,
            masked_address=self.masked_address,
            occurred_at=self.occurred_at,
            updated_at=now,
            test=self.test,
        )


def month_of(moment: datetime) -> date:
    """The partition of what happened at `moment`: from the occurrence, never from the clock."""
    return moment.date().replace(day=1)


def deliveries(
    occurrence: Occurrence, decisions: Iterable[Decision], published: Mapping[UUID, int], keys: Keys
) -> list[Delivery]:
    """The rows of `decisions`; what is to be sent will be in the words that are `published` now."""
    return [_delivery(occurrence, decision, published, keys) for decision in decisions]


def _delivery(occurrence: Occurrence, decision: Decision, published: Mapping[UUID, int], keys: Keys) -> Delivery:
    rule, candidate = decision.rule, decision.candidate
    skipped = decision.verdict if isinstance(decision.verdict, Skip) else None
    of_office = isinstance(occurrence.data, Trial)
    person = candidate.person_id if candidate and not of_office else None
    key = candidate.key if candidate else ""
    apart = (rule.id, person) if skipped or not key else ()
    address = candidate.address if candidate else None
    return Delivery(
        occurred_month=month_of(occurrence.occurred_at),
        id=keys.delivery(occurrence.company_id, occurrence.id, rule.channel, key, 0, *apart),
        company_id=occurrence.company_id,
        occurrence_id=occurrence.id,
        occurred_at=occurrence.occurred_at,
        trigger=rule.trigger,
        category=rule.category,
        channel=rule.channel,
        lane=rule.lane,
        rule_id=rule.id,
        template_id=rule.template_id,
        template_version=published.get(decision.template_id) if decision.template_id else None,
        job_id=occurrence.job_id,
        customer_id=occurrence.customer_id,
        recipient_id=person,
        destination_id=keys.destination(
            occurrence.company_id, NOBODY if of_office else occurrence.customer_id, rule.channel, key
        )
        if address
        else None,
        address=address,
        masked_address=mask(address) if address else None,
        state=DeliveryState.SKIPPED if skipped else DeliveryState.QUEUED,
        reason=skipped.reason if skipped else None,
        due_at=decision.due_at,
        expires_at=decision.expires_at,
        traceparent=occurrence.traceparent,
        waits_for=decision.waits_for,
    )
