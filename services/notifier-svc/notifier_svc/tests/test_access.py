"""Everyone, at every door."""

import pytest

from contracts.jobs import Role
from notifier_svc.tests.app import App
from notifier_svc.tests.factories import COMPANY
from servicekit.doors import wrong_doors


@pytest.mark.survives(53)
async def test_everyone_may_do_what_the_table_says_and_no_more(app: App) -> None:  # G20
    people = {role: app.issuer.headers(role, COMPANY) for role in Role}
    assert await wrong_doors(app.client, "notifier-svc", people) == []
