"""D7's cases as customers of real companies: each has a contact and a recipient against whom the same stands.

All is as of the business clock, which stands still meanwhile.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid4, uuid5

from contracts import events
from contracts.deliveries import Category, Channel
from contracts.jobs import Job, JobKind
from contracts.profiles import CompanyProfile, CustomerProfile, SandboxMode
from contracts.triggers import SCHEDULED, Trigger
from notifier_svc.domain.keys import Keys
from notifier_svc.domain.model import Block, Rule
from notifier_svc.domain.series import Timing
from notifier_svc.domain.triggers import default_max_age
from notifier_svc.store import rules, senders, templates
from notifier_svc.tests import gates_oracle as oracle
from notifier_svc.tests.factories import (
    COMPANY,
    a_job,
    a_phone_account,
    a_rule,
    a_sender,
    a_template,
    a_visit,
    an_event,
    an_invoice,
)
from notifier_svc.tests.gates_oracle import Case
from notifier_svc.tests.gates_world import PLACE, REGION, made_world
from servicekit import clock, copies
from servicekit.db import Tx

OF_COMPANY = {
    "inactive rule",
    "inactive region",
    "phone not set up",
    "sandbox",
    "on the sandbox's allow-list",
    "too near",
}
"""What stands against all customers of a company alike."""
VERSION = 4
"""Of the words of a company's first rule; the next rule has the next one."""


@dataclass
class House:
    """A company, and its customers against whom this stands, too."""

    id: UUID
    category: Category
    regional: bool
    against: frozenset[str]
    rules: Sequence[Rule]
    company: CompanyProfile | None = None
    allowed: list[str] = field(default_factory=list)


@dataclass
class Posed:
    """A customer with a job, and what stands against messages about it."""

    house: House
    against: frozenset[str]
    customer: CustomerProfile
    blocked: frozenset[Block]
    job: Job

    def cases(self) -> Iterator[Case]:
        """The table's cases that this one poses."""
        for recipient in (False, True):
            if not (recipient and self.against & oracle.NOT_OF_RECIPIENTS):
                for channel in Channel:
                    yield Case(self.house.category, channel, recipient, self.against, self.house.regional, planned=True)


def posed(name: str, trigger: Trigger, category: Category, most: int) -> list[Posed]:
    """Every combination of up to `most` of what can be against what `name` starts, by rules of company and region."""
    nos = [*oracle.WITHOUT_RECIPIENT, *oracle.OLD, *oracle.BY_RECIPIENT, *oracle.HARMLESS]
    houses: dict[tuple[bool, frozenset[str]], House] = {}
    found: list[Posed] = []
    for regional in (False, True):
        for against in oracle.combinations_of(nos, recipient=False, most=most):
            key = regional, against & OF_COMPANY
            house = houses.get(key) or houses.setdefault(key, _house(name, *key, trigger, category))
            found.append(_pose(house, against, len(found), trigger))
    return found


def _house(name: str, regional: bool, against: frozenset[str], trigger: Trigger, category: Category) -> House:
    id = uuid5(COMPANY, f"{name} {regional} {sorted(against)}")
    made = [
        a_rule(
            trigger,
            company_id=id,
            channel=channel,
            active="inactive rule" not in against,
            region_id=REGION if regional else None,
            max_age=default_max_age(category),
            timing=_timing(trigger, near="too near" in against) if trigger in SCHEDULED else None,
        )
        for channel in Channel
    ]
    return House(id, category, regional, against, made)


def _timing(trigger: Trigger, *, near: bool) -> Timing:
    """A reminder of an estimate is too near only where it goes on the day that the estimate was sent."""
    if trigger is Trigger.VISIT_REMINDER:
        return Timing(hours_before=24 * 14)
    return Timing(days_after=0 if near else 1, at=time(0))


def _pose(house: House, against: frozenset[str], number: int, trigger: Trigger) -> Posed:
    contact = made_world(against, False, f"c{number}@example.com", f"+1303{2 * number:07d}")
    other = made_world(against, True, f"r{number}@example.com", f"+1303{2 * number + 1:07d}")
    allowed = [*contact.circumstances.company.sandbox.allow_list, *other.circumstances.company.sandbox.allow_list]
    house.company = contact.circumstances.company
    house.allowed += allowed
    places = other.customer.service_addresses
    if against & oracle.NOT_OF_RECIPIENTS:
        places = tuple(place.model_copy(update={"recipients": ()}) for place in places)
    ids = {"id": uuid4(), "company_id": house.id}
    customer = contact.customer.model_copy(update=ids | {"service_addresses": places})
    job = _job(customer, against, trigger)
    return Posed(house, against, customer, contact.circumstances.blocked | other.circumstances.blocked, job)


def _job(customer: CustomerProfile, against: frozenset[str], trigger: Trigger) -> Job:
    """With a visit that is to be reminded of since yesterday, or for longer than that is news."""
    now = clock.now()
    starts = now + timedelta(days=6 if against & {"too old", "too near"} else 13)
    return a_job(
        id=uuid4(),
        company_id=customer.company_id,
        customer_id=customer.id,
        service_address_id=PLACE,
        kind=JobKind.ESTIMATE if trigger in (Trigger.ESTIMATE_REMINDER, Trigger.ESTIMATE_CREATED) else JobKind.JOB,
        visits=(a_visit(starts_at=starts, ends_at=starts + timedelta(hours=2)),),
        created_at=now,
    )


def before(each: Posed, trigger: Trigger) -> tuple[Any, datetime]:
    """How the job came to be known, and when: of a reminder what it reminds of."""
    now = clock.now()
    age = timedelta(days=10 if "too old" in each.against else 3)
    heard = now if "too near" in each.against else now - timedelta(days=20)
    notify = "told not to notify" not in each.against
    match trigger:
        case Trigger.VISIT_REMINDER:
            return an_event(events.JobCreated, job=each.job, notify=notify), heard
        case Trigger.ESTIMATE_REMINDER:
            return an_event(events.EstimateSent, job=each.job, notify=notify), now - age
        case Trigger.INVOICE_REMINDER:
            invoice = an_invoice(due_on=(now - age).date())
            return an_event(events.InvoiceIssued, job=each.job, invoice=invoice, notify=notify), heard
        case Trigger.FOLLOW_UP:
            closed = each.job.model_copy(update={"closed_at": now - age})
            return an_event(events.WOClosed, job=closed, notify=notify), heard
    return an_event(events.JobSnapshot, job=each.job), now


async def know(tx: Tx, keys: Keys, cases: Iterable[Posed]) -> None:
    """Let companies, customers, rules, templates, senders and blocks be known."""
    cases = list(cases)
    houses = {each.house.id: each.house for each in cases}
    await copies.put(tx, "companies", [_profile(house) for house in houses.values()])
    await copies.put(tx, "customers", [each.customer for each in cases])
    await rules.add(tx, [rule for house in houses.values() for rule in house.rules])
    worded = [(rule, n) for house in houses.values() for n, rule in enumerate(house.rules, VERSION)]
    entries = [
        a_template(id=rule.template_id, company_id=rule.company_id, channel=rule.channel, published_version=n)
        for rule, n in worded
    ]
    await copies.put(tx, templates.KIND, entries)
    for house in houses.values():
        if "phone not set up" not in house.against:
            number = f"+1720{house.id.int % 10**7:07d}"
            account = a_phone_account(house.id, numbers=(number,), messages_per_second=10_000)
            await senders.put(tx, a_sender(house.id, phone=account), 1)
    rows = [
        (each.house.id, b.channel, keys.address(each.house.id, b.channel, b.address), b.scope, b.cause)
        for each in cases
        for b in each.blocked
    ]
    sql = "insert into block (company_id, channel, address_hash, scope, cause) values ($1, $2, $3, $4, $5)"
    await tx.executemany(sql, rows)
    await tx.execute("delete from outbox")


def _profile(house: House) -> CompanyProfile:
    assert house.company
    sandbox = SandboxMode(on=house.company.sandbox.on, allow_list=tuple(dict.fromkeys(house.allowed)))
    return house.company.model_copy(update={"id": house.id, "company_id": house.id, "sandbox": sandbox})
