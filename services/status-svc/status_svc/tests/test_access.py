"""Everyone, at every door."""

import pytest

from contracts.jobs import Role
from servicekit.doors import wrong_doors
from status_svc.tests.service import Service


@pytest.mark.survives(53)
async def test_everyone_may_do_what_the_table_says_and_no_more(service: Service) -> None:  # G20
    claims = {"customer_id": str(service.customer.id)}
    people = {role: service.issuer.headers(role, service.company.id, **claims) for role in Role}
    assert await wrong_doors(service.client, "status-svc", people) == []
