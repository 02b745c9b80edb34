"""The change log: who changed which template, when, from what to what (G20)."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest

from contracts.jobs import Role
from contracts.model import starter_id
from template_svc.starters import starters
from template_svc.tests.conftest import Service
from template_svc.tests.test_templates_api import HELLO, a_template, hello, published

LOG = "/v1/templates/changes"


async def log(service: Service, company_id: UUID, **query: Any) -> list[dict[str, Any]]:
    asked = "&".join(f"{name}={value}" for name, value in query.items())
    response = await service.call("GET", f"{LOG}?{asked}", who=(Role.DISPATCHER, company_id))
    assert response.status_code == 200, response.text
    items: list[dict[str, Any]] = response.json()["items"]
    return items


def short(rows: list[dict[str, Any]]) -> list[tuple[Any, ...]]:
    return [(row["version"], row["how"], row["field"], row["old"], row["new"]) for row in rows]


async def test_every_act_is_noted_with_who_when_and_from_what_to_what(service: Service) -> None:
    company_id = uuid4()
    started = datetime.now(UTC) - timedelta(minutes=1)
    template = await published(service, company_id)
    path, admin = f"/v1/templates/{template['id']}", (Role.ADMIN, company_id)
    await service.call("PUT", path, hello(text="Hi") | {"name": "Hi"}, who=admin, if_match='"2"')
    await service.call("POST", f"{path}/versions/1/restore", who=admin, if_match='"3"')
    await service.call("POST", f"{path}/archive", who=admin, if_match='"4"')
    await service.call("POST", f"{path}/unarchive", who=admin, if_match='"5"')
    rows = await log(service, company_id)
    assert sorted(short(rows), key=lambda row: (row[0], row[2])) == [
        (1, "created", "template", None, {"name": "Hello", "channel": "email"}),
        (2, "published", "published_version", None, 1),
        (2, "published", "state", "draft", "published"),
        (3, "edited", "en-US.text", None, "Hi"),
        (3, "edited", "name", "Hello", "Hi"),
        (4, "restored version 1", "en-US.text", "Hi", None),
        (5, "archived", "state", "published", "archived"),
        (6, "unarchived", "state", "archived", "published"),
    ]
    assert [row["version"] for row in rows] == [6, 5, 4, 3, 3, 2, 2, 1]
    assert {(row["actor"], row["template_id"]) for row in rows} == {("test-admin", template["id"])}
    assert all(datetime.fromisoformat(row["at"]) > started for row in rows)


async def test_a_language_that_comes_or_goes_is_there_part_by_part(service: Service) -> None:
    company_id = uuid4()
    template = await a_template(service, company_id)
    path, admin = f"/v1/templates/{template['id']}", (Role.ADMIN, company_id)
    spanish = {"default_locale": "es", "variants": {"es": {"subject": "Hola", "html": "<p>Hola</p>"}}}
    await service.call("PUT", path, HELLO | spanish, who=admin, if_match='"1"')
    rows = short(await log(service, company_id))
    words = HELLO["variants"]["en-US"]
    assert sorted(rows, key=lambda row: (row[0], row[2])) == [
        (1, "created", "template", None, {"name": "Hello", "channel": "email"}),
        (2, "edited", "default_locale", "en-US", "es"),
        (2, "edited", "en-US.html", words["html"], None),
        (2, "edited", "en-US.subject", words["subject"], None),
        (2, "edited", "es.html", None, "<p>Hola</p>"),
        (2, "edited", "es.subject", None, "Hola"),
    ]


async def test_what_was_refused_or_changed_nothing_is_not_in_the_log(service: Service) -> None:
    company_id = uuid4()
    template = await a_template(service, company_id)
    path, admin = f"/v1/templates/{template['id']}", (Role.ADMIN, company_id)
    await service.call("PUT", path, hello(html="{{ nobody }}"), who=admin, if_match='"1"')
    await service.call("PUT", path, hello(html="late"), who=admin, if_match='"9"')
    await service.call("PUT", path, HELLO, who=admin, if_match='"1"')
    assert [row["how"] for row in await log(service, company_id)] == ["created"]


async def test_copies_and_starters_begin_a_log_of_their_own(service: Service) -> None:
    company_id = await service.company()
    source = starter_id(company_id, "template", "payment-receipt")
    copied = await service.call(
        "POST", f"/v1/templates/{source}/duplicate", {"name": "Mine"}, who=(Role.ADMIN, company_id)
    )
    [copy] = await log(service, company_id, template_id=copied.json()["id"])
    assert (copy["how"], copy["new"]["name"]) == ("copied from Payment receipt", "Mine")
    rows = await log(service, company_id, actor="fieldbell", limit=50)
    assert {row["how"] for row in rows} == {"created"}
    assert len(rows) == len(starters())


async def test_the_log_narrows_by_template_person_and_time_and_comes_in_pages(service: Service) -> None:
    company_id = uuid4()
    one, _ = await published(service, company_id), await a_template(service, company_id)
    everything = await log(service, company_id)
    assert len(everything) == 4
    assert await log(service, company_id, template_id=one["id"]) == everything[1:]
    assert await log(service, company_id, actor="test-admin") == everything
    assert await log(service, company_id, actor="somebody") == []
    latest = everything[0]["at"].replace("+", "%2B")
    assert await log(service, company_id, since=latest) == everything[:1]
    assert await log(service, company_id, until=latest) == everything[1:]
    seen, query = [], "?limit=3"
    while query:
        page = (await service.call("GET", LOG + query, who=(Role.ADMIN, company_id))).json()
        seen += page["items"]
        query = page["next_cursor"] and f"?limit=3&cursor={page['next_cursor']}"
    assert seen == everything


@pytest.mark.survives(51)
async def test_the_log_is_the_offices_and_no_other_companys(service: Service) -> None:
    company_id = uuid4()
    template = await a_template(service, company_id)
    assert await log(service, uuid4(), template_id=template["id"]) == []
    assert (await service.call("GET", LOG, who=(Role.TECH, company_id))).status_code == 403
    async with service.database.company(uuid4()) as tx:
        assert await tx.fetchval("select count(*) from template_change") == 0


async def test_nobody_rewrites_the_log(service: Service) -> None:
    company_id = uuid4()
    await a_template(service, company_id)
    for change in ("update template_change set actor = 'x'", "delete from template_change"):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            async with service.database.company(company_id) as tx:
                await tx.execute(change)
        with pytest.raises(asyncpg.RaiseError, match="only added to"):
            async with service.database.worker() as tx:
                await tx.execute(change)
