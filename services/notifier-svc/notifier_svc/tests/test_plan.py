"""Planning: who gets a row, and every "no" by its name."""

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from contracts import events
from contracts.deliveries import Category, Channel, Reason
from contracts.inbound import Cause, Scope
from contracts.jobs import JobKind
from contracts.profiles import Consent, ContactFlags, CustomerKind, RecipientFlags, Region, SandboxMode
from contracts.triggers import Trigger
from notifier_svc.domain.gates import Circumstances
from notifier_svc.domain.matrix import MATRIX, REASONS, needs
from notifier_svc.domain.model import Block, Decision, Flag, Send, Skip
from notifier_svc.domain.plan import plan, unknown_customer
from notifier_svc.domain.reasons import SENTENCES
from notifier_svc.domain.starters import starter_rules
from notifier_svc.domain.triggers import CATEGORY, trigger_of
from notifier_svc.tests.factories import (
    COMPANY,
    NOW,
    a_company,
    a_contact,
    a_customer,
    a_job,
    a_payment,
    a_phone,
    a_recipient,
    a_reminder,
    a_rule,
    a_status,
    a_visit,
    an_address,
    an_email,
    an_event,
    an_invoice,
    an_occurrence,
)

PAYMENT = an_event(events.PaymentReceived, payment=a_payment())
INVOICE = an_event(events.InvoiceIssued, invoice=an_invoice())
CREATED = an_event(events.JobCreated)


def planned(
    data: Any = None, rules: Any = None, customer: Any = None, company: Any = None, blocked: Any = (), **over: Any
) -> list[Decision]:
    occurrence = an_occurrence(data, **over)
    trigger = occurrence.trigger or Trigger.STATUS_SET
    rules = [a_rule(trigger)] if rules is None else rules
    circumstances = Circumstances(customer or a_customer(), company or a_company(), frozenset(blocked))
    return plan(occurrence, rules, circumstances, NOW)


def outcome(decision: Decision) -> tuple[str | None, Reason | None]:
    """(address, why not)."""
    address = decision.candidate.address if decision.candidate else None
    return address, decision.verdict.reason if isinstance(decision.verdict, Skip) else None


def outcomes(*args: Any, **kwargs: Any) -> list[tuple[str | None, Reason | None]]:
    return [outcome(decision) for decision in planned(*args, **kwargs)]


def with_email(**flags: Any) -> Any:
    return a_customer(contacts=(a_contact(emails=(an_email(**flags),)),))


def with_flags(**flags: bool) -> Any:
    return a_customer(contacts=(a_contact(flags=ContactFlags(**flags)),))


MARIA = "maria@example.com"


@pytest.mark.proves("S1.8")
def test_a_status_goes_to_the_primary_contact() -> None:  # D1
    other = a_contact(primary=False, emails=(an_email("tom@example.com"),))
    assert outcomes(customer=a_customer(contacts=(other, a_contact()))) == [(MARIA, None)]


def test_a_confirmation_goes_to_every_contact_the_primary_one_first() -> None:  # D1
    other = a_contact(primary=False, emails=(an_email("tom@example.com"),))
    customer = a_customer(contacts=(other, a_contact()))
    assert outcomes(CREATED, customer=customer) == [(MARIA, None), ("tom@example.com", None)]


@pytest.mark.parametrize(
    ("data", "customer", "reason"),
    [
        (None, with_email(status_updates=False), Reason.STATUS_UPDATES_OFF),  # S0.9
        (an_event(events.WOClosed), with_email(status_updates=False), Reason.STATUS_UPDATES_OFF),
        (CREATED, with_flags(confirmations=False), Reason.CONFIRMATIONS_OFF),  # S0.18
        (CREATED, with_email(confirmations=False), Reason.ADDRESS_CONFIRMATIONS_OFF),  # S0.7, S0.18
        (PAYMENT, with_email(payment_receipts=False), Reason.RECEIPTS_OFF),  # S0.10
        (INVOICE, with_email(invoices=False), Reason.INVOICES_OFF),  # S0.12
        (None, a_customer(archived=True), Reason.ARCHIVED),  # D11
        (None, a_customer(contacts=(a_contact(emails=()),)), Reason.NO_ADDRESS),
        (None, a_customer(contacts=(a_contact(emails=(an_email("a\r\nb@c"),)),)), Reason.INVALID_ADDRESS),  # fault 46
    ],
)
@pytest.mark.survives(46)
def test_each_no_has_its_reason(data: Any, customer: Any, reason: Reason) -> None:
    assert [why for _, why in outcomes(data, customer=customer)] == [reason]


@pytest.mark.parametrize("data", [CREATED, None, PAYMENT, INVOICE])
def test_flags_of_other_categories_do_not_matter(data: Any) -> None:  # S0.6
    needed = {"confirmations", "status_updates", "payment_receipts", "invoices"}
    own = {flag.value for flag in needs(CATEGORY[trigger_of(data or an_event())], Channel.EMAIL)}  # type: ignore[index]
    assert outcomes(data, customer=with_email(**dict.fromkeys(needed - own, False))) == [(MARIA, None)]


def test_two_addresses_of_one_contact_may_differ() -> None:  # S0.1
    emails = (an_email(status_updates=False), an_email("second@example.com"))
    customer = a_customer(contacts=(a_contact(emails=emails),))
    assert outcomes(customer=customer) == [(MARIA, Reason.STATUS_UPDATES_OFF), ("second@example.com", None)]


def test_a_blocked_customer_still_hears_of_existing_jobs() -> None:  # D11
    assert outcomes(customer=a_customer(blocked=True)) == [(MARIA, None)]


def test_a_blocked_address_gets_nothing() -> None:
    assert outcomes(blocked={Block(Channel.EMAIL, MARIA, Scope.EVERYTHING, Cause.OFFICE)}) == [(MARIA, Reason.BLOCKED)]


def test_sandbox_mode_reaches_the_allow_list_only() -> None:  # G16
    assert outcomes(company=a_company(sandbox=SandboxMode(on=True))) == [(MARIA, Reason.SANDBOX)]
    allowed = SandboxMode(on=True, allow_list=("Maria@Example.com ",))
    assert outcomes(company=a_company(sandbox=allowed)) == [(MARIA, None)]


def test_a_recipient_of_the_jobs_address_hears_and_another_addresss_does_not() -> None:  # S2.2
    here = an_address(recipients=(a_recipient(),))
    there = an_address(id=uuid4(), recipients=(a_recipient(emails=("elsewhere@example.com",)),))
    customer = a_customer(service_addresses=(here, there))
    assert outcomes(customer=customer) == [(MARIA, None), ("jo@example.com", None)]


def test_every_email_of_a_recipient_receives() -> None:  # S2.5
    here = an_address(recipients=(a_recipient(emails=("jo@example.com", "work@example.com")),))
    assert len(outcomes(customer=a_customer(service_addresses=(here,)))) == 3


def test_switched_off_additional_communication_reaches_nobody_there() -> None:  # S2.6
    here = an_address(additional_communication=False, recipients=(a_recipient(),))
    assert outcomes(customer=a_customer(service_addresses=(here,))) == [(MARIA, None)]


def test_a_recipients_own_flags_decide() -> None:  # D8
    here = an_address(recipients=(a_recipient(flags=RecipientFlags(payment_receipts=False)),))
    customer = a_customer(service_addresses=(here,))
    assert outcomes(PAYMENT, customer=customer) == [(MARIA, None), ("jo@example.com", Reason.RECEIPTS_OFF)]


def test_the_same_address_of_two_people_gets_one_message() -> None:  # G8
    twin = a_contact(primary=False, name="Tom Lee", emails=(an_email("MARIA@example.com"),))
    customer = a_customer(contacts=(twin, a_contact()))
    assert outcomes(CREATED, customer=customer) == [(MARIA, None), ("MARIA@example.com", Reason.DUPLICATE)]


def test_the_status_rule_wins_over_region_and_company() -> None:
    region = Region(id=uuid4(), name="North")
    job = a_job()
    status = a_rule(status_id=job.status.id, created_at=NOW + timedelta(days=1))
    regional, general = a_rule(region_id=region.id), a_rule(created_at=NOW - timedelta(days=9))
    decisions = planned(
        an_event(job=job),
        [general, regional, status],
        customer=a_customer(region_id=region.id),
        company=a_company(regions=(region,)),
    )
    assert [(d.rule, outcome(d)[1]) for d in decisions] == [
        (status, None),
        (regional, Reason.SUPERSEDED),
        (general, Reason.SUPERSEDED),
    ]


def test_a_rule_refused_by_a_gate_lets_the_next_one_speak() -> None:
    company_wide, regional = a_rule(), a_rule(region_id=uuid4())
    customer = a_customer(region_id=regional.region_id, send_client_notifications=False)
    company = a_company(regions=(Region(id=regional.region_id or uuid4(), name="North"),))
    decisions = planned(None, [regional, company_wide], customer=customer, company=company)
    assert [outcome(d)[1] for d in decisions] == [Reason.CLIENT_NOTIFICATIONS_OFF, None]


@pytest.mark.proves("S3.8", "S3.13", "S3.18")
@pytest.mark.parametrize(
    ("customer", "active", "reason"),
    [
        ({"send_client_notifications": False}, True, Reason.CLIENT_NOTIFICATIONS_OFF),  # S3.13
        ({"head_office": True}, True, Reason.HEAD_OFFICE),  # S3.18
        ({}, False, Reason.REGION_INACTIVE),  # S3.8
    ],
)
def test_a_regions_rule_needs_region_and_client(customer: dict[str, Any], active: bool, reason: Reason) -> None:
    region = Region(id=uuid4(), name="North", active=active)
    decisions = planned(
        None,
        [a_rule(region_id=region.id)],
        customer=a_customer(region_id=region.id, **customer),
        company=a_company(regions=(region,)),
    )
    assert [outcome(d) for d in decisions] == [(None, reason)]


@pytest.mark.parametrize(
    "rule",
    [
        a_rule(Trigger.JOB_CREATED),
        a_rule(status_id=uuid4()),  # S3.5
        a_rule(region_id=uuid4()),
        a_rule(customer_kinds=frozenset({CustomerKind.COMMERCIAL})),  # S0.8
        a_rule(tags=frozenset({"VIP"})),  # S4.18
    ],
)
def test_a_rule_that_is_not_about_this_leaves_no_row(rule: Any) -> None:  # S1.5
    assert planned(None, [rule]) == []


@pytest.mark.parametrize("tags", [("vip",), ("new", "VIP"), ("Vip", "gold")])
def test_a_rule_of_a_tag_is_for_who_has_it_however_it_is_written(tags: tuple[str, ...]) -> None:  # S4.18
    rule = a_rule(tags=frozenset({"VIP", "gold"}))
    assert outcomes(None, [rule], customer=a_customer(tags=tags)) == [(MARIA, None)]


@pytest.mark.proves("S3.9")
def test_an_inactive_rule_leaves_one_row_without_recipient() -> None:  # S0.11, S0.13
    assert outcomes(None, [a_rule(active=False)]) == [(None, Reason.RULE_INACTIVE)]


def test_declined_by_the_technician_nobody_hears_and_the_log_says_so() -> None:  # S1.11, D9
    assert outcomes(an_event(notify=False)) == [(None, Reason.NOTIFY_DECLINED)]


@pytest.mark.proves("S1.12")
def test_saying_send_never_overrides_a_flag() -> None:
    assert outcomes(an_event(notify=True), customer=with_email(status_updates=False))[0][1] is Reason.STATUS_UPDATES_OFF


@pytest.mark.parametrize(("hours", "reason"), [(1.9, None), (2.1, Reason.TOO_OLD)])
def test_a_status_older_than_two_hours_is_not_told(hours: float, reason: Reason | None) -> None:  # D13
    rule = [rule for rule in starter_rules(COMPANY, NOW) if rule.name == "On the way"]
    assert outcomes(None, rule, occurred_at=NOW - timedelta(hours=hours)) == [(MARIA, reason)]


@pytest.mark.parametrize("minutes", [30, 90])
def test_a_reminder_of_a_visit_lives_until_the_visit_begins_at_most(minutes: int) -> None:  # D13
    reminder = a_reminder(Trigger.VISIT_REMINDER)  # of one in an hour
    rule = a_rule(Trigger.VISIT_REMINDER, id=reminder.rule_id, expires_after=timedelta(minutes=minutes))
    [decision] = planned(reminder, [rule])
    assert decision.expires_at == NOW + timedelta(minutes=min(minutes, 60))


@pytest.mark.parametrize(("starts", "reason"), [(NOW, Reason.TOO_OLD), (NOW + timedelta(seconds=1), None)])
def test_nobody_is_reminded_of_a_visit_that_has_begun(starts: datetime, reason: Reason | None) -> None:  # D13
    visit = a_visit(starts_at=starts)
    reminder = a_reminder(Trigger.VISIT_REMINDER, job=a_job(visits=(visit,)), subject_id=visit.id)
    [decision] = planned(reminder, [a_rule(Trigger.VISIT_REMINDER, id=reminder.rule_id)])
    assert outcome(decision)[1] is reason


def test_too_old_is_named_before_any_other_reason() -> None:
    customer = a_customer(archived=True)
    assert outcomes(customer=customer, occurred_at=NOW - timedelta(days=30))[0][1] is Reason.TOO_OLD


@pytest.mark.survives(65)
def test_an_import_never_plans() -> None:  # D13
    assert trigger_of(an_event(events.JobSnapshot)) is None


@pytest.mark.parametrize(
    ("data", "trigger"),
    [
        (an_event(events.JobCreated, job=a_job(kind=JobKind.ESTIMATE)), Trigger.ESTIMATE_CREATED),
        (CREATED, Trigger.JOB_CREATED),
        (an_event(events.EstimateDecided, decision=events.Decision.ACCEPTED), Trigger.JOB_CREATED),
        (an_event(events.EstimateDecided, decision=events.Decision.DECLINED), None),
        (an_event(events.JobUpdated, changes=(events.Change.VISIT,)), Trigger.JOB_UPDATED),
        (an_event(events.JobUpdated), None),  # D9: nothing a customer is told about
        (an_event(events.WOReopened), None),
        (an_event(events.InvoicePaid, invoice=an_invoice()), None),
    ],
)
def test_which_event_fires_what(data: Any, trigger: Trigger | None) -> None:
    assert trigger_of(data) is trigger


@pytest.mark.parametrize(
    ("kind", "trigger"),
    [(events.StatusChanged, Trigger.STATUS_SET), (events.WOClosed, Trigger.WORK_ORDER_CLOSED)],
)
def test_a_held_status_waits_from_when_it_was_set(kind: Any, trigger: Trigger) -> None:  # G7
    held = an_event(kind, job=a_job(status=a_status(hold_seconds=60)))
    [decision] = planned(held, [a_rule(trigger)], occurred_at=NOW - timedelta(seconds=10))
    assert decision.due_at == NOW + timedelta(seconds=50)
    assert decision.expires_at == decision.due_at + timedelta(hours=24)


@pytest.mark.parametrize(
    ("phone", "flags", "reason"),
    [
        (a_phone(), ContactFlags(), None),
        (a_phone(), ContactFlags(text=False), Reason.TEXT_OFF),  # S0.19
        (a_phone(consent=Consent.REQUESTED), ContactFlags(), Reason.NO_SMS_CONSENT),  # S1.19
        (a_phone(landline=True), ContactFlags(), Reason.LANDLINE),  # G3
    ],
)
def test_a_text_needs_flag_and_consent(phone: Any, flags: ContactFlags, reason: Reason | None) -> None:
    customer = a_customer(contacts=(a_contact(phones=(phone,), flags=flags),))
    assert outcomes(None, [a_rule(channel=Channel.SMS)], customer=customer)[0][1] is reason


@pytest.mark.survives(24)
def test_an_unknown_customer_leaves_one_row_per_rule() -> None:
    rules = [a_rule(), a_rule(Trigger.JOB_CREATED)]
    decisions = unknown_customer(an_occurrence(), rules, NOW)
    assert [outcome(d) for d in decisions] == [(None, Reason.UNKNOWN_CUSTOMER)]


def test_what_nobody_would_get_says_so_of_an_unknown_customer_too() -> None:  # D9
    [off] = unknown_customer(an_occurrence(), [a_rule(active=False)], NOW)
    [silenced] = unknown_customer(an_occurrence(an_event(notify=False)), [a_rule()], NOW)
    assert [outcome(off), outcome(silenced)] == [(None, Reason.RULE_INACTIVE), (None, Reason.NOTIFY_DECLINED)]


def test_every_category_has_a_row_in_the_table_and_every_reason_a_sentence() -> None:  # D7, G1
    assert set(MATRIX) == set(Category)
    assert set(SENTENCES) == set(Reason)
    assert set(REASONS) == set(Flag)


def test_starter_rules_send_each_event_once_per_act() -> None:  # D9
    decisions = planned(None, starter_rules(COMPANY, NOW))
    assert sorted((d.rule.channel, isinstance(d.verdict, Send)) for d in decisions) == [
        (c, True) for c in sorted(Channel)
    ]
