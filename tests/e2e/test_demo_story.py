"""`make demo` on the whole stack: what its two customers hear, and what everybody else can see of it."""

from contextlib import ExitStack

import pytest

from contracts.deliveries import Channel, DeliveryState, Reason
from contracts.triggers import SCHEDULED
from deploy.demo import northside
from deploy.demo.run import ELSEWHERE
from deploy.local.stack import Stack
from deploy.local.waiting import until
from deploy.sandbox.identity.personas import NORTHSIDE
from deploy.sandbox.phone.accounts import NUMBERS
from tests.e2e import kafka
from tests.e2e.companies import Company, staffed
from tests.e2e.log import Delivery, deliveries, happened
from tests.e2e.mailbox import mails_of, mails_to
from tests.e2e.phone import rings_of

SENT, SKIPPED = DeliveryState.SENT, DeliveryState.SKIPPED

TEXTS = ("job booked", "payment receipt", "on the way", "work order closed", "payment receipt")
# Each line of the log: what, for whom, and what became of it.
MARIAS_JOB = [
    ("Estimate created", "Maria Lee", SENT, None),
    ("Estimate created", "Jo Alvarez", SENT, None),
    ("Job booked", "Maria Lee", SENT, None),  # the estimate was accepted
    ("Job booked", "Jo Alvarez", SENT, None),
    ("Payment receipt", "Maria Lee", SENT, None),  # the deposit (S0.10)
    ("Payment receipt", "Jo Alvarez", SKIPPED, Reason.RECEIPTS_OFF),
    ("Job changed", None, SKIPPED, Reason.NOTIFY_DECLINED),
    ("Scheduled", "Maria Lee", SENT, None),
    ("Scheduled", "Jo Alvarez", SENT, None),
    ("On the way", "Maria Lee", SENT, None),
    ("On the way", "Jo Alvarez", SENT, None),
    ("Visit reminder", "Maria Lee", SKIPPED, Reason.TOO_NEAR),  # the visit is today
    ("Visit reminder", "Jo Alvarez", SKIPPED, Reason.TOO_NEAR),
    ("Text: visit reminder", None, SKIPPED, Reason.RULE_INACTIVE),
    ("Done", None, SKIPPED, Reason.RULE_INACTIVE),
    ("Work order closed", "Maria Lee", SENT, None),
    ("Work order closed", "Jo Alvarez", SENT, None),
    ("Invoice", "Maria Lee", SENT, None),
    ("Invoice", "Jo Alvarez", SKIPPED, Reason.INVOICES_OFF),
    ("Payment receipt", "Maria Lee", SENT, None),  # the rest (S0.10)
    ("Payment receipt", "Jo Alvarez", SKIPPED, Reason.RECEIPTS_OFF),
    # by phone: Maria has said YES to texts, Jo has not (S0.19, D8), and neither asked for calls (S0.20)
    *((f"Text: {what}", "Maria Lee", SENT, None) for what in TEXTS),
    *((f"Text: {what}", "Jo Alvarez", SKIPPED, Reason.NO_SMS_CONSENT) for what in TEXTS),
    ("Text: job changed", None, SKIPPED, Reason.NOTIFY_DECLINED),
    ("Call: on the way", "Maria Lee", SKIPPED, Reason.VOICE_OFF),
    ("Call: on the way", "Jo Alvarez", SKIPPED, Reason.VOICE_OFF),
]
HAROLDS_JOB = [
    ("Job booked", "Harold Jensen", SKIPPED, Reason.CONFIRMATIONS_OFF),
    ("Visit reminder", "Harold Jensen", SKIPPED, Reason.TOO_NEAR),
    ("Text: visit reminder", None, SKIPPED, Reason.RULE_INACTIVE),
    ("On the way", "Harold Jensen", SKIPPED, Reason.STATUS_UPDATES_OFF),
    ("Done", None, SKIPPED, Reason.RULE_INACTIVE),
    ("Work order closed", "Harold Jensen", SKIPPED, Reason.STATUS_UPDATES_OFF),
    ("Invoice", "Harold Jensen", SKIPPED, Reason.INVOICES_OFF),
    ("Payment receipt", "Harold Jensen", SKIPPED, Reason.RECEIPTS_OFF),
    ("Text: job booked", "Harold Jensen", SKIPPED, Reason.CONFIRMATIONS_OFF),
    *((f"Text: {what}", "Harold Jensen", SKIPPED, Reason.NO_SMS_CONSENT) for what in TEXTS[2:]),
    ("Call: on the way", "Harold Jensen", SENT, None),
]


@pytest.fixture
def office(demo: str, stack: Stack, clients: ExitStack) -> Company:
    """Northside's people, after the demo was played."""
    return staffed(stack.plan, northside.SEED, clients)


def rows_of(office: Company, title: str) -> list[Delivery]:
    """The log of the job with that title."""
    [job] = office.dispatcher.every("status-svc", "/v1/jobs", text=title)
    return deliveries(office.dispatcher, job_id=job["id"])


def told(rows: list[Delivery]) -> list[tuple[str | None, str | None, DeliveryState, Reason | None]]:
    """Rows as the lists above write them, in an order that does not depend on who was first; delivered is sent, too."""
    states = [(row, SENT if row.is_sent else row.state) for row in rows]
    return sorted(((row.rule_name, row.recipient_name, state, row.reason) for row, state in states), key=str)


def test_the_demo_prints_who_was_told_what_and_why_not(demo: str) -> None:
    sent = sum(state is SENT for _, _, state, _ in MARIAS_JOB + HAROLDS_JOB)
    assert f"{sent} sent" in demo, demo
    assert f"{len(MARIAS_JOB) + len(HAROLDS_JOB) - sent} not sent" in demo, demo
    assert "Sent: 13 emails, 5 texts, 1 call." in demo, demo
    assert "Whoever made the" in demo, demo


def test_one_customer_hears_all_of_the_job_and_the_tenant_nothing_about_money(office: Company) -> None:
    # S0.10, S0.12, S1.7, S2.1, D9
    assert told(rows_of(office, "Replace water heater")) == sorted(MARIAS_JOB, key=str)


def test_another_customer_is_called_and_hears_nothing_in_writing_and_the_log_says_why(office: Company) -> None:
    # S0.9, S0.18, G1
    rows = rows_of(office, "Replace kitchen faucet")
    assert told(rows) == sorted(HAROLDS_JOB, key=str)
    assert all(row.explanation for row in rows if not row.is_sent)


def test_exactly_what_the_log_calls_sent_is_in_the_mailbox_under_the_id_of_its_delivery(
    office: Company, stack: Stack
) -> None:
    rows = [row for row in deliveries(office.dispatcher) if row.channel is Channel.EMAIL]
    sent = {row.id: row.address for row in rows if row.is_sent}
    arrived = mails_of(stack.plan, (row.id for row in rows))
    assert {mail.delivery_id: mail.recipients for mail in arrived} == {id: [address] for id, address in sent.items()}
    assert len(arrived) == len(sent)


def test_exactly_the_texts_and_calls_that_the_log_calls_sent_were_made_from_the_companys_number(
    office: Company, stack: Stack
) -> None:
    rows = [row for row in deliveries(office.dispatcher) if row.channel is not Channel.EMAIL]
    sent = sorted((row.id, row.address) for row in rows if row.is_sent)
    made = rings_of(stack.plan, NORTHSIDE.slug)
    assert sorted((ring.delivery_id, ring.to) for ring in made) == sent
    assert {ring.sender for ring in made} == {NUMBERS[NORTHSIDE.slug]}


def test_what_becomes_of_a_text_is_told_with_it(office: Company) -> None:
    text = next(row for row in rows_of(office, "Replace water heater") if row.channel is Channel.SMS and row.is_sent)
    path = f"/v1/deliveries/{text.id}"

    def statuses() -> set[str]:
        return {receipt["status"] for receipt in office.dispatcher.get("notifier-svc", path)["receipts"]}

    until(lambda: statuses() == {"queued", "sent", "delivered"}, "the callbacks did not arrive")
    assert office.dispatcher.get("notifier-svc", path)["state"] == "delivered"  # G3
    [tried] = office.dispatcher.get("notifier-svc", path)["tries"]
    assert tried["provider_id"].startswith("SM")
    assert tried["segments"] == 1


def test_nobody_else_was_written_to(office: Company, stack: Stack) -> None:
    # S2.2
    assert mails_to(stack.plan, "harold.jensen@example.com") == []
    assert mails_to(stack.plan, ELSEWHERE["emails"][0]) == []


def test_every_event_of_every_job_is_in_the_log_and_nothing_waits(office: Company) -> None:
    jobs = [job["id"] for job in office.dispatcher.every("status-svc", "/v1/jobs")]
    rows = [row for row in deliveries(office.dispatcher) if row.job_id]
    answers = {row.event_id for row in rows if row.trigger not in SCHEDULED}
    assert set().union(*(happened(office.dispatcher, id) for id in jobs)) == answers
    assert [row for row in rows if not row.is_final] == []


def test_other_services_hear_how_every_delivery_ended(office: Company, stack: Stack) -> None:
    states = {row.id: row.state for row in deliveries(office.dispatcher)}
    until(
        lambda: kafka.delivery_states(stack.plan).items() >= states.items(),
        "deliveries.v1 does not say what the log says",
    )
