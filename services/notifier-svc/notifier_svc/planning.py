"""From events to the log: gathers what the domain needs to decide, lets it decide, stores the decisions."""

import logging
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from asyncpg import Record

from contracts.customer_requests import InvitationRequested, TextRequest
from contracts.deliveries import DeliveryState
from contracts.events import JobEvent, ServiceRequestEvent
from contracts.profiles import CompanyProfile, CustomerProfile, PauseCause
from contracts.topics import CUSTOMER_REQUESTS, DELIVERIES, JOBS, MESSAGES
from notifier_svc.domain import changes, delivery, plan
from notifier_svc.domain.changes import BREAKER as BY_ITSELF
from notifier_svc.domain.delivery import Delivery
from notifier_svc.domain.gates import Circumstances
from notifier_svc.domain.hindsight import is_noted
from notifier_svc.domain.keys import Keys
from notifier_svc.domain.model import Block, Decision, Rule
from notifier_svc.domain.people import addresses
from notifier_svc.domain.timing import limits_of
from notifier_svc.domain.triggers import Occurrence
from notifier_svc.domain.volume import Breaker, hours
from notifier_svc.store import changes as changes_log
from notifier_svc.store import hindsight, pauses, templates, volume
from notifier_svc.store import planning as store
from servicekit import clock, cloudevents, copies, deadletters, inbox, outbox
from servicekit.cloudevents import Event
from servicekit.db import Tx
from servicekit.deadletters import DeadLetter
from servicekit.isolation import isolated
from servicekit.outbox import Message
from servicekit.telemetry import meter

log = logging.getLogger(__name__)

BREAKER = Breaker()
WAIT_FOR_CUSTOMER = timedelta(hours=24)

_planned = meter.create_counter("fieldbell_deliveries_planned_total", description="Decisions, by what they were.")

JOBS_GROUP = "notifier-svc.jobs"

REQUESTS_GROUP = "notifier-svc.customer-requests"

PlannedEvent = Event[JobEvent] | Event[ServiceRequestEvent] | Event[TextRequest] | Event[InvitationRequested]


class CompanyUnknown(Exception):
    """A day after its event a company has no profile here, and so no rules: a person must look."""


@dataclass(frozen=True)
class Facts:
    """What is known, from this service's own copies, about those whom some occurrences concern."""

    customers: Mapping[UUID, CustomerProfile]
    companies: Mapping[UUID, CompanyProfile]
    rules: Mapping[UUID, Sequence[Rule]]
    """By company: those that wait for what happened."""
    blocked: Mapping[UUID, frozenset[Block]]
    """By customer: the blocks of their addresses."""
    phones: Collection[UUID]
    """The companies that have an account to text and call with."""
    paused: Collection[UUID]
    """The companies that must not send now."""

    def cover(self, occurrence: Occurrence) -> bool:
        """Whether the occurrence can be planned."""
        customer = self.customers.get(occurrence.customer_id)
        known = customer is not None and customer.version >= occurrence.customer_version
        return known and occurrence.company_id in self.companies


async def plan_events(tx: Tx, keys: Keys, events: Sequence[PlannedEvent], breaker: Breaker = BREAKER) -> set[str]:
    """Plan what `events` make due; park those whose customer is not known yet, and all that follow them.

    Returns the ids of those that the log has now, or may have when they are released.
    """
    telling = {event.id: occurrence for event in events if (occurrence := occurrence_of(event)).tells}
    occurrences = list(telling.values())
    facts = await gather(tx, keys, occurrences)
    waiting = await store.customers_with_parked(tx, {o.customer_id for o in occurrences})
    ready = [o for o in occurrences if facts.cover(o) and o.customer_id not in waiting]
    parked = telling.keys() - {str(o.id) for o in ready}
    await store.park(tx, [_parked(e, telling[e.id]) for e in events if e.id in parked])
    return parked | await plan_all(tx, keys, ready, facts, clock.now(), breaker)


async def release(tx: Tx, keys: Keys, breaker: Breaker = BREAKER) -> int:
    """Plan parked events that can be planned now, in order; those that waited a day as of an unknown customer.

    One that always fails becomes a dead letter and stops no other. Returns how many were taken.
    """
    parked = await store.take_parked(tx, WAIT_FOR_CUSTOMER)

    async def work(some: Sequence[Record]) -> None:
        events = [event for row in some if (event := cloudevents.decode(row["headers"], row["body"]))]
        occurrences = [occurrence_of(event) for event in events]
        facts = await gather(tx, keys, occurrences)
        await plan_all(tx, keys, occurrences, facts, clock.now(), breaker)

    async def give_up(row: Record, error: Exception) -> None:
        headers, why = row["headers"], f"{type(error).__name__} when released"
        requested = MESSAGES[headers["ce_type"]] in CUSTOMER_REQUESTS.messages
        topic, group = (CUSTOMER_REQUESTS, REQUESTS_GROUP) if requested else (JOBS, JOBS_GROUP)
        letter = DeadLetter(f"{topic.name}/parked/{row['seq']}", headers["ce_subject"], headers, row["body"], why)
        await deadletters.add(tx, [letter])
        await inbox.forget(tx, group, headers["ce_id"])

    await isolated(tx, parked, work, give_up)
    return len(parked)


def occurrence_of(event: PlannedEvent) -> Occurrence:
    """The event as the domain sees it."""
    return Occurrence(UUID(event.id), event.company_id, event.time, event.data, event.traceparent)


def _parked(event: PlannedEvent, occurrence: Occurrence) -> store.Parked:
    headers, body = cloudevents.headers(event), event.data.model_dump_json().encode()
    return store.Parked(event.company_id, occurrence.customer_id, occurrence.customer_version, headers, body)


async def plan_all(
    tx: Tx, keys: Keys, occurrences: Sequence[Occurrence], facts: Facts, now: datetime, breaker: Breaker = BREAKER
) -> set[str]:
    """Decide, and store what was decided; returns the ids of the events that left something."""
    rows = await decided(tx, keys, [(o, now) for o in occurrences], facts)
    answered = {row.occurrence_id for row in rows}
    await hindsight.note(tx, [o for o in occurrences if o.id not in answered and is_noted(o)])
    added = await store.add(tx, occurrences, rows)
    new = [row for row in rows if row.id in added]
    # What goes at once is told when it has gone.
    told = [row for row in new if row.state is not DeliveryState.QUEUED or row.due_at > now or row.waits_for]
    await outbox.add(tx, [message_of(row, now) for row in told])
    how = Counter((row.state, row.reason, row.channel) for row in new)
    for (state, reason, channel), count in how.items():
        _planned.add(count, {"state": state, "reason": reason or "", "channel": channel})
    await _break(tx, new, breaker)
    return {str(id) for id in answered}


async def decided(
    tx: Tx, keys: Keys, occurrences: Sequence[tuple[Occurrence, datetime]], facts: Facts
) -> list[Delivery]:
    """The log's rows about occurrences, each as it is decided at its time; for the dry run, too. Stores nothing."""
    made = [(o, _decide(o, facts, now)) for o, now in occurrences]
    published = await templates.published(tx, {id for _, ds in made for d in ds if (id := d.template_id)})
    return [row for o, decisions in made for row in delivery.deliveries(o, decisions, published, keys)]


async def _break(tx: Tx, new: Iterable[Delivery], breaker: Breaker) -> None:
    """Pause who is about to send far more than usual: what was just planned is not claimed before this commits."""
    for company_id in await volume.excessive(tx, hours(new), breaker):
        if not (before := await pauses.find(tx, company_id)).paused:
            pause = await pauses.put(tx, company_id, paused=True, cause=PauseCause.VOLUME)
            await changes_log.add(tx, BY_ITSELF, changes.of_pause(pause, before))
            log.error("a company is about to send far more than usual: paused", extra={"company_id": str(company_id)})


def _decide(occurrence: Occurrence, facts: Facts, now: datetime) -> list[Decision]:
    if occurrence.company_id not in facts.companies:
        raise CompanyUnknown(occurrence.company_id)
    rules = facts.rules[occurrence.company_id]
    if not facts.cover(occurrence):
        return plan.unknown_customer(occurrence, rules, now)
    customer, company = facts.customers[occurrence.customer_id], facts.companies[occurrence.company_id]
    circumstances = Circumstances(customer, company, facts.blocked[customer.id], company.id in facts.phones)
    limits = limits_of(company, paused=company.id in facts.paused)
    return plan.plan(occurrence, rules, circumstances, now, limits)


def message_of(row: Delivery, now: datetime) -> Message:
    """What others hear of a decision."""
    return Message(DELIVERIES, str(row.id), row.company_id, row.updated(now), time=now, traceparent=row.traceparent)


async def gather(tx: Tx, keys: Keys, occurrences: Sequence[Occurrence]) -> Facts:
    """What is known about those whom `occurrences` concern."""
    company_ids = {o.company_id for o in occurrences}
    owners = {o.customer_id: o.company_id for o in occurrences}
    stored = await copies.find(tx, {"customers": owners.keys(), "companies": company_ids})
    profiles = [CustomerProfile.model_validate_json(text) for text in stored["customers"].values()]
    # One of another company than the event's is as unknown as none.
    customers = {profile.id: profile for profile in profiles if profile.company_id == owners[profile.id]}
    rules, phones = await store.rules_of(tx, company_ids, {o.trigger for o in occurrences if o.trigger})
    return Facts(
        customers,
        {id: CompanyProfile.model_validate_json(text) for id, text in stored["companies"].items()},
        rules,
        await _blocked(tx, keys, customers.values()),
        phones,
        await pauses.paused(tx, company_ids),
    )


async def _blocked(tx: Tx, keys: Keys, customers: Iterable[CustomerProfile]) -> dict[UUID, frozenset[Block]]:
    places = {
        c.id: {(channel, key): keys.address(c.company_id, channel, key) for channel, key in addresses(c)}
        for c in customers
    }
    found = await store.blocked(tx, {h for hashes in places.values() for h in hashes.values()})
    return {
        id: frozenset(Block(*place, *block) for place, h in hashes.items() for block in found.get(h, ()))
        for id, hashes in places.items()
    }
