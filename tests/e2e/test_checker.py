"""The checker of the fault runs must see a fault before its silence counts for anything."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest

from contracts.deliveries import Channel, DeliveryState
from deploy.demo.mailbox import Mail
from tests.e2e.checker import faults
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
    assert faults([EVENT], [sent, skipped], [a_mail(sent)], {ADDRESS}) == []


def test_a_planted_loss_is_found() -> None:
    sent = a_delivery()
    assert faults([EVENT], [sent], [], {ADDRESS}) == [("lost", str(sent.id))]


def test_a_planted_duplicate_is_found() -> None:
    sent = a_delivery()
    assert faults([EVENT], [sent], [a_mail(sent), a_mail(sent)], {ADDRESS}) == [("doubled", str(sent.id))]


def test_an_event_that_left_no_trace_is_found() -> None:
    assert faults([EVENT], [], [], {ADDRESS}) == [("not in the log", str(EVENT))]


def test_a_mail_that_the_log_calls_skipped_is_found() -> None:
    skipped = a_delivery(DeliveryState.SKIPPED)
    found = faults([EVENT], [skipped], [a_mail(skipped)], {ADDRESS})
    assert found == [("arrived, and not called sent", str(skipped.id))]


def test_what_still_waits_is_found() -> None:
    waiting = a_delivery(DeliveryState.SENDING)
    assert faults([EVENT], [waiting], [], {ADDRESS}) == [("waits", str(waiting.id))]


def test_a_mail_to_a_stranger_is_found() -> None:
    sent = a_delivery()
    found = faults([EVENT], [sent], [a_mail(sent, "ben@example.net")], {ADDRESS})
    assert found == [("a stranger", "ben@example.net")]


@pytest.mark.parametrize("copies", [0, 1])
def test_what_is_unknown_may_have_arrived_or_not(copies: int) -> None:
    unknown = a_delivery(DeliveryState.UNKNOWN)
    assert faults([EVENT], [unknown], [a_mail(unknown)] * copies, {ADDRESS}) == []


def test_a_second_copy_of_what_is_unknown_is_found() -> None:
    unknown = a_delivery(DeliveryState.UNKNOWN)
    assert faults([EVENT], [unknown], [a_mail(unknown)] * 2, {ADDRESS}) == [("doubled", str(unknown.id))]
