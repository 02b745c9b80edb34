"""What arrived: by the sandbox's API, and by its append-only truth log."""

import json
from collections.abc import Iterable
from uuid import UUID

import httpx

from deploy.demo.api import Json
from deploy.demo.mailbox import Mail
from deploy.local.plan import Plan
from deploy.sandbox.mailbox.store import LOG_NAME


def mails_to(plan: Plan, address: str) -> list[Mail]:
    """What one address received, up to a thousand mails."""
    return [Mail.model_validate(each) for each in _asked(plan, "messages", recipient=address, limit=1000)["messages"]]


def newest_to(plan: Plan, address: str) -> Json | None:
    """The newest mail of one address with its decoded parts, if it has any."""
    found = _asked(plan, "messages", recipient=address, limit=1)["messages"]
    return _asked(plan, f"messages/{found[0]['id']}") if found else None


def count_to(plan: Plan, address: str) -> int:
    """How many mails one address received."""
    return int(_asked(plan, "count", recipient=address)["count"])


def mails_of(plan: Plan, delivery_ids: Iterable[UUID]) -> list[Mail]:
    """Everything that arrived under the Message-IDs of these deliveries."""
    wanted = set(delivery_ids)
    return [mail for mail in truth(plan) if mail.delivery_id in wanted]


def truth(plan: Plan) -> list[Mail]:
    """Everything that was ever accepted."""
    with (plan.state.folder / "sandbox" / LOG_NAME).open() as lines:
        records = [json.loads(line) for line in lines]
    return [Mail(message_id=each["message_id"], recipients=each["envelope"]["rcpt_to"]) for each in records]


def _asked(plan: Plan, what: str, **query: str | int) -> Json:
    answer = httpx.get(f"{plan.sandbox_url}/api/mailbox/{what}", params=query, timeout=10).raise_for_status()
    found: Json = answer.json()
    return found
