"""The change log of the catalogue: who changed which status, by which operation, from what to what (G20)."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import asyncpg
import pytest

from contracts.jobs import Role
from status_svc.tests.service import Service, a_company
from status_svc.tests.test_statuses_http import add

PATH = "/v1/statuses/changes"
PATCH = "PATCH /v1/statuses/{status_id}"


async def log(service: Service, query: str = "") -> list[Any]:
    return list((await service.ok("GET", f"{PATH}?{query}", role=Role.ADMIN))["items"])


async def edit(service: Service, id: str, version: int, **body: Any) -> None:
    await service.ok("PATCH", f"/v1/statuses/{id}", body, role=Role.ADMIN, if_match=f'"{version}"')


def short(rows: list[Any]) -> list[tuple[Any, ...]]:
    return [(row["version"], row["how"], row["field"], row["old"], row["new"]) for row in rows]


async def test_a_status_is_there_whole_when_it_is_made_and_field_by_field_when_it_is_changed(service: Service) -> None:
    started = datetime.now(UTC) - timedelta(minutes=1)
    id = (await add(service))["id"]
    await edit(service, id, 1, hold_seconds=60, allow_tech_skip=True)  # G7, S1.10
    await edit(service, id, 2, active=False)
    retired, skip, hold, made = rows = await log(service, f"status_id={id}")
    assert short([retired, skip, hold]) == [
        (3, PATCH, "active", True, False),
        (2, PATCH, "hold_seconds", 0, 60),
        (2, PATCH, "allow_tech_skip", False, True),
    ]
    assert (made["version"], made["how"], made["field"], made["old"]) == (1, "POST /v1/statuses", "status", None)
    assert made["new"] == {
        "name": "Quality check",
        "colour": "#aabbcc",
        "position": 6,
        "closes": False,
        "allow_tech_skip": False,
        "hold_seconds": 0,
        "active": True,
    }
    assert {(row["actor"], row["actor_name"], row["role"], row["status_id"]) for row in rows} == {
        ("test-admin", "The admin", "admin", id)
    }
    assert all(datetime.fromisoformat(row["at"]) > started for row in rows)


async def test_a_new_order_is_there_for_each_that_moved(service: Service) -> None:
    ids = [status["id"] for status in (await service.ok("GET", "/v1/statuses"))["items"]]
    first, second, *rest = ids
    await service.ok("PUT", "/v1/statuses/order", {"ids": [second, first, *rest]}, role=Role.ADMIN)
    rows = await log(service, "actor=test-admin")
    order = "PUT /v1/statuses/order"
    assert {row["status_id"]: short([row]) for row in rows} == {
        first: [(2, order, "position", 0, 1)],
        second: [(2, order, "position", 1, 0)],
    }
    assert len(rows) == 2


async def test_starters_begin_the_log_once(service: Service) -> None:
    await service.hear(a_company(service.company.id, version=2))
    rows = await log(service)
    assert {(row["actor"], row["role"], row["how"], row["field"]) for row in rows} == {
        ("fieldbell", "service", "starter", "status")
    }
    assert len(rows) == 6


async def test_what_was_refused_changed_nothing_or_was_sent_twice_is_not_there(service: Service) -> None:
    body, once = {"name": "Quality check", "colour": "#aabbcc"}, {"role": Role.ADMIN, "idempotency_key": "k"}
    for _ in range(2):
        made = await service.ok("POST", "/v1/statuses", body, **once)
    path = f"/v1/statuses/{made['id']}"
    for change, match, status in (({"name": "X"}, '"9"', 412), ({"name": "Done"}, '"1"', 409)):
        refused = await service.refusal("PATCH", path, change, role=Role.ADMIN, if_match=match)
        assert refused[0] == status
    await edit(service, made["id"], 1, name="Quality check")
    assert [row["field"] for row in await log(service, f"status_id={made['id']}")] == ["status"]


@pytest.mark.survives(51)
async def test_it_narrows_comes_in_pages_and_is_the_own_companys(service: Service) -> None:
    started = datetime.now(UTC) - timedelta(minutes=1)
    everything = await log(service)
    moment = started.strftime("%Y-%m-%dT%H:%M:%SZ")
    assert (await log(service, f"since={moment}"), await log(service, f"until={moment}")) == (everything, [])
    assert await log(service, "actor=nobody") == []
    first = await service.ok("GET", f"{PATH}?limit=4", role=Role.ADMIN)
    rest = await service.ok("GET", f"{PATH}?limit=4&cursor={first['next_cursor']}", role=Role.ADMIN)
    assert (first["items"] + rest["items"], rest["next_cursor"]) == (everything, None)
    assert await log(service.beside()) == []


@pytest.mark.parametrize("sql", ["update status_changes set actor = 'x'", "delete from status_changes"])
async def test_nobody_rewrites_it(service: Service, sql: str) -> None:
    for opened in (service.database.company(service.company.id), service.database.worker()):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            async with opened as tx:
                await tx.execute(sql)


@pytest.fixture
def owner_url(database: Callable[[str], Any]) -> str:
    url: str = database("status").owner_url
    return url


async def test_not_even_who_owns_the_table(owner_url: str) -> None:
    owner = await asyncpg.connect(owner_url)
    await owner.execute("alter table status_changes no force row level security")
    columns = "company_id, status_id, version, actor, role, how, field"
    values = "$1, $1, 1, 'test-admin', 'admin', 'PATCH', 'name'"
    await owner.execute(f"insert into status_changes ({columns}) values ({values})", uuid4())  # noqa: S608
    for sql in ("update status_changes set actor = 'x'", "delete from status_changes"):
        with pytest.raises(asyncpg.RaiseError, match="only added to"):
            await owner.execute(sql)
    await owner.close()


async def test_it_takes_written_out_moments_and_is_only_read(service: Service) -> None:
    for number in ("0.5", "1764230400"):
        refused = await service.call("GET", f"/v1/statuses/changes?until={number}", role=Role.ADMIN)
        assert refused.status_code == 422
        assert "2026-11-27T08:00:00Z" in refused.text
    for method, path, allowed in (("PATCH", "changes", "GET"), ("PATCH", "order", "PUT")):
        answer = await service.call(method, f"/v1/statuses/{path}", {}, role=Role.ADMIN)
        assert (answer.status_code, answer.headers["allow"]) == (405, allowed)
