"""Deliveries and mails as the demo reads them."""

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from deploy.demo.log import Delivery
from deploy.demo.mailbox import Mail


def a_delivery(**over: Any) -> Delivery:
    """An email that was sent, unless told otherwise."""
    at = datetime(2026, 5, 12, 16, 2, 5, tzinfo=UTC)
    fields = {
        "id": uuid4(),
        "event_id": uuid4(),
        "planned_at": at,
        "updated_at": at,
        "rule_name": "On the way",
        "channel": "email",
        "recipient_name": "Maria Lee",
        "state": "sent",
    }
    return Delivery.model_validate(fields | over)


def not_sent(explanation: str, **over: Any) -> Delivery:
    """An email that was not to be sent."""
    return a_delivery(state="skipped", explanation=f"Not sent: {explanation}", **over)


def a_mail(delivery: Delivery, *recipients: str) -> Mail:
    """The email of that delivery, as the mailbox lists it."""
    message_id = f"<{delivery.id}@fieldbell.example>"
    return Mail(message_id=message_id, recipients=list(recipients or ("maria.lee@example.com",)))
