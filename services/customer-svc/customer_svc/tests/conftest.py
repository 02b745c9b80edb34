"""The real app on a real database, asked over HTTP with real tokens."""

from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any
from uuid import UUID

import pytest
from pydantic import AnyHttpUrl, SecretStr

from customer_svc import background
from customer_svc.main import build
from customer_svc.settings import CustomerSettings
from customer_svc.tests.api import Api, Platform
from customer_svc.tests.factories import COMPANY_ID, LINK_KEY, PORTAL_KEY, PUBLIC_URL, company_body
from servicekit.settings import Issuer, KafkaSettings
from servicekit.testing import NOWHERE, TestIssuer, running_issuer, serving


@pytest.fixture(scope="session")
def issuer() -> Iterator[TestIssuer]:
    """Signs the tokens."""
    with running_issuer() as running:
        yield running


@pytest.fixture
async def platform(
    database: Callable[[str], Any], issuer: TestIssuer, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Platform]:
    """The service on a database of its own; no broker is near, so the outbox keeps what the requests put there."""
    monkeypatch.setattr(background, "IDLE_SECONDS", 3600)  # tests do that work themselves
    urls = database("customer")
    settings = CustomerSettings(
        api_database_url=SecretStr(urls.api_url),
        worker_database_url=SecretStr(urls.worker_url),
        database_pool_size=4,
        auth_issuers=(Issuer.model_validate(issuer.setting),),
        kafka=KafkaSettings(bootstrap_servers=NOWHERE),
        link_keys=SecretStr(LINK_KEY),
        portal_keys=SecretStr(PORTAL_KEY),
        public_url=AnyHttpUrl(PUBLIC_URL),
    )
    app = build(settings)
    async with serving(app, PUBLIC_URL) as client:
        yield Platform(client, issuer, app.state.database, urls)


@pytest.fixture
async def api(platform: Platform) -> Api:
    """A company, and its people to ask as."""
    await platform.create_company(id=str(COMPANY_ID), **company_body())
    return platform.people_of(COMPANY_ID)


@pytest.fixture
async def other(platform: Platform) -> Api:
    """Another company's people."""
    other_id = UUID("22222222-2222-4222-8222-222222222222")
    await platform.create_company(id=str(other_id), **company_body(slug="brightway", name="Brightway"))
    return platform.people_of(other_id)
