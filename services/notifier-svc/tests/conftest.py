"""A notifier database with one company and its starter rules."""

from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from notifier_svc.domain.keys import Keys
from notifier_svc.domain.starters import starter_rules
from notifier_svc.store import rules
from servicekit import copies
from servicekit.db import Database

from .factories import COMPANY, NOW, a_company


@pytest.fixture
def keys() -> Keys:
    return Keys(b"a secret of sixteen bytes")


@pytest.fixture
async def db(database: Callable[[str], Any]) -> AsyncIterator[Database]:
    urls = database("notifier")
    opened = await Database.open(urls.api_url, urls.worker_url, size=4, name="test")
    async with opened.worker() as tx:
        await copies.put(tx, "companies", [a_company()])
        await rules.add(tx, starter_rules(COMPANY, NOW))
        await tx.execute("delete from outbox")
    yield opened
    await opened.close()
