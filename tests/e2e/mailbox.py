"""What arrived: by the sandbox's API, and by its append-only truth log."""

import json
from collections.abc import Iterable
from uuid import UUID

import httpx

from deploy.demo.mailbox import Mail
from deploy.local.plan import Plan
from deploy.sandbox.mailbox.store import LOG_NAME


def mails_to(plan: Plan, address: str) -> list[Mail]:
    """Everything that one address received."""
    return _listed(plan, recipient=address)


def mails_of(plan: Plan, delivery_ids: Iterable[UUID]) -> list[Mail]:
    """Everything that arrived under the Message-IDs of these deliveries."""
    wanted = set(delivery_ids)
    return [mail for mail in truth(plan) if mail.delivery_id in wanted]


def truth(plan: Plan) -> list[Mail]:
    """Everything that was ever accepted."""
    with (plan.state.folder / "sandbox" / LOG_NAME).open() as lines:
        records = [json.loads(line) for line in lines]
    return [Mail(message_id=each["message_id"], recipients=each["envelope"]["rcpt_to"]) for each in records]


def _listed(plan: Plan, **query: str) -> list[Mail]:
    answer = httpx.get(f"{plan.sandbox_url}/api/mailbox/messages", params={"limit": 1000, **query}, timeout=10)
    answer.raise_for_status()
    return [Mail.model_validate(message) for message in answer.json()["messages"]]
