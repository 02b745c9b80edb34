"""The real app on a migrated database of the test's own."""

from collections.abc import AsyncIterator, Callable
from typing import Any

import httpx
import pytest
from pydantic import AnyHttpUrl

from servicekit.auth import Authenticator
from servicekit.db import Database
from servicekit.settings import Issuer, KafkaSettings
from servicekit.testing import NOWHERE, TestIssuer
from status_svc.main import build
from status_svc.settings import StatusSettings
from status_svc.tests.service import PUBLIC_URL, Service

Configure = Callable[[str], StatusSettings]


@pytest.fixture
def configure(database: Callable[[str], Any], issuer: TestIssuer) -> Configure:
    """`configure(brokers)`: the settings of a service on a database of this test's own."""
    urls = database("status")

    def settings(bootstrap_servers: str) -> StatusSettings:
        return StatusSettings(
            api_database_url=urls.api_url,
            worker_database_url=urls.worker_url,
            kafka=KafkaSettings(bootstrap_servers=bootstrap_servers),
            public_url=AnyHttpUrl(PUBLIC_URL),
            auth_issuers=(Issuer.model_validate(issuer.setting),),
        )

    return settings


@pytest.fixture
async def service(configure: Configure, issuer: TestIssuer) -> AsyncIterator[Service]:
    """The app without its background work, so that what it publishes stays in the outbox to be looked at."""
    settings = configure(NOWHERE)
    app = build(settings)
    app.state.database = await Database.open(
        settings.api_database_url.get_secret_value(),
        settings.worker_database_url.get_secret_value(),
        size=settings.database_pool_size,
        name="test",
    )
    async with (
        httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://service") as client,
        httpx.AsyncClient() as outside,
    ):
        app.state.authenticator = Authenticator(settings.auth_issuers, settings.auth_audience, outside)
        yield await Service(client, app.state.database, issuer).seed()
    await app.state.database.close()
