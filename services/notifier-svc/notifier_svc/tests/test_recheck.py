"""Asked again before sending: each case of D7's table once more, with what can have changed since it was planned."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache
from typing import Any
from uuid import UUID, uuid4

import pytest

from contracts import events
from contracts.deliveries import Category, Channel, DeliveryState, Lane, Reason
from contracts.inbound import Cause, Scope
from contracts.profiles import Consent, CustomerKind, Region
from contracts.triggers import Trigger
from notifier_svc.domain.course import Course, after
from notifier_svc.domain.gates import Circumstances
from notifier_svc.domain.model import Block, Candidate, Decision, OwnTrigger, Rule, Send, Skip, Wait
from notifier_svc.domain.plan import plan
from notifier_svc.domain.recheck import (
    COPY_CATCHES_UP,
    COURSE_CATCHES_UP,
    Due,
    Present,
    Standing,
    reader_now,
    recheck,
)
from notifier_svc.domain.scheduled import Scheduled
from notifier_svc.domain.timing import When
from notifier_svc.domain.triggers import Occurrence, trigger_of
from notifier_svc.tests import gates_oracle as oracle
from notifier_svc.tests.factories import (
    NOW,
    a_company,
    a_contact,
    a_customer,
    a_due,
    a_job,
    a_phone,
    a_rule,
    an_email,
    an_event,
    an_occurrence,
    ruled,
)
from notifier_svc.tests.gates_oracle import Case
from notifier_svc.tests.gates_world import REGION, TAG, a_world
from notifier_svc.tests.test_gates_table import EVENTS, INVITATIONS

CLOSED = NOW - timedelta(minutes=1)
NUMBERS = ("+13035550101", "+13035550102")


def cases(category: Category, channel: Channel, most: int) -> Iterator[Case]:
    nos = dict.fromkeys([*oracle.BEFORE_SENDING_IN_ORDER, *oracle.HARMLESS])
    for recipient in (False, True):
        for against in oracle.combinations_of(nos, recipient, most):
            for regional in (False, True):
                yield Case(category, channel, recipient, against, regional, planned=True, sending=True)


@cache
def planned(
    category: Category, channel: Channel, recipient: bool, regional: bool, notify: bool
) -> tuple[Occurrence, Decision]:
    """What was decided when nothing stood in the way; it could have been imported with the answer "don't notify"."""
    event = next(iter(EVENTS[category].values()))
    occurrence = an_occurrence(event)
    rule = a_rule(
        trigger_of(event) or Trigger.STATUS_SET,
        id=occurrence.rule_id or uuid4(),
        channel=channel,
        region_id=REGION if regional else None,
        status_id=occurrence.status_id,
        customer_kinds=frozenset({CustomerKind.RESIDENTIAL}),
        tags=frozenset({TAG}),
        once_per_job=True,
    )
    [decision] = plan(occurrence, [rule], a_world(frozenset(), recipient).circumstances, NOW)
    assert decision.verdict == Send()
    told = event if notify else event.model_copy(update={"notify": False})
    return replace(occurrence, data=told), decision


def asked_again(case: Case) -> Reason | None:
    world, against = a_world(case.against, case.recipient), case.against
    occurrence, decision = planned(
        case.category, case.channel, case.recipient, case.regional, "told not to notify" not in against
    )
    due = a_due(occurrence, decision, expires_at=NOW + timedelta(seconds=0 if "expired" in against else 1))
    present = Present(
        customer=None if "customer deleted" in against else world.customer,
        company=world.circumstances.company,
        job=a_standing(due, against),
        rule=None if "rule deleted" in against else changed(ruled(decision), against),
        blocked=world.circumstances.blocked,
        now=NOW,
        phone_account=world.circumstances.phone_account,
        told_before=UUID(int=98) if "told before" in against else due.event_id,
        course=a_course(occurrence, against),
    )
    verdict = recheck(due, present)
    assert not isinstance(verdict, When)
    assert isinstance(verdict, Skip) or (verdict.person_id, verdict.key) == (due.recipient_id, due.address)
    return verdict.reason if isinstance(verdict, Skip) else None


def a_course(occurrence: Occurrence, against: frozenset[str]) -> Course | None:
    """How the job went on that is reminded of."""
    told = occurrence.data
    if not isinstance(told, Scheduled):
        return None
    visits = () if "visit moved" in against else told.job.visits
    job = told.job.model_copy(update={"visits": visits} | ({"closed_at": None} if "opened again" in against else {}))
    course = after(None, an_event(events.JobCreated, job=job), NOW)
    if told.invoice:
        kind = events.InvoicePaid if "invoice paid" in against else events.InvoiceIssued
        course = after(course, an_event(kind, job=job, invoice=told.invoice), NOW)
    return course


def a_standing(due: Due, against: frozenset[str]) -> Standing | None:
    told = due.occurrence
    moved = UUID(int=99) if "status moved on" in against else told.status_id or UUID(int=99)
    return Standing(moved, told.status_set_at, told.closed_at, cancelled="job cancelled" in against)


def changed(rule: Rule, against: frozenset[str]) -> Rule:
    elsewhere = {"status_id": UUID(int=98)} if "of another status" in against and rule.status_id else {}
    return replace(rule, active="inactive rule" not in against, **elsewhere)  # type: ignore[arg-type]


@pytest.mark.parametrize("channel", Channel)
@pytest.mark.parametrize("category", EVENTS)
def test_what_changed_since_it_was_planned_counts(category: Category, channel: Channel) -> None:  # D7, D9, D13, G4
    for case in cases(category, channel, most=2 if category is Category.STATUS else 1):
        assert asked_again(case) is oracle.expected(case), case


@pytest.mark.parametrize(
    ("category", "course", "job", "waits"),
    [
        (Category.SERVICE_REMINDER, 1, 2, True),
        (Category.SERVICE_REMINDER, 2, 2, False),
        (Category.SERVICE_REMINDER, 1, None, False),  # nothing newer was told of it
        (Category.SERVICE_REMINDER, None, 2, False),  # nothing to wait for
        (Category.CONFIRMATION, 1, 2, False),  # no reminder
    ],
)
def test_a_reminder_waits_until_its_jobs_course_knows_what_was_told_of_the_job(
    category: Category, course: int | None, job: int | None, waits: bool
) -> None:
    occurrence, decision = planned(category, Channel.EMAIL, recipient=False, regional=False, notify=True)
    world, due = a_world(frozenset(), recipient=False), a_due(occurrence, decision)
    known = after(None, an_event(events.JobCreated, job=occurrence.data.job), NOW)  # type: ignore[union-attr]
    present = Present(
        customer=world.customer,
        company=world.circumstances.company,
        job=replace(a_standing(due, frozenset()), version=job) if job else None,  # type: ignore[type-var]
        rule=ruled(decision),
        blocked=frozenset(),
        now=NOW,
        phone_account=True,
        course=known.model_copy(update={"version": course}) if course else None,
    )
    verdict = recheck(due, present)
    assert isinstance(verdict, When) is waits
    if isinstance(verdict, When):
        assert verdict.at == NOW + COURSE_CATCHES_UP
    copy = replace(due, as_it_was=True)  # of the same words, whatever became of the job
    assert not isinstance(recheck(copy, present), When)


@pytest.mark.parametrize(
    ("job", "reason"),
    [
        (Standing(UUID(int=99), status_set_at=NOW, closed_at=CLOSED), None),  # whatever its status is called
        (Standing(UUID(int=99), closed_at=None), Reason.STATUS_MOVED_ON),
        (Standing(UUID(int=99), closed_at=NOW), Reason.STATUS_MOVED_ON),  # and closed again: that is told by itself
        (Standing(UUID(int=99), closed_at=CLOSED, cancelled=True), Reason.STATUS_MOVED_ON),
    ],
)
def test_a_work_order_is_told_closed_only_while_it_is(job: Standing, reason: Reason | None) -> None:  # D9, G7
    occurrence = an_occurrence(an_event(events.WOClosed, job=a_job(closed_at=CLOSED)))
    rule = a_rule(Trigger.WORK_ORDER_CLOSED)
    customer, company = a_customer(), a_company()
    [decision] = plan(occurrence, [rule], Circumstances(customer, company, frozenset()), NOW)
    verdict = recheck(a_due(occurrence, decision), Present(customer, company, job, rule, frozenset(), NOW))
    assert (verdict.reason if isinstance(verdict, Skip) else None) is reason


@pytest.mark.parametrize(
    ("set_at", "reason"),
    [(CLOSED, None), (NOW, Reason.STATUS_MOVED_ON)],  # undone, and set again: that is told by itself
)
def test_a_status_is_told_as_of_the_last_time_it_was_set(set_at: datetime, reason: Reason | None) -> None:  # G7, G8
    occurrence = an_occurrence(an_event(job=a_job(status_set_at=CLOSED)))
    customer, company, rule = a_customer(), a_company(), a_rule()
    [decision] = plan(occurrence, [rule], Circumstances(customer, company, frozenset()), NOW)
    job = Standing(occurrence.status_id or UUID(int=0), status_set_at=set_at)
    verdict = recheck(a_due(occurrence, decision), Present(customer, company, job, rule, frozenset(), NOW))
    assert (verdict.reason if isinstance(verdict, Skip) else None) is reason


def a_text_to(customer: Any, circumstances: Circumstances | None = None) -> tuple[Due, Present]:
    """A text that was planned for this customer, and how the world stands."""
    occurrence, rule = an_occurrence(), a_rule(channel=Channel.SMS)
    circumstances = circumstances or Circumstances(customer, a_company(), frozenset())
    [decision] = plan(occurrence, [rule], circumstances, NOW)
    assert decision.verdict == Send()
    job = Standing(occurrence.status_id or UUID(int=0))
    return a_due(occurrence, decision), Present(customer, circumstances.company, job, rule, frozenset(), NOW)


def with_phones(*phones: Any) -> Any:
    return a_customer(contacts=(a_contact(id=UUID(int=11), phones=phones),))


def test_a_phone_that_became_eligible_since_does_not_take_a_message_from_the_one_planned() -> None:  # D1
    due, present = a_text_to(with_phones(a_phone(NUMBERS[0], Consent.REQUESTED), a_phone(NUMBERS[1])))
    both = with_phones(a_phone(NUMBERS[0]), a_phone(NUMBERS[1]))
    verdict = recheck(due, replace(present, customer=both))
    assert isinstance(verdict, Candidate)
    assert verdict.address == NUMBERS[1]


@pytest.mark.parametrize(
    ("now", "reason"),
    [
        (a_phone(NUMBERS[0], Consent.REVOKED), Reason.NO_SMS_CONSENT),  # S1.19
        (a_phone(NUMBERS[0], landline=True), Reason.LANDLINE),  # G3
        (a_phone("+13035550109"), Reason.ADDRESS_REMOVED),
    ],
)
def test_what_was_planned_for_a_phone_goes_to_no_other_of_that_person(now: Any, reason: Reason) -> None:  # S1.19
    due, present = a_text_to(with_phones(a_phone(NUMBERS[0]), a_phone(NUMBERS[1])))
    assert recheck(due, replace(present, customer=with_phones(now, a_phone(NUMBERS[1])))) == Skip(reason)


def test_a_phone_written_in_another_way_is_the_same() -> None:
    due, present = a_text_to(with_phones(a_phone(NUMBERS[0])))
    assert isinstance(recheck(replace(due, address="+1 303-555-0101"), present), Candidate)


def test_a_rule_that_now_goes_by_email_does_not_send_its_text_without_an_account() -> None:  # S3.13
    due, present = a_text_to(with_phones(a_phone()))
    by_email = replace(present.rule or a_rule(), channel=Channel.EMAIL)
    verdict = recheck(due, replace(present, rule=by_email, phone_account=False))
    assert verdict == Skip(Reason.PHONE_NOT_SET_UP)


def test_an_email_goes_though_its_rule_now_texts_and_the_company_cannot() -> None:
    due, present = a_text_to(with_phones(a_phone()))
    contact = a_customer().contacts[0]
    email = replace(due, channel=Channel.EMAIL, recipient_id=contact.id, address="maria@example.com")
    customer = a_customer(contacts=(contact,))
    assert isinstance(recheck(email, replace(present, customer=customer, phone_account=False)), Candidate)


@pytest.mark.parametrize(("account", "reason"), [(True, None), (False, Reason.PHONE_NOT_SET_UP)])
def test_a_text_of_no_rule_needs_an_account_and_no_rule(account: bool, reason: Reason | None) -> None:
    due, present = a_text_to(with_phones(a_phone()))
    verdict = recheck(replace(due, rule_id=None), replace(present, rule=None, phone_account=account))
    assert (verdict.reason if isinstance(verdict, Skip) else None) is reason


@pytest.mark.parametrize("lost", ["company", "another company's"])
def test_nothing_goes_for_a_company_that_is_not_known_or_to_anothers_customer(lost: str) -> None:
    due, present = a_text_to(with_phones(a_phone()))
    stranger = with_phones(a_phone()).model_copy(update={"company_id": UUID(int=77)})
    change: dict[str, Any] = {"company": None} if lost == "company" else {"customer": stranger}
    assert recheck(due, replace(present, **change)) == Skip(Reason.UNKNOWN_CUSTOMER)


def test_a_job_that_is_not_known_stops_nothing() -> None:
    due, present = a_text_to(with_phones(a_phone()))
    assert isinstance(recheck(due, replace(present, job=None)), Candidate)


def test_an_address_that_was_blocked_since_is_not_written_to() -> None:  # G4
    due, present = a_text_to(with_phones(a_phone(NUMBERS[0]), a_phone(NUMBERS[1])))
    blocked = frozenset({Block(Channel.SMS, NUMBERS[0], Scope.EVERYTHING, Cause.OPTED_OUT)})
    assert recheck(due, replace(present, blocked=blocked)) == Skip(Reason.OPTED_OUT)


def test_who_was_archived_and_lost_the_address_is_archived() -> None:  # D11
    due, present = a_text_to(with_phones(a_phone()))
    assert recheck(due, replace(present, customer=a_customer(archived=True, contacts=()))) == Skip(Reason.ARCHIVED)


def an_email_to_both(**over: Any) -> tuple[Due, Present]:
    """A confirmation for the primary contact and another; the delivery is the other's."""
    maria = a_contact(id=UUID(int=11))
    tom = a_contact(id=UUID(int=13), primary=False, emails=(an_email("tom@example.com"),))
    occurrence, rule = an_occurrence(an_event(events.JobCreated)), a_rule(Trigger.JOB_CREATED)
    circumstances = Circumstances(a_customer(contacts=(maria, tom)), a_company(), frozenset())
    [_, decision] = plan(occurrence, [rule], circumstances, NOW)
    present = Present(circumstances.customer, circumstances.company, None, rule, frozenset(), NOW)
    return a_due(occurrence, decision, **over), present


def test_what_became_a_regions_message_goes_to_the_primary_contact_only() -> None:  # D7 "Outbound setting"
    due, present = an_email_to_both()
    assert isinstance(recheck(due, present), Candidate)
    region = Region(id=UUID(int=31), name="North")
    assert present.customer
    assert present.rule
    regional = replace(
        present,
        rule=replace(present.rule, region_id=region.id),
        customer=present.customer.model_copy(update={"region_id": region.id}),
        company=a_company(regions=(region,)),
    )
    assert recheck(due, regional) == Skip(Reason.ADDRESS_REMOVED)


def test_another_person_with_the_same_address_does_not_stand_in() -> None:  # D8
    due, present = an_email_to_both()
    heir = a_contact(id=UUID(int=11), emails=(an_email("tom@example.com"),))
    assert recheck(due, replace(present, customer=a_customer(contacts=(heir,)))) == Skip(Reason.ADDRESS_REMOVED)


def test_an_invitation_goes_to_whom_it_names_though_its_rule_would_reach_others() -> None:  # S4.13
    maria = a_contact(id=UUID(int=11))
    tom = a_contact(id=UUID(int=13), primary=False, emails=tuple(map(an_email, ("old@example.com", "tom@example.com"))))
    customer, rule = a_customer(contacts=(maria, tom)), a_rule(Trigger.ACCOUNT_INVITED)
    named = {"person_id": tom.id, "email_id": tom.emails[1].id}
    occurrence = an_occurrence(INVITATIONS["invited"].model_copy(update=named))
    [decision] = plan(occurrence, [rule], Circumstances(customer, a_company(), frozenset()), NOW)
    present = Present(customer, a_company(), None, rule, frozenset(), NOW)
    verdict = recheck(a_due(occurrence, decision), present)
    assert isinstance(verdict, Candidate)
    assert (verdict.person_id, verdict.address) == (tom.id, "tom@example.com")


@pytest.mark.parametrize(("as_it_was", "reason"), [(False, Reason.STATUS_MOVED_ON), (True, None)])
def test_a_copy_of_the_same_words_goes_whatever_became_of_the_job(as_it_was: bool, reason: Reason | None) -> None:
    due, present = a_text_to(with_phones(a_phone()))
    moved_on = replace(present, job=Standing(UUID(int=99)))
    verdict = recheck(replace(due, as_it_was=as_it_was), moved_on)
    assert (verdict.reason if isinstance(verdict, Skip) else None) is reason


@pytest.mark.parametrize("lane", Lane)
def test_while_it_is_not_known_what_customers_wish_only_what_is_urgent_goes(lane: Lane) -> None:  # G4
    due, present = a_text_to(with_phones(a_phone()))
    verdict = recheck(replace(due, lane=lane), replace(present, behind=True, customer=None))
    later = When(NOW + COPY_CATCHES_UP, Wait.NEWS_OF_CUSTOMERS)
    assert verdict == (Skip(Reason.UNKNOWN_CUSTOMER) if lane is Lane.URGENT else later)


@pytest.mark.parametrize("test", [False, True])
def test_of_a_test_others_hear_no_customer(test: bool) -> None:  # G10
    due, _ = a_text_to(with_phones(a_phone()))
    told = replace(due, trigger=OwnTrigger.TEST if test else due.trigger)
    update = told.updated(DeliveryState.SENT, None, 1, 1, NOW)
    assert (update.test, update.customer_id) == (test, None if test else due.customer_id)


@pytest.mark.parametrize(
    ("mails", "reached"),
    [
        (("old@example.com", "tom@example.com"), "tom@example.com"),
        (("new@example.com", "other@example.com"), "new@example.com"),
        ((), None),
    ],
)
def test_a_copy_goes_to_the_same_address_or_to_one_that_its_reader_has_now(
    mails: tuple[str, ...], reached: str | None
) -> None:  # S3.20
    due, present = an_email_to_both()
    tom = a_contact(id=UUID(int=13), primary=False, emails=tuple(map(an_email, mails)))
    found = reader_now(due, a_customer(contacts=(a_contact(id=UUID(int=11)), tom)), present.rule)
    assert (found.address if found else "nobody") == (reached or "nobody")


def test_an_address_that_was_erased_since_is_written_to_no_more() -> None:
    due, present = an_email_to_both()
    assert recheck(replace(due, address=None), present) == Skip(Reason.ADDRESS_REMOVED)
