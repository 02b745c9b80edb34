"""Everyone, at every door."""

import pytest

from contracts.jobs import Role
from servicekit.doors import wrong_doors
from template_svc.tests.conftest import Service


@pytest.mark.survives(53)
async def test_everyone_may_do_what_the_table_says_and_no_more(service: Service) -> None:  # G20
    company_id = await service.company()
    people = {role: service.issuer.headers(role, company_id) for role in Role}
    assert await wrong_doors(service.client, "template-svc", people) == []
