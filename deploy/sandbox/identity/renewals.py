"""Refresh tokens: each good once, for a working day, so that a page left open need not ask again."""

import secrets
import time

from deploy.sandbox.identity.errors import BadGrant
from deploy.sandbox.identity.personas import Persona

LIFETIME_SECONDS = 12 * 3600


class Renewals:
    """Refresh tokens handed out and not yet used; a restart forgets them."""

    def __init__(self) -> None:
        self._kept: dict[str, tuple[float, str, Persona]] = {}

    def issue(self, client_id: str, persona: Persona) -> str:
        """A new token for this person in this app."""
        now = time.monotonic()
        self._kept = {token: kept for token, kept in self._kept.items() if kept[0] > now}
        token = secrets.token_urlsafe(32)
        self._kept[token] = (now + LIFETIME_SECONDS, client_id, persona)
        return token

    def redeem(self, token: str, client_id: str) -> Persona:
        """Whose it is, once (RFC 9700 4.14.2); a failed try uses it up too. Raises BadGrant."""
        expires, owner, persona = self._kept.pop(token, (0.0, "", None))
        if persona is None or expires <= time.monotonic() or owner != client_id:
            raise BadGrant
        return persona

    def revoke(self, token: str) -> None:
        """Forget it, whether it is known or not (RFC 7009 2.2)."""
        self._kept.pop(token, None)
