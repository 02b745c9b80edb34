"""D7's truth table: each category by each channel, against all that can stand in the way, alone and in pairs."""

from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from contracts import events
from contracts.deliveries import Category, Channel, Reason
from contracts.inbound import Scope
from contracts.jobs import Actor, JobKind, Role
from contracts.triggers import Trigger
from notifier_svc.domain import matrix
from notifier_svc.domain.gates import Circumstances, gate
from notifier_svc.domain.model import Skip
from notifier_svc.domain.people import candidates
from notifier_svc.domain.plan import plan
from notifier_svc.domain.scheduled import Scheduled
from notifier_svc.domain.triggers import CATEGORY, default_max_age, trigger_of
from notifier_svc.tests import gates_oracle as oracle
from notifier_svc.tests.factories import (
    COMPANY,
    NOW,
    a_company,
    a_customer,
    a_job,
    a_payment,
    a_reminder,
    a_rule,
    an_event,
    an_invoice,
    an_occurrence,
)
from notifier_svc.tests.gates_oracle import Case
from notifier_svc.tests.gates_world import PLACE, REGION, a_world

Outcome = tuple[bool, Reason | None]
"""(whether the row names a recipient, why not)."""


def a_request(kind: type[events.ServiceRequestEvent]) -> Any:
    request = events.ServiceRequest(
        id=uuid4(),
        company_id=COMPANY,
        version=1,
        customer_id=a_customer().id,
        service_address_id=PLACE,
        summary="No hot water",
        received_at=NOW,
    )
    return kind(request=request, command_id=uuid4(), actor=Actor(id="ann", role=Role.DISPATCHER))


# D7's column "triggers"; broadcasts have none yet and are tested at the gate.
EVENTS: dict[Category, dict[str, Any]] = {
    Category.CONFIRMATION: {
        "estimate created": an_event(events.JobCreated, job=a_job(kind=JobKind.ESTIMATE)),
        "job created": an_event(events.JobCreated),
        "estimate accepted": an_event(events.EstimateDecided, decision=events.Decision.ACCEPTED),
        "updated": an_event(events.JobUpdated, changes=(events.Change.VISIT,)),
        "cancelled": an_event(events.JobCancelled),
    },
    Category.STATUS: {"status set": an_event(), "work order closed": an_event(events.WOClosed)},
    Category.REQUEST: {
        "received": a_request(events.ServiceRequestReceived),
        "accepted": a_request(events.ServiceRequestAccepted),
        "rejected": a_request(events.ServiceRequestRejected),
    },
    Category.RECEIPT: {
        "deposit": an_event(events.PaymentReceived, payment=a_payment(kind=events.PaymentKind.DEPOSIT)),
        "invoice payment": an_event(events.PaymentReceived, payment=a_payment()),
    },
    Category.INVOICE: {"invoice issued": an_event(events.InvoiceIssued, invoice=an_invoice())},
    Category.SERVICE_REMINDER: {
        "visit": a_reminder(Trigger.VISIT_REMINDER),
        "estimate": a_reminder(Trigger.ESTIMATE_REMINDER),
    },
    Category.INVOICE_REMINDER: {"until paid": a_reminder(Trigger.INVOICE_REMINDER)},
    Category.FOLLOW_UP: {"days after close": a_reminder(Trigger.FOLLOW_UP)},
}
AGES = {Category.STATUS: timedelta(hours=2), Category.CONFIRMATION: timedelta(hours=24)}  # D13; others 7 d


def gate_cases(category: Category, channel: Channel, most: int = 2) -> Iterator[Case]:
    for recipient in (False,) if category is Category.BROADCAST else (False, True):
        for against in oracle.combinations_of([*oracle.BY_RECIPIENT, *oracle.HARMLESS], recipient, most):
            yield Case(category, channel, recipient, against)


def plan_cases(category: Category, channel: Channel, most: int = 2) -> Iterator[Case]:
    nos = [*oracle.WITHOUT_RECIPIENT, *oracle.OLD, *oracle.BY_RECIPIENT, *oracle.HARMLESS]
    for recipient in (False, True):
        for against in oracle.combinations_of(nos, recipient, most):
            for regional in (False, True):
                yield Case(category, channel, recipient, against, regional, planned=True)


def at_the_gate(case: Case) -> Reason | None:
    world = a_world(case.against, case.recipient)
    [candidate] = candidates(world.customer, PLACE, case.category, case.channel, world.circumstances.blocked)
    verdict = gate(case.category, candidate, world.circumstances)
    return verdict.reason if isinstance(verdict, Skip) else None


def by_the_planner(case: Case, event: Any) -> Outcome:
    world = a_world(case.against, case.recipient)
    late = timedelta(seconds=1 if "too old" in case.against else 0)
    near = {"stale": Reason.TOO_NEAR} if "too near" in case.against and isinstance(event, Scheduled) else {}
    data = event.model_copy(update={"notify": "told not to notify" not in case.against} | near)
    occurrence = an_occurrence(data, occurred_at=NOW - AGES.get(case.category, timedelta(days=7)) - late)
    rule = a_rule(
        occurrence.trigger or Trigger.STATUS_SET,
        id=occurrence.rule_id or uuid4(),
        channel=case.channel,
        active="inactive rule" not in case.against,
        region_id=REGION if case.regional else None,
        max_age=default_max_age(case.category),
    )
    [decision] = plan(occurrence, [rule], world.circumstances, NOW)
    return decision.candidate is not None, decision.verdict.reason if isinstance(decision.verdict, Skip) else None


def expected_of_the_planner(case: Case) -> Outcome:
    reason = oracle.expected(case)
    return reason not in {reason for _, reason in oracle.WITHOUT_RECIPIENT.values()}, reason


def mistakes(cases: Iterable[Case]) -> list[Case]:
    return [case for case in cases if at_the_gate(case) is not oracle.expected(case)]


@pytest.mark.parametrize("channel", Channel)
@pytest.mark.parametrize("category", Category)
def test_the_gate_says_what_the_table_says(category: Category, channel: Channel) -> None:  # D7, S0.22, S0.24
    assert mistakes(gate_cases(category, channel)) == []


@pytest.mark.parametrize("channel", Channel)
@pytest.mark.parametrize("category", EVENTS)
def test_the_planner_says_what_the_table_says(category: Category, channel: Channel) -> None:  # D7, D13, S3.13
    event = next(iter(EVENTS[category].values()))
    for case in plan_cases(category, channel):
        assert by_the_planner(case, event) == expected_of_the_planner(case), case


@pytest.mark.parametrize(("category", "name"), [(category, name) for category in EVENTS for name in EVENTS[category]])
def test_every_trigger_is_gated_as_its_category(category: Category, name: str) -> None:  # D7
    event = EVENTS[category][name]
    trigger = trigger_of(event)
    assert trigger
    assert CATEGORY[trigger] is category
    for case in (case for channel in Channel for case in plan_cases(category, channel, most=1)):
        assert by_the_planner(case, event) == expected_of_the_planner(case), case


def test_every_trigger_is_in_the_table() -> None:
    name_their_person = {Trigger.ACCOUNT_INVITED, Trigger.ACCOUNT_RESET}  # test_invitations.py
    in_table = {trigger_of(event) for named in EVENTS.values() for event in named.values()}
    assert in_table | name_their_person == set(Trigger)
    assert not in_table & name_their_person


def test_there_are_thousands_of_cases_and_each_reason_is_one() -> None:
    at_gate = [case for category in Category for channel in Channel for case in gate_cases(category, channel)]
    planned = [case for category in EVENTS for channel in Channel for case in plan_cases(category, channel)]
    assert len(at_gate) > 10_000
    assert len(planned) > 10_000
    nos = oracle.WITHOUT_RECIPIENT | oracle.OLD | oracle.BY_RECIPIENT
    assert {oracle.expected(case) for case in at_gate + planned} == {None, *(reason for _, reason in nos.values())}


@pytest.mark.parametrize("channel", Channel)
def test_an_additional_recipient_gets_no_broadcast(channel: Channel) -> None:  # D1
    world = a_world(frozenset(), recipient=True)
    assert candidates(world.customer, PLACE, Category.BROADCAST, channel, frozenset()) == []


@pytest.mark.parametrize(
    ("archived", "late", "reason"),
    [(True, 1, Reason.TOO_OLD), (True, 0, Reason.ARCHIVED), (False, 0, Reason.NO_ADDRESS)],
)
def test_where_there_is_nobody_the_first_no_is_named_too(archived: bool, late: int, reason: Reason) -> None:
    rule = a_rule(max_age=timedelta(0))
    occurrence = an_occurrence(occurred_at=NOW - timedelta(seconds=late))
    customer = a_customer(archived=archived, contacts=())
    [decision] = plan(occurrence, [rule], Circumstances(customer, a_company(), frozenset()), NOW)
    assert (decision.verdict, decision.candidate) == (Skip(reason), None)


def test_every_scope_of_a_block_is_in_the_table() -> None:
    assert set(matrix.GROUPS.values()) | {Scope.EVERYTHING} == set(Scope)
