"""The service on a real database, behind its real app, with real tokens; Kafka only where a test asks for it."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from contracts.jobs import Role
from contracts.profiles import RuleEntry
from servicekit import copies
from servicekit.auth import Authenticator
from servicekit.db import Database
from servicekit.settings import Issuer, KafkaSettings
from servicekit.testing import NOWHERE, TestIssuer, serving
from template_svc.main import build
from template_svc.reports.press import Press
from template_svc.settings import TemplateSettings
from template_svc.shelf import Shelf
from template_svc.starters import starters
from template_svc.store import templates as store


@dataclass
class Service:
    """A running template-svc and what a test needs to talk to it."""

    client: httpx.AsyncClient
    database: Database
    issuer: TestIssuer
    press: Press
    shelf: Shelf

    async def call(
        self, method: str, path: str, body: Any = None, *, who: tuple[Role, UUID | None], **headers: str
    ) -> httpx.Response:
        """Call with a token; `if_match` and `idempotency_key` become headers."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return await self.client.request(method, path, json=body, headers=self.issuer.headers(*who) | named)

    async def company(self) -> UUID:
        """A company with its starters."""
        company_id = uuid4()
        async with self.database.worker() as tx:
            await store.add_starters(tx, company_id, starters())
        return company_id

    async def rules(self, *entries: RuleEntry) -> None:
        """Rules as `rules.v1` tells them."""
        async with self.database.worker() as tx:
            await copies.put(tx, "rules", entries)

    async def outbox(self) -> list[dict[str, Any]]:
        """What waits to be published: topic, key, and type of each message."""
        async with self.database.worker() as tx:
            rows = await tx.fetch("select topic, key, headers, body from outbox order by id")
        return [dict(row) for row in rows]


def settings_of(database: Any, issuer: TestIssuer, kafka: str) -> TemplateSettings:
    """Settings for a service on `database` and the broker at `kafka`."""
    return TemplateSettings(
        api_database_url=database.api_url,
        worker_database_url=database.worker_url,
        kafka=KafkaSettings(bootstrap_servers=kafka),
        auth_issuers=(Issuer.model_validate(issuer.setting),),
    )


@asynccontextmanager
async def running(settings: TemplateSettings, issuer: TestIssuer) -> AsyncIterator[Service]:
    """The whole service, with its relay and its consumers."""
    app = build(settings)
    async with serving(app) as client:
        yield Service(client, app.state.database, issuer, app.state.press, app.state.shelf)


@pytest.fixture
async def service(database: Callable[[str], Any], issuer: TestIssuer) -> AsyncIterator[Service]:
    """The app without its background work, so that what it publishes stays in the outbox to be looked at."""
    settings = settings_of(database("template"), issuer, NOWHERE)
    urls = (settings.api_database_url.get_secret_value(), settings.worker_database_url.get_secret_value())
    app = build(settings)
    app.state.database = await Database.open(*urls, size=5, name="test")
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://service") as client, httpx.AsyncClient() as out:
        app.state.authenticator = Authenticator(settings.auth_issuers, settings.auth_audience, out)
        yield Service(client, app.state.database, issuer, app.state.press, app.state.shelf)
    await app.state.press.close()
    await app.state.database.close()
