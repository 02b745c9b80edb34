"""A company appears on Kafka, and its starters appear on Kafka."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

from contracts.jobs import Role
from contracts.model import starter_id
from contracts.profiles import CompanyProfile
from contracts.topics import COMPANIES
from servicekit import outbox
from servicekit.testing import TestIssuer, until
from template_svc.starters import starters
from template_svc.tests.conftest import running, settings_of


async def test_a_company_that_appears_gets_its_starters(
    database: Callable[[str], Any], issuer: TestIssuer, kafka: str
) -> None:
    company_id = uuid4()
    profile = CompanyProfile(
        id=company_id, company_id=company_id, version=1, name="Northside", slug="northside", zone="America/Denver"
    )
    async with running(settings_of(database("template"), issuer, kafka), issuer) as service:
        async with service.database.worker() as tx:  # any outbox will do to publish a company
            await outbox.add(tx, [outbox.Message(COMPANIES, str(company_id), company_id, profile)])
        path = f"/v1/templates/{starter_id(company_id, 'template', 'status-on-the-way')}"

        async def appeared() -> bool:
            return (await service.call("GET", path, who=(Role.ADMIN, company_id))).status_code == 200

        assert await until(appeared)

        async def announced() -> bool:
            return not await service.outbox()

        assert await until(announced)
        page = await service.call("GET", "/v1/templates?limit=100", who=(Role.ADMIN, company_id))
        made = {(item["name"], item["channel"]) for item in page.json()["items"]}
        assert made == {(starter.name, starter.channel) for starter in starters()}
