"""The other side of the log: did exactly those emails arrive that it calls sent?"""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Protocol
from uuid import UUID

import httpx
from pydantic import BaseModel, TypeAdapter

from contracts.deliveries import DeliveryState
from deploy.demo.log import Delivery
from deploy.local.errors import StackError
from deploy.local.plan import Plan

MOST = 1000


class Mail(BaseModel):
    """An email that arrived."""

    message_id: str
    recipients: list[str]

    @property
    def delivery_id(self) -> UUID | None:
        """The delivery that it is: the Message-ID says so."""
        local_part = self.message_id.strip("<> ").partition("@")[0]
        try:
            return UUID(local_part)
        except ValueError:
            return None


_MAILS = TypeAdapter(list[Mail])


def arrived_since(plan: Plan, since: datetime) -> list[Mail]:
    """What the sandbox's mailbox received."""
    query: dict[str, str | int] = {"since": since.isoformat(), "limit": MOST}
    try:
        answer = httpx.get(f"{plan.sandbox_url}/api/mailbox/messages", params=query, timeout=10).raise_for_status()
    except httpx.HTTPError as error:
        raise StackError(f"The mailbox can't be read: {error}") from error
    return _MAILS.validate_python(answer.json()["messages"])


class Arrived(Protocol):
    """An email, text or call that reached somebody."""

    @property
    def delivery_id(self) -> UUID | None: ...
    @property
    def recipients(self) -> list[str]: ...


def differences(
    deliveries: Iterable[Delivery], arrived: Sequence[Arrived], never: Iterable[str], place: str = "in the mailbox"
) -> list[str]:
    """A sentence for each way in which log and `place` disagree. `never` are addresses that must get nothing.

    `arrived` may hold mail that is not about these deliveries; a message of unknown outcome may have arrived or not.
    """
    copies = Counter(mail.delivery_id for mail in arrived)
    state = {delivery.id: delivery.state for delivery in deliveries}
    sent = {delivery.id for delivery in deliveries if delivery.is_sent}
    unsent = state.keys() - sent - {id for id, is_ in state.items() if is_ is DeliveryState.UNKNOWN}
    reached = {address for mail in arrived for address in mail.recipients}
    findings: dict[str, set[UUID | None] | set[UUID] | set[str]] = {
        f"Called sent by the log, and not {place}": sent - copies.keys(),
        f"{place.capitalize()} more than once": {id for id in state if copies[id] > 1},
        f"{place.capitalize()}, though the log says not sent": unsent & copies.keys(),
        "Written to, who must not hear of this": reached & set(never),
    }
    return [f"{what}: {', '.join(sorted(map(str, who)))}" for what, who in findings.items() if who]


def strangers(deliveries: Iterable[Delivery], arrived: Iterable[Mail]) -> list[Mail]:
    """Mail that is not about these deliveries."""
    known = {delivery.id for delivery in deliveries}
    return [mail for mail in arrived if mail.delivery_id not in known]
