"""Authorization codes: good once, for a minute, for who can show the PKCE verifier."""

import base64
import hashlib
import secrets
import time
from dataclasses import dataclass

from deploy.sandbox.identity.errors import BadGrant
from deploy.sandbox.identity.personas import Persona

LIFETIME_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Grant:
    """What the person agreed to by picking a persona."""

    persona: Persona
    client_id: str
    redirect_uri: str
    code_challenge: str
    nonce: str
    lasting: bool
    """Whether the app may renew it (scope `offline_access`)."""


class Codes:
    """Codes handed out and not yet used."""

    def __init__(self) -> None:
        self._grants: dict[str, tuple[float, Grant]] = {}

    def issue(self, grant: Grant) -> str:
        """A new code for this grant."""
        now = time.monotonic()
        self._grants = {code: kept for code, kept in self._grants.items() if kept[0] > now}
        code = secrets.token_urlsafe(32)
        self._grants[code] = (now + LIFETIME_SECONDS, grant)
        return code

    def redeem(self, code: str, *, client_id: str, redirect_uri: str, verifier: str) -> Grant:
        """The grant behind a code, once; a failed try uses it up too. Raises BadGrant."""
        expires, grant = self._grants.pop(code, (0.0, None))
        if (
            grant is None
            or expires <= time.monotonic()
            or (grant.client_id, grant.redirect_uri) != (client_id, redirect_uri)
            or not secrets.compare_digest(challenge_of(verifier), grant.code_challenge.encode())
        ):
            raise BadGrant
        return grant


def challenge_of(verifier: str) -> bytes:
    """The S256 challenge of a verifier (RFC 7636 4.2)."""
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=")
