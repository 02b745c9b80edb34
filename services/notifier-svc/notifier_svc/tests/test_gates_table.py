"""D7's truth table: all that starts a message, by each channel, against what can stand in its way, in pairs, too."""

from collections.abc import Iterable, Iterator, Set
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from contracts import events
from contracts.customer_requests import (
    InvitationRequested,
    Purpose,
    SmsAnswerConfirmed,
    SmsPermissionRequested,
    TextRequest,
)
from contracts.deliveries import Category, Channel, Reason
from contracts.inbound import Scope
from contracts.jobs import Actor, JobKind, Role
from contracts.profiles import AdditionalRecipient, Contact, CustomerKind
from contracts.triggers import Trigger
from notifier_svc.domain import matrix
from notifier_svc.domain.gates import Circumstances, gate
from notifier_svc.domain.model import Decision, Send, Skip
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
    a_phone,
    a_reminder,
    a_rule,
    an_event,
    an_invoice,
    an_occurrence,
)
from notifier_svc.tests.gates_oracle import Case
from notifier_svc.tests.gates_rows import COMPANY_ROWS, REGION_ROWS, Row, rows
from notifier_svc.tests.gates_world import PLACE, REGION, World, a_world

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


def an_invitation(purpose: Purpose) -> InvitationRequested:
    """To nobody yet: whoever plans it says to whom."""
    ids = {name: uuid4() for name in ("id", "person_id", "email_id", "invitation_id")}
    whose = {"company_id": COMPANY, "customer_id": a_customer().id, "customer_version": 1}
    return InvitationRequested(**ids | whose, purpose=purpose, expires_at=NOW + timedelta(days=7))


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
# They are for one address of one contact, which they name.
INVITATIONS = {"invited": an_invitation(Purpose.CONFIRM), "new password": an_invitation(Purpose.RESET)}
STARTS = {name: (category, event) for category, named in EVENTS.items() for name, event in named.items()}
STARTS |= {name: (Category.ACCOUNT, event) for name, event in INVITATIONS.items()}
AGES = {Category.STATUS: timedelta(hours=2), Category.CONFIRMATION: timedelta(hours=24)}  # D13; others 7 d


def gate_cases(category: Category, channel: Channel, most: int = 2) -> Iterator[Case]:
    for recipient in (False,) if category is Category.BROADCAST else (False, True):
        for against in oracle.combinations_of([*oracle.BY_RECIPIENT, *oracle.HARMLESS], recipient, most):
            yield Case(category, channel, recipient, against)


def plan_cases(category: Category, channel: Channel, most: int = 2) -> Iterator[Case]:
    nos = [*oracle.WITHOUT_RECIPIENT, *oracle.OLD, *oracle.BY_RECIPIENT, *oracle.HARMLESS]
    named = category is Category.ACCOUNT
    for recipient in (False,) if named else (False, True):
        for against in oracle.combinations_of(nos, recipient, most):
            for regional in (False,) if named else (False, True):
                yield Case(category, channel, recipient, against, regional, planned=True)


def at_the_gate(case: Case) -> Reason | None:
    world = a_world(case.against, case.recipient)
    [candidate] = candidates(world.customer, PLACE, case.category, case.channel, world.circumstances.blocked)
    verdict = gate(case.category, candidate, world.circumstances)
    return verdict.reason if isinstance(verdict, Skip) else None


def by_the_planner(case: Case, event: Any) -> Outcome:
    [decision] = decisions(case, event)
    return decision.candidate is not None, decision.verdict.reason if isinstance(decision.verdict, Skip) else None


def decisions(case: Case, event: Any) -> list[Decision]:
    world = a_world(case.against, case.recipient)
    late = timedelta(seconds=1 if "too old" in case.against else 0)
    data = happening(event, case.against, world)
    occurrence = an_occurrence(data, occurred_at=NOW - AGES.get(case.category, timedelta(days=7)) - late)
    rule = a_rule(
        occurrence.trigger or Trigger.STATUS_SET,
        id=occurrence.rule_id or uuid4(),
        channel=case.channel,
        active="inactive rule" not in case.against,
        region_id=REGION if case.regional else None,
        status_id=uuid4() if "of another status" in case.against else None,
        customer_kinds=frozenset({CustomerKind.RESIDENTIAL}),
        max_age=default_max_age(case.category),
    )
    return plan(occurrence, [rule], world.circumstances, NOW)


def happening(event: Any, against: Set[str], world: World) -> Any:
    """The event, in the hands of whom it concerns."""
    match event:
        case InvitationRequested():
            [contact] = world.customer.contacts
            email_id = contact.emails[0].id if contact.emails else event.email_id
            return event.model_copy(update={"person_id": contact.id, "email_id": email_id})
        case Scheduled() if "too near" in against:
            return event.model_copy(update={"stale": Reason.TOO_NEAR})
        case _ if "told not to notify" in against:
            return event.model_copy(update={"notify": False})
    return event


def expected_of_the_planner(case: Case) -> Outcome:
    reason = oracle.expected(case)
    nobody = {reason for _, reason in oracle.WITHOUT_RECIPIENT.values()}
    if case.category is Category.ACCOUNT and "no address" in case.against:  # it named one that is gone
        nobody |= {Reason.NO_ADDRESS, Reason.TOO_OLD, Reason.ARCHIVED}
    return reason not in nobody, reason


def mistakes(cases: Iterable[Case]) -> list[Case]:
    return [case for case in cases if at_the_gate(case) is not oracle.expected(case)]


@pytest.mark.parametrize("channel", Channel)
@pytest.mark.parametrize("category", Category)
def test_the_gate_says_what_the_table_says(category: Category, channel: Channel) -> None:  # D7, S0.22, S0.24
    assert mistakes(gate_cases(category, channel)) == []


@pytest.mark.parametrize("channel", Channel)
@pytest.mark.parametrize("starts", STARTS)
def test_the_planner_says_what_the_table_says(starts: str, channel: Channel) -> None:  # D7, D13, S3.13
    category, event = STARTS[starts]
    trigger = trigger_of(event)
    assert trigger
    assert CATEGORY[trigger] is category
    if category is Category.ACCOUNT and channel is not Channel.EMAIL:
        assert by_the_planner(Case(category, channel, recipient=False, against=frozenset()), event)[0] is False
        return
    for case in plan_cases(category, channel):
        assert by_the_planner(case, event) == expected_of_the_planner(case), case


@pytest.mark.parametrize(
    ("row", "regional"),
    [
        pytest.param(row, regional, id=f"{row.number}-{row.starts}-{row.channel}")
        for table, regional in ((COMPANY_ROWS, False), (REGION_ROWS, True))
        for row in rows(table)
    ],
)
def test_each_row_of_the_requirements_holds(
    row: Row, regional: bool
) -> None:  # S0.7 to S0.24, S1.6 to S1.19, S3.1 to S3.18
    category, event = STARTS[row.starts]

    def planned(*against: str) -> list[Reason | None]:
        case = Case(category, row.channel, recipient=False, against=frozenset(against), regional=regional)
        found = decisions(case, event)
        return [each.verdict.reason if isinstance(each.verdict, Skip) else None for each in found]

    assert planned() == [None]
    for no, reason in row.against.items():
        assert planned(no) == ([reason] if reason else []), no


@pytest.mark.proves("S3.15", "S3.16", "S3.17")
@pytest.mark.parametrize("starts", [name for name, (category, _) in STARTS.items() if category is not Category.ACCOUNT])
@pytest.mark.parametrize("job", [{}, {"kind": JobKind.ESTIMATE}, {"number": 7, "visits": ()}])
def test_what_a_region_tells_goes_at_once_whatever_the_job_and_without_a_portal(
    starts: str, job: dict[str, Any]
) -> None:
    _, event = STARTS[starts]
    world = a_world(frozenset(), recipient=False)
    assert world.circumstances.company.brand.portal_url is None
    if isinstance(event, events.JobEvent):
        event = event.model_copy(update={"job": event.job.model_copy(update=job)})
    occurrence = an_occurrence(event)
    assert occurrence.trigger
    rule = a_rule(occurrence.trigger, id=occurrence.rule_id or uuid4(), region_id=REGION)
    [decision] = plan(occurrence, [rule], world.circumstances, NOW)
    assert (decision.verdict, decision.due_at, decision.waits_for) == (Send(), NOW, None)


@pytest.mark.parametrize(
    ("kind", "category"), [(SmsPermissionRequested, Category.ACCOUNT), (SmsAnswerConfirmed, Category.SYSTEM)]
)
def test_texts_that_bring_their_words_need_what_every_message_needs(
    kind: type[TextRequest], category: Category
) -> None:  # D7, S1.18, S1.19
    nos = ["phone not set up", *oracle.BY_RECIPIENT, *oracle.HARMLESS]
    for recipient in (False, True):
        for against in oracle.combinations_of(nos, recipient):
            case = Case(category, Channel.SMS, recipient, against, planned=True, own_words=True)
            world = a_world(against, recipient)
            [decision] = plan(an_occurrence(a_text(kind, world)), [], world.circumstances, NOW)
            reason = decision.verdict.reason if isinstance(decision.verdict, Skip) else None
            assert reason is oracle.expected(case), case


def a_text(kind: type[TextRequest], world: World) -> TextRequest:
    recipients: tuple[Contact | AdditionalRecipient, ...] = world.customer.service_addresses[0].recipients
    [person] = recipients or world.customer.contacts
    phone = person.phones[0] if person.phones else a_phone()
    ids = {"id": uuid4(), "company_id": COMPANY, "customer_id": world.customer.id, "customer_version": 1}
    whose = {"person_id": person.id, "phone_id": phone.id, "consent": phone.sms_consent}
    return kind(**ids | whose, wording="Reply YES.")


def test_all_that_starts_a_message_is_in_the_table() -> None:
    assert {trigger_of(event) for _, event in STARTS.values()} == set(Trigger)


def test_there_are_thousands_of_cases_and_each_reason_is_one() -> None:
    at_gate = [case for category in Category for channel in Channel for case in gate_cases(category, channel)]
    planned = [case for category in EVENTS for channel in Channel for case in plan_cases(category, channel, most=1)]
    assert len(at_gate) > 10_000
    assert len(planned) * len(STARTS) > 10_000
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
