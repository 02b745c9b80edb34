"""Where Twilio reports back: URLs that say which try of which delivery they are about."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

PATH = "/v1/twilio"


@dataclass(frozen=True, slots=True)
class Callbacks:
    """The URLs, below the public one of this service."""

    public_url: str

    def status(self, month: date, delivery_id: UUID, attempt: int) -> str:
        """Told what becomes of a text or call."""
        return f"{self._of(month, delivery_id, attempt)}/status"

    def key(self, month: date, delivery_id: UUID, attempt: int) -> str:
        """Told which key was pressed in a call."""
        return f"{self._of(month, delivery_id, attempt)}/key"

    def public(self, path: str, query: str = "") -> str:
        """The URL by which this request was made from outside, whatever a proxy made of it: what is signed."""
        return f"{self.public_url.rstrip('/')}{path}{'?' if query else ''}{query}"

    def _of(self, month: date, delivery_id: UUID, attempt: int) -> str:
        return self.public(f"{PATH}/{month:%Y-%m}/{delivery_id}/{attempt}")
