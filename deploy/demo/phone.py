"""The phone's side of the log: did exactly those texts and calls arrive that it calls sent?"""

from datetime import datetime
from uuid import UUID

import httpx
from pydantic import BaseModel, TypeAdapter

from deploy.demo.mailbox import MOST
from deploy.local.errors import StackError
from deploy.local.plan import Plan


class Ring(BaseModel):
    """A text or call that arrived."""

    to: str
    callback: str = ""

    @property
    def delivery_id(self) -> UUID | None:
        """The delivery that it is: the callback URL, .../month/delivery/attempt/status, says so."""
        try:
            return UUID(self.callback.split("/")[-3])
        except (ValueError, IndexError):
            return None

    @property
    def recipients(self) -> list[str]:
        """Whom it reached."""
        return [self.to]


_RINGS = TypeAdapter(list[Ring])


def arrived_since(plan: Plan, since: datetime) -> list[Ring]:
    """What the sandbox's phones got from the companies."""
    return [ring for kind in ("texts", "calls") for ring in _listed(plan, kind, since)]


def _listed(plan: Plan, kind: str, since: datetime) -> list[Ring]:
    query: dict[str, str | int] = {"since": since.isoformat(), "limit": MOST, "direction": "outbound-api"}
    try:
        answer = httpx.get(f"{plan.sandbox_url}/api/phone/{kind}", params=query, timeout=10).raise_for_status()
    except httpx.HTTPError as error:
        raise StackError(f"The phone can't be read: {error}") from error
    return _RINGS.validate_python(answer.json()[kind])
