"""Which claims a token carries."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from deploy.sandbox.identity.keys import SigningKey
from deploy.sandbox.identity.personas import Persona

AUDIENCE = "fieldbell"
LIFETIME = timedelta(hours=1)


class TokenMaker:
    """Signs tokens in the name of one issuer."""

    def __init__(self, issuer: str, key: SigningKey) -> None:
        self.issuer = issuer
        self.key = key

    def for_persona(self, persona: Persona) -> str:
        """An access token of a person."""
        return self._sign(_person(persona), AUDIENCE)

    def for_service(self, client_id: str) -> str:
        """An access token of a service: no company, the role `service`."""
        return self._sign({"sub": client_id, "name": client_id, "roles": ["service"]}, AUDIENCE)

    def id_token(self, persona: Persona, client_id: str, nonce: str) -> str:
        """Who signed in, for that client alone: no API accepts its audience (OpenID Connect Core 2)."""
        return self._sign(_person(persona) | ({"nonce": nonce} if nonce else {}), client_id)

    def _sign(self, claims: dict[str, Any], audience: str) -> str:
        now = datetime.now(UTC)
        own = {"iss": self.issuer, "aud": audience, "iat": now, "exp": now + LIFETIME, "jti": str(uuid4())}
        return self.key.sign(claims | own)


def token_response(access_token: str) -> dict[str, str | int]:
    """The body of a successful token request (RFC 6749 5.1)."""
    return {"access_token": access_token, "token_type": "Bearer", "expires_in": int(LIFETIME.total_seconds())}


def _person(persona: Persona) -> dict[str, Any]:
    return {
        "sub": str(persona.subject),
        "name": persona.name,
        "email": persona.email,
        "email_verified": True,
        "roles": [persona.role],
        "company_id": str(persona.company.id),
    }
