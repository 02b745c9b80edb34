"""The change log: who changed which rule or setting, when, from what to what (G20)."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import httpx
import pytest

from contracts.jobs import Role
from contracts.model import starter_id
from contracts.topics import COMPANIES
from notifier_svc import planning
from notifier_svc.domain.keys import Keys
from notifier_svc.domain.volume import Breaker
from notifier_svc.events import consumers
from notifier_svc.store import templates
from notifier_svc.tests.app import App
from notifier_svc.tests.factories import COMPANY, TEMPLATE, a_company, a_customer, a_template
from notifier_svc.tests.test_planning import an_envelope
from servicekit import copies

BOOKED = {"name": "Booked", "channel": "email", "template_id": str(TEMPLATE), "trigger": "job_created"}
PHONE = {"account_sid": "AC" + "2" * 32, "auth_token": "a secret token", "numbers": ["+17205550101"]}


@pytest.fixture
async def app(app: App) -> App:
    async with app.db.worker() as tx:
        await copies.put(tx, "companies", [a_company()])
        await copies.put(tx, templates.KIND, [a_template()])
        await copies.put(tx, "customers", [a_customer(tags=("vip",))])
    return app


async def ask(app: App, method: str, path: str, body: Any = None, version: int | None = None) -> httpx.Response:
    match = {} if version is None else {"if-match": f'"{version}"'}
    headers = app.issuer.headers(Role.ADMIN, COMPANY) | match
    return await app.client.request(method, path, json=body, headers=headers)


async def log(app: App, company: UUID = COMPANY, **query: Any) -> list[dict[str, Any]]:
    """What the office's admin reads, newest first."""
    headers = app.issuer.headers(Role.ADMIN, company)
    answer = await app.client.get("/v1/changes", params=query, headers=headers)
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


def short(rows: list[dict[str, Any]]) -> list[tuple[Any, ...]]:
    return [(row["version"], row["how"], row["field"], row["old"], row["new"]) for row in rows]


async def test_a_rule_is_there_whole_when_it_is_made_and_field_by_field_when_it_is_changed(app: App) -> None:
    reminder = {"trigger": "visit_reminder", "timing": {"days_before": 1, "at": "17:00"}, "tags": ["vip"]}
    made = await ask(app, "POST", "/v1/rules", BOOKED | reminder)
    path = f"/v1/rules/{made.json()['id']}"
    body = {name: value for name, value in (BOOKED | reminder).items() if name != "trigger"}
    later = body | {"timing": {"days_before": 2, "at": "17:00"}, "active": False}
    assert (await ask(app, "PUT", path, later, 1)).status_code == 200
    *changed, created = await log(app)
    put = "PUT /v1/rules/{rule_id}"
    assert short(sorted(changed, key=lambda row: str(row["field"]))) == [
        (2, put, "active", True, False),
        (2, put, "timing.days_before", 1, 2),
    ]
    assert (created["version"], created["how"], created["field"], created["old"]) == (1, "POST /v1/rules", "rule", None)
    told = created["new"]
    assert (told["name"], told["tags"], told["timing"]["at"], told["max_age_hours"]) == (
        "Booked",
        ["vip"],
        "17:00",
        168,
    )
    assert {(row["actor"], row["actor_name"], row["role"], row["resource_id"]) for row in await log(app)} == {
        ("test-admin", "Test admin", "admin", made.json()["id"])
    }


async def test_a_senders_token_is_never_in_the_log_only_that_it_is_another_one(app: App) -> None:
    await ask(app, "PUT", "/v1/sender", {"reply_to": "office@example.com", "phone": PHONE})
    moved = PHONE | {"numbers": ["+17205550102"], "auth_token": "another secret token"}
    await ask(app, "PUT", "/v1/sender", {"reply_to": "office@example.com", "phone": moved}, 1)
    del moved["auth_token"]
    await ask(app, "PUT", "/v1/sender", {"phone": moved}, 2)
    rows = await log(app, resource="sender")
    put = "PUT /v1/sender"
    assert set(map(str, short(rows[:3]))) == {
        str((3, put, "reply_to", "office@example.com", None)),
        str((2, put, "phone.auth_token", None, "replaced")),
        str((2, put, "phone.numbers", ["+17205550101"], ["+17205550102"])),
    }
    assert rows[3]["field"] == "sender"
    assert "secret" not in str(rows)
    [stored] = await app.fetch("select string_agg(old::text || new::text, '') from change")
    assert "secret" not in stored[0]


async def test_who_paused_and_resumed_is_there_and_not_what_they_noted(app: App) -> None:
    await ask(app, "PUT", "/v1/pause", {"paused": True, "note": "Ms Lee asked"})
    await ask(app, "PUT", "/v1/pause", {"paused": False}, 1)
    rows = await log(app, resource="pause", resource_id=COMPANY)
    assert {row[1:] for row in short(rows)} == {
        ("PUT /v1/pause", "paused", True, False),
        ("PUT /v1/pause", "cause", "office", None),
        ("PUT /v1/pause", "paused", False, True),
        ("PUT /v1/pause", "cause", None, "office"),
    }
    assert "Lee" not in str(rows)


async def test_a_company_that_is_paused_by_itself_is_in_the_log_too(app: App, keys: Keys) -> None:
    async with app.db.worker() as tx:
        await copies.put(tx, "customers", [a_customer()])
    made = await ask(app, "POST", "/v1/rules", BOOKED | {"trigger": "status_set"})
    assert made.status_code == 201
    async with app.db.worker() as tx:
        await planning.plan_events(tx, keys, [an_envelope()], Breaker(at_least=1, times=1))
    rows = await log(app, resource="pause")
    assert {(row["actor"], row["actor_name"], row["role"], row["how"]) for row in rows} == {
        ("fieldbell", None, "service", "breaker")
    }


async def test_a_block_is_there_without_the_address(app: App) -> None:
    body = {"channel": "email", "address": "maria@example.com", "note": "Ms Lee moved"}
    block = (await ask(app, "POST", "/v1/blocks", body)).json()["id"]
    assert (await ask(app, "DELETE", f"/v1/blocks/{block}")).status_code == 204
    assert (await ask(app, "DELETE", f"/v1/blocks/{block}")).status_code == 404
    rows, facts = await log(app, resource="block", resource_id=block), {"channel": "email", "scope": "everything"}
    assert short(rows) == [
        (None, "DELETE /v1/blocks/{block_id}", "block", facts, None),
        (None, "POST /v1/blocks", "block", None, facts),
    ]


async def test_starter_rules_begin_a_log_once(app: App, keys: Keys) -> None:
    [consumer] = [each for each in consumers(keys) if each.topic is COMPANIES]
    for _ in range(2):
        async with app.db.worker() as tx:
            await consumer.handle(tx, [an_envelope(a_company(version=2), subject=str(COMPANY))])
    rows = await log(app, actor="fieldbell", limit=100)
    assert {row["how"] for row in rows} == {"starter"}
    assert len(rows) == len(await app.fetch("select from rule"))
    assert str(starter_id(COMPANY, "rule", "job-created")) in {row["resource_id"] for row in rows}


async def test_what_was_refused_or_changed_nothing_is_not_in_the_log(app: App) -> None:
    made = (await ask(app, "POST", "/v1/rules", BOOKED)).json()
    body, path = {name: value for name, value in BOOKED.items() if name != "trigger"}, f"/v1/rules/{made['id']}"
    assert (await ask(app, "PUT", path, body | {"name": "late"}, 9)).status_code == 412
    assert (await ask(app, "PUT", path, body | {"template_id": str(uuid4())}, 1)).status_code == 422
    assert (await ask(app, "PUT", path, body, 1)).status_code == 200
    key = {"idempotency-key": "once"} | app.issuer.headers(Role.ADMIN, COMPANY)
    for _ in range(2):
        await app.client.post("/v1/rules", json=BOOKED | {"name": "Again"}, headers=key)
    assert [row["new"]["name"] for row in await log(app)] == ["Again", "Booked"]


async def test_the_log_narrows_and_comes_in_pages(app: App) -> None:
    started = datetime.now(UTC) - timedelta(minutes=1)
    first, *_ = [(await ask(app, "POST", "/v1/rules", BOOKED)).json()["id"] for _ in range(3)]
    everything = await log(app)
    assert await log(app, resource="rule", since=started.isoformat()) == everything
    assert await log(app, resource_id=first) == everything[2:]
    assert await log(app, until=started.isoformat()) == await log(app, actor="nobody") == await log(app, uuid4()) == []
    seen: list[dict[str, Any]] = []
    query: dict[str, Any] | None = {"limit": 2}
    while query:
        page = (
            await app.client.get("/v1/changes", params=query, headers=app.issuer.headers(Role.ADMIN, COMPANY))
        ).json()
        seen += page["items"]
        query = {"limit": 2, "cursor": page["next_cursor"]} if page["next_cursor"] else None
    assert seen == everything


async def test_nobody_rewrites_the_log(app: App) -> None:
    await ask(app, "POST", "/v1/rules", BOOKED)
    for change in ("update change set actor = 'x'", "delete from change"):
        for opened in (app.db.company(COMPANY), app.db.worker()):
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                async with opened as tx:
                    await tx.execute(change)
