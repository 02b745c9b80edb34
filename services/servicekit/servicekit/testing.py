"""What tests of a service need besides a database: an issuer of tokens, the app in lifespan, waiting."""

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, TypeVar
from uuid import UUID, uuid4

import httpx
import jwt
import orjson
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from jwt.algorithms import RSAAlgorithm
from starlette.applications import Starlette

from contracts.jobs import Role

T = TypeVar("T")

NOWHERE = "127.0.0.1:9"  # the discard port: nothing answers


@dataclass(frozen=True)
class DatabaseUrls:
    """A migrated database of a test's own, by role; made by the fixture `database` (conftest.py at the root)."""

    name: str
    owner_url: str
    api_url: str
    worker_url: str


# What that fixture is: `database("status")` makes one.
MakeDatabase = Callable[[str], DatabaseUrls]


class TestIssuer:
    """Signs tokens; its keys are served over HTTP as a real issuer's are."""

    __test__ = False

    def __init__(self, url: str, key: RSAPrivateKey) -> None:
        self.url = url
        self._key = key

    @property
    def setting(self) -> dict[str, Any]:
        """The entry of AUTH_ISSUERS that trusts it with every role."""
        return {"issuer": self.url, "jwks_url": f"{self.url}/jwks", "roles": [role.value for role in Role]}

    def token(self, role: Role | str = Role.ADMIN, company_id: UUID | None = None, **claims: Any) -> str:
        """A token good for five minutes; `claims` replace or, where None, remove its claims."""
        now = int(time.time())
        content: dict[str, Any] = {
            "iss": self.url,
            "aud": "fieldbell",
            "sub": f"test-{role}",
            "name": f"Test {role}",
            "iat": now,
            "exp": now + 300,
            "jti": str(uuid4()),
            "roles": [str(role)],
            "company_id": str(company_id) if company_id else None,
        }
        content = {name: value for name, value in (content | claims).items() if value is not None}
        return jwt.encode(content, self._key, algorithm="RS256", headers={"kid": "test"})

    def headers(self, role: Role | str = Role.ADMIN, company_id: UUID | None = None, **claims: Any) -> dict[str, str]:
        """An Authorization header with such a token."""
        return {"authorization": f"Bearer {self.token(role, company_id, **claims)}"}


@contextmanager
def running_issuer() -> Iterator[TestIssuer]:
    """An issuer whose JWKS is served on a free port until the block ends."""
    key = generate_private_key(public_exponent=65537, key_size=2048)
    public = RSAAlgorithm.to_jwk(key.public_key(), as_dict=True) | {"kid": "test", "use": "sig", "alg": "RS256"}
    jwks = orjson.dumps({"keys": [public]})

    class Keys(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("content-length", str(len(jwks)))
            self.end_headers()
            self.wfile.write(jwks)

        def log_message(self, *args: object) -> None:
            """Stay quiet."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Keys) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield TestIssuer(f"http://127.0.0.1:{server.server_port}", key)
        finally:
            server.shutdown()
            thread.join()


@asynccontextmanager
async def serving(app: Starlette, base_url: str = "http://service") -> AsyncIterator[httpx.AsyncClient]:
    """A client of `app`, started and, at the end of the block, stopped."""
    async with app.router.lifespan_context(app):
        transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url=base_url) as client:
            yield client


class Shown:
    """Takes the place of a metric, and keeps by its labels what it shows."""

    def __init__(self) -> None:
        self._values: dict[frozenset[tuple[str, Any]], float] = {}

    def set(self, value: float, labels: Mapping[str, Any]) -> None:
        """Of a gauge."""
        self._values[frozenset(labels.items())] = value

    def add(self, value: float, labels: Mapping[str, Any]) -> None:
        """Of a counter."""
        self.set(value + (self.of(**labels) or 0), labels)

    record = set

    def of(self, **labels: Any) -> float | None:
        """What it shows now; of a histogram, the last that was put in. None: nothing."""
        return self._values.get(frozenset(labels.items()))


async def until(condition: Callable[[], Awaitable[T | None]], seconds: float = 60) -> T:
    """Wait for `condition` to return something true, and return it. Fails the test after `seconds`."""
    deadline = time.monotonic() + seconds
    while not (result := await condition()):
        if time.monotonic() > deadline:
            raise AssertionError(f"{getattr(condition, '__name__', 'the condition')} did not come true in {seconds} s")
        await asyncio.sleep(0.02)
    return result
