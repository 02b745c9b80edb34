"""A network that swallows everything and breaks nothing: PostgreSQL must not wait for a leader who can't be heard."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

import pytest

from servicekit import relay
from servicekit.db import Database
from servicekit.relay import Relay
from servicekit.settings import KafkaSettings
from servicekit.testing import DatabaseUrls, until
from servicekit.tests.test_events_in_and_out import a_company, a_message, drained, publish, running
from tests.chaos.doors import standing
from tests.chaos.stack import at_port


async def test_when_nothing_is_heard_of_the_leader_another_leads(
    database: Callable[[str], Any], kafka: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(relay, "LEAD_SECONDS", 3.0)
    urls: DatabaseUrls = database("notifier")
    broker = KafkaSettings(bootstrap_servers=kafka)
    with standing({"postgres": urlsplit(urls.worker_url).port or 0}) as doors:
        through = replace(urls, worker_url=at_port(urls.worker_url, doors["postgres"].port))
        first, second = await opened(through), await opened(urls)
        async with running(Relay(first, broker)):
            await publish(second, a_message(a_company()))
            await until(lambda: drained(second))
            async with running(Relay(second, broker)):
                doors["postgres"].hold()
                await publish(second, a_message(a_company()))
                await until(lambda: drained(second))
                doors["postgres"].mend()
        for each in (first, second):
            await each.close()


async def opened(urls: DatabaseUrls) -> Database:
    return await Database.open(urls.api_url, urls.worker_url, size=4, name="test")
