"""A connection lost during COMMIT: nobody knows whether it counts, so the same request again must not count twice."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import pytest

from contracts.jobs import Role
from servicekit.testing import TestIssuer, serving
from servicekit.tests.test_http import an_app
from tests.chaos.doors import standing
from tests.chaos.lies import Lie
from tests.chaos.stack import at_port


@pytest.mark.survives(16)
async def test_a_commit_that_nobody_answers_is_a_503_and_asked_again_it_counts_once(
    database: Callable[[str], Any], issuer: TestIssuer
) -> None:
    urls, headers = database("notifier"), issuer.headers(Role.ADMIN, uuid4()) | {"idempotency-key": "again"}
    with standing({"postgres": urlsplit(urls.api_url).port or 0}) as doors:
        door = doors["postgres"]
        through = replace(urls, api_url=at_port(urls.api_url, door.port))
        async with serving(an_app(through, issuer)) as client:
            door.lies.ask_for(Lie.SWALLOWED, 1)
            lost = await client.post("/v1/notes", json={"text": "hello"}, headers=headers)
            assert (lost.status_code, lost.headers["retry-after"]) == (503, "1")
            assert door.lies.told[Lie.SWALLOWED] == 1
            again = await client.post("/v1/notes", json={"text": "hello"}, headers=headers)
            another = await client.post("/v1/notes", json={"text": "hello"}, headers=headers | {"idempotency-key": "b"})
    assert (again.status_code, again.json()) == (201, {"number": 0})
    assert another.json() == {"number": 1}
