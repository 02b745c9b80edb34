"""The checker of the fault runs must see a fault before its silence counts for anything."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from contracts.deliveries import Channel, DeliveryState
from deploy.demo.mailbox import Mail
from notifier_svc.domain.outcome import WAS_TO_GO_ONCE_MORE
from tests.e2e.checker import HELD_AT_MOST, Rules, faults, unlike_others
from tests.e2e.log import Delivery

ADDRESS = "una@example.com"
EVENT = UUID(int=1)


def a_delivery(state: DeliveryState = DeliveryState.SENT, **over: Any) -> Delivery:
    now = datetime.now(UTC)
    fields = {
        "id": uuid4(),
        "event_id": EVENT,
        "occurred_at": now,
        "planned_at": now,
        "due_at": now,
        "updated_at": now,
        "waits_for": None,
        "rule_name": "Job booked",
        "channel": Channel.EMAIL,
        "recipient_name": "Una",
        "state": state,
        "trigger": "job_created",
        "category": "confirmation",
        "reason": None,
        "address": ADDRESS,
        "job_id": None,
        "customer_id": uuid4(),
    }
    return Delivery.model_validate(fields | over)


def a_mail(delivery: Delivery, to: str = ADDRESS) -> Mail:
    return Mail(message_id=f"<{delivery.id}@fieldbell.example>", recipients=[to])


def test_where_all_is_well_the_checker_finds_nothing() -> None:
    sent, skipped = a_delivery(), a_delivery(DeliveryState.SKIPPED)
    assert faults([EVENT], [sent, skipped], [a_mail(sent)], Rules({ADDRESS})) == []


def test_a_planted_loss_is_found() -> None:
    sent = a_delivery()
    assert faults([EVENT], [sent], [], Rules({ADDRESS})) == [("lost", str(sent.id))]


def test_a_planted_duplicate_is_found() -> None:
    sent = a_delivery()
    assert faults([EVENT], [sent], [a_mail(sent), a_mail(sent)], Rules({ADDRESS})) == [("doubled", str(sent.id))]


def test_an_event_that_left_no_trace_is_found() -> None:
    assert faults([EVENT], [], [], Rules({ADDRESS})) == [("not in the log", str(EVENT))]


def test_a_mail_that_the_log_calls_skipped_is_found() -> None:
    skipped = a_delivery(DeliveryState.SKIPPED)
    found = faults([EVENT], [skipped], [a_mail(skipped)], Rules({ADDRESS}))
    assert found == [("arrived, and not called sent", str(skipped.id))]


def test_what_still_waits_is_found() -> None:
    waiting = a_delivery(DeliveryState.SENDING)
    assert faults([EVENT], [waiting], [], Rules({ADDRESS})) == [("waits", str(waiting.id))]


def test_a_mail_to_a_stranger_is_found() -> None:
    sent = a_delivery()
    found = faults([EVENT], [sent], [a_mail(sent, "ben@example.net")], Rules({ADDRESS}))
    assert found == [("a stranger", "ben@example.net")]


@pytest.mark.parametrize("copies", [0, 1])
def test_what_is_unknown_may_have_arrived_or_not(copies: int) -> None:
    unknown = a_delivery(DeliveryState.UNKNOWN)
    assert faults([EVENT], [unknown], [a_mail(unknown)] * copies, Rules({ADDRESS})) == []


def test_a_second_copy_of_what_is_unknown_is_found() -> None:
    unknown = a_delivery(DeliveryState.UNKNOWN)
    assert faults([EVENT], [unknown], [a_mail(unknown)] * 2, Rules({ADDRESS})) == [("doubled", str(unknown.id))]


def test_a_second_copy_is_no_fault_where_the_company_chose_so() -> None:
    sent = a_delivery()
    found = faults([EVENT], [sent], [a_mail(sent)] * 2, Rules({ADDRESS}, resends={"confirmation": 1}))
    assert found == []
    found = faults([EVENT], [sent], [a_mail(sent)] * 3, Rules({ADDRESS}, resends={"confirmation": 1}))
    assert found == [("doubled", str(sent.id))]


@pytest.mark.parametrize(("tries", "found"), [(1, True), (2, False)])
def test_what_was_to_be_sent_once_more_and_was_not_is_found(tries: int, found: bool) -> None:
    unknown = a_delivery(DeliveryState.UNKNOWN)
    rules = Rules({ADDRESS}, resends={"confirmation": 1}, doubted={unknown.id: tries})
    assert (("not sent once more", str(unknown.id)) in faults([EVENT], [unknown], [], rules)) is found


@pytest.mark.parametrize(
    ("state", "detail", "found"),
    [
        (DeliveryState.FAILED, None, []),  # its next try was refused
        (DeliveryState.UNKNOWN, WAS_TO_GO_ONCE_MORE, []),  # its next try was stopped
        (DeliveryState.SKIPPED, None, ["arrived, and not called sent"]),
    ],
)
def test_what_was_in_doubt_may_have_arrived(state: DeliveryState, detail: str | None, found: list[str]) -> None:
    doubted = a_delivery(state, detail=detail)
    rules = Rules({ADDRESS}, resends={"confirmation": 1}, doubted={doubted.id: 1})
    assert [what for what, _ in faults([EVENT], [doubted], [a_mail(doubted)], rules)] == found


def test_one_of_several_deliveries_of_an_event_that_is_missing_is_found() -> None:
    events = {UUID(int=number): "JobCreated Scheduled" for number in range(3)}
    other = {UUID(int=9): "StatusChanged Done"}
    every = [
        a_delivery(event_id=event, channel=channel) for event in events for channel in (Channel.EMAIL, Channel.SMS)
    ]
    every.append(a_delivery(event_id=UUID(int=9)))
    assert unlike_others(events | other, every) == []
    lost = every.pop(3)
    assert unlike_others(events | other, every) == [("not told as others are", str(lost.event_id))]


def test_a_mail_that_no_log_knows_is_found() -> None:
    sent, unheard = a_delivery(), a_delivery()
    found = faults([EVENT], [sent], [a_mail(sent), a_mail(unheard)], Rules({ADDRESS}))
    assert found == [("in no log", str(unheard.id))]


def test_what_was_planned_after_a_block_and_arrived_is_found() -> None:
    sent = a_delivery()
    blocked = {ADDRESS: sent.planned_at - timedelta(seconds=1)}
    assert faults([EVENT], [sent], [a_mail(sent)], Rules({ADDRESS}, blocked)) == [("blocked", str(sent.id))]


@pytest.mark.parametrize(("after", "found"), [(HELD_AT_MOST / 2, False), (2 * HELD_AT_MOST, True)])
def test_what_was_begun_long_after_a_block_was_claimed_after_it(after: timedelta, found: bool) -> None:
    sent = a_delivery()
    at = sent.planned_at + timedelta(seconds=1)
    rules = Rules({ADDRESS}, {ADDRESS: at}, {sent.id: at + after})
    assert (("blocked", str(sent.id)) in faults([EVENT], [sent], [a_mail(sent)], rules)) is found
