"""The golden messages, one per type, as published. `python -m tests.contract.golden` writes contracts/examples."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from contracts import events
from contracts.customer_requests import CustomerRequest
from contracts.inbound import BlockChanged, InboundTextReceived
from contracts.model import Contract
from contracts.topics import TOPICS, Topic
from servicekit.outbox import Message
from tests.contract import consent, profiles, story
from tests.contract.story import MORNING, OFFICE, TECHNICIAN, an_event, an_id

EXAMPLES = Path(__file__).parents[2] / "contracts" / "examples"
HASH_OF_MARIAS_PHONE = "8f0e2a6c1d3b5f7990817263544536ab"
TRACEPARENT = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"


@dataclass(frozen=True)
class Golden:
    """A message as it is kept in a file."""

    topic: str
    key: str
    headers: dict[str, str]
    data: dict[str, Any]


def read(type_name: str) -> Golden:
    """The kept message of a type."""
    return Golden(**json.loads((EXAMPLES / f"{type_name}.json").read_text("utf-8")))


MOVED = events.Mark(change=events.Change.VISIT, before="5f2b9c0d1e3a4b58", after="c7d80a9b1f264e35")


def _hours(count: float) -> datetime:
    return MORNING + timedelta(hours=count)


STORY: tuple[tuple[datetime, Contract], ...] = (
    (profiles.LONG_AGO, profiles.COMPANY),
    (profiles.LONG_AGO, profiles.STATUS),
    (profiles.LONG_AGO, profiles.TEMPLATE),
    (profiles.LONG_AGO, profiles.RULE),
    (profiles.LONG_AGO, profiles.PAUSE),
    (consent.WHEN, consent.ASKED),
    (consent.WHEN, consent.ANSWERED),
    (consent.WHEN, consent.CONFIRMED),
    (consent.STOPPED.changed_at, consent.STOPPED),
    (consent.WHEN, consent.INVITED),
    (_hours(-24), profiles.CUSTOMER),
    (_hours(-24), profiles.ERASED),
    (_hours(-1), events.ServiceRequestReceived(request=story.REQUEST, command_id=an_id("asked"), actor=OFFICE)),
    (_hours(-0.5), events.ServiceRequestAccepted(request=story.ACCEPTED, command_id=an_id("accepted"), actor=OFFICE)),
    (_hours(-0.5), story.REJECTION),
    (_hours(0), an_event(events.JobCreated, story.ESTIMATED)),
    (_hours(0), story.DELIVERY),
    (_hours(0.1), an_event(events.EstimateSent, story.SENT, expires_on=story.LAST_DAY)),
    (_hours(0.4), an_event(events.EstimateDecided, story.BOOKED, decision=events.Decision.ACCEPTED)),
    (_hours(0.6), an_event(events.JobUpdated, story.MOVED, changes=(events.Change.VISIT,), marks=(MOVED,))),
    (_hours(2.5), an_event(events.StatusChanged, story.UNDER_WAY, TECHNICIAN)),
    (_hours(7), an_event(events.WOClosed, story.CLOSED, TECHNICIAN)),
    (_hours(7.1), an_event(events.InvoiceIssued, story.CLOSED, invoice=story.INVOICE)),
    (_hours(8), an_event(events.PaymentReceived, story.SETTLED, payment=story.PAYMENT)),
    (_hours(8), an_event(events.InvoicePaid, story.SETTLED, invoice=story.PAID)),
    (_hours(9), an_event(events.WOReopened, story.REOPENED, notify=False)),
    (_hours(10), an_event(events.JobCancelled, story.CANCELLED)),
    (_hours(24), an_event(events.JobSnapshot, story.CANCELLED, notify=False)),
    (_hours(31 * 24), an_event(events.InvoiceOverdue, story.CLOSED, invoice=story.INVOICE)),
)


def _topic_of(data: Contract) -> Topic:
    return next(topic for topic in TOPICS if type(data) in topic.messages)


def _key_of(data: Any) -> str:
    if isinstance(data, InboundTextReceived | BlockChanged):
        return HASH_OF_MARIAS_PHONE
    if isinstance(data, CustomerRequest):
        return str(data.customer_id)
    holder = getattr(data, "job", None) or getattr(data, "request", None) or data
    return str(holder.id)


def golden(time: datetime, data: Contract) -> Golden:
    """What the outbox publishes for `data`."""
    message = Message(
        topic=_topic_of(data),
        key=_key_of(data),
        company_id=story.COMPANY_ID,
        data=data,
        id=an_id(f"event {type(data).__name__}"),
        time=time,
        traceparent=TRACEPARENT,
    )
    return Golden(message.topic.name, message.key, message.headers(), data.model_dump(mode="json"))


def main() -> None:
    """Write all of them."""
    EXAMPLES.mkdir(exist_ok=True)
    for time, data in STORY:
        text = json.dumps(vars(golden(time, data)), indent=2, ensure_ascii=False)
        (EXAMPLES / f"{type(data).__name__}.json").write_text(text + "\n", "utf-8")


if __name__ == "__main__":
    main()
