"""Who is asking: a JWT checked against its issuer's keys. The company and the roles come from it and nothing else."""

import asyncio
import logging
import time
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Annotated, Any
from uuid import UUID

import httpx
import jwt
from fastapi import Request, Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from jwt import PyJWKSet

from contracts.jobs import Actor, Role
from servicekit.errors import Forbidden, Unauthorized, Unavailable
from servicekit.settings import Issuer

log = logging.getLogger(__name__)

ALGORITHMS = ["RS256", "RS384", "RS512", "ES256", "ES384"]  # never HS: a public key must not pass as a secret
KEYS_SECONDS = 300.0
RETRY_SECONDS = 10.0  # an unknown key, or a failure, asks again, but no oftener than this
FETCH_SECONDS = 3.0
LEEWAY_SECONDS = 30
_ROLES = frozenset(role.value for role in Role)  # an issuer may grant others, which mean nothing here


@dataclass(frozen=True, slots=True)
class Principal:
    """Who is asking, as the token says."""

    subject: str
    roles: frozenset[Role]
    company_id: UUID | None
    name: str | None = None
    email: str | None = None
    customer_id: UUID | None = None
    email_verified: bool = False
    """Whether the issuer vouches that the address is theirs (OpenID Connect Core 5.1)."""

    @property
    def company(self) -> UUID:
        """The company asked for; raises `Forbidden` for a token without one."""
        if self.company_id is None:
            raise Forbidden("The token names no company.")
        return self.company_id

    @property
    def actor(self) -> Actor:
        """Who acted, for events: the strongest role of the token."""
        return Actor(id=self.subject, role=min(self.roles, key=list(Role).index))


class _Keys:
    """The signing keys of one issuer, fetched when needed and kept a while."""

    def __init__(self, issuer: Issuer, client: httpx.AsyncClient) -> None:
        self._url = str(issuer.jwks_url)
        self._client = client
        self._keys: dict[str | None, Any] = {}
        self._fetched = self._tried = -KEYS_SECONDS
        self._lock = asyncio.Lock()

    async def get(self, kid: str | None) -> Any:
        """The key. Whose key is known waits for nobody; an issuer that hangs is asked by one, and seldom."""
        old = time.monotonic() - self._fetched > KEYS_SECONDS
        if kid not in self._keys or (old and not self._lock.locked()):
            async with self._lock:
                if time.monotonic() - self._tried > RETRY_SECONDS:
                    await self._fetch()
        if not self._keys:
            raise Unavailable("The issuer's keys can't be fetched.")
        try:
            return self._keys[kid]
        except KeyError:
            raise Unauthorized("The token is signed with an unknown key.") from None

    async def _fetch(self) -> None:
        """Fetch the keys; if that fails those in hand go on being used."""
        self._tried = time.monotonic()
        try:
            response = await self._client.get(self._url, timeout=FETCH_SECONDS)
            response.raise_for_status()
            self._keys = {key.key_id: key for key in PyJWKSet.from_dict(response.json()).keys}
            self._fetched = time.monotonic()
        except (httpx.HTTPError, ValueError, jwt.PyJWTError) as error:
            log.warning("an issuer's keys can't be fetched", extra={"url": self._url, "error": type(error).__name__})


@dataclass(frozen=True)
class OwnIssuer:
    """This very service, where it signs tokens itself: it need not ask itself for its keys."""

    issuer: str
    roles: frozenset[Role]
    jwks: dict[str, Any]


class _OwnKeys:
    """The signing keys of this service."""

    def __init__(self, jwks: dict[str, Any]) -> None:
        self._keys = {key.key_id: key for key in PyJWKSet.from_dict(jwks).keys}

    async def get(self, kid: str | None) -> Any:
        """The key."""
        try:
            return self._keys[kid]
        except KeyError:
            raise Unauthorized("The token is signed with an unknown key.") from None


class Authenticator:
    """Checks tokens: issuer, audience, expiry, signature, and that the issuer may grant the roles."""

    def __init__(
        self, issuers: tuple[Issuer, ...], audience: str, client: httpx.AsyncClient, own: OwnIssuer | None = None
    ) -> None:
        self._trusted: dict[str, tuple[frozenset[Role], _Keys | _OwnKeys]] = {
            issuer.issuer: (issuer.roles, _Keys(issuer, client)) for issuer in issuers
        }
        if own is not None:
            self._trusted[own.issuer] = (own.roles, _OwnKeys(own.jwks))
        self._audience = audience

    async def principal(self, token: str) -> Principal:
        """Who the token speaks for. Raises `Unauthorized`."""
        try:
            claimed = jwt.decode(token, options={"verify_signature": False})
            granted, keys = self._trusted[claimed["iss"]]
            key = await keys.get(jwt.get_unverified_header(token).get("kid"))
            claims = jwt.decode(
                token,
                key,
                algorithms=ALGORITHMS,
                audience=self._audience,
                issuer=claimed["iss"],
                leeway=LEEWAY_SECONDS,
                options={"require": ["exp", "iss", "aud", "sub"]},
            )
            roles = granted & {Role(role) for role in claims.get("roles", ()) if role in _ROLES}
            if not roles:
                raise Unauthorized("The token grants no role.")
            return Principal(
                subject=claims["sub"],
                roles=roles,
                company_id=UUID(claims["company_id"]) if "company_id" in claims else None,
                name=claims.get("name"),
                email=claims.get("email"),
                customer_id=UUID(claims["customer_id"]) if "customer_id" in claims else None,
                email_verified=claims.get("email_verified") is True,
            )
        except (jwt.PyJWTError, KeyError, ValueError, TypeError, AttributeError) as error:
            raise Unauthorized("The token is not valid.") from error


BEARER = HTTPBearer(bearerFormat="JWT", scheme_name="bearer", auto_error=False)


def require(*roles: Role) -> Callable[..., Coroutine[Any, Any, Principal]]:
    """A FastAPI dependency: the principal, if it has one of `roles`; else 401 or 403."""
    bearer = Security(BEARER, scopes=[role.value for role in roles])  # for the documentation: who may

    async def dependency(request: Request, sent: Annotated[HTTPAuthorizationCredentials | None, bearer]) -> Principal:
        if sent is None:
            raise Unauthorized("Send a bearer token.")
        authenticator: Authenticator = request.app.state.authenticator
        principal = await authenticator.principal(sent.credentials.strip())
        if not principal.roles & set(roles):
            raise Forbidden("Your role does not allow this.")
        return principal

    return dependency


class ServiceToken:
    """This service's own token, by the client-credentials grant (RFC 6749 4.4), fetched again before it expires."""

    def __init__(self, token_url: str, client_id: str, client_secret: str, client: httpx.AsyncClient) -> None:
        self._url = token_url
        self._credentials = (client_id, client_secret)
        self._client = client
        self._token = ""
        self._until = 0.0
        self._lock = asyncio.Lock()

    async def get(self) -> str:
        """A token good for at least another minute. Raises `httpx.HTTPError`."""
        async with self._lock:
            if time.monotonic() > self._until - 60:
                response = await self._client.post(
                    self._url, data={"grant_type": "client_credentials"}, auth=self._credentials, timeout=5
                )
                response.raise_for_status()
                answer = response.json()
                self._token, self._until = answer["access_token"], time.monotonic() + answer["expires_in"]
            return self._token
