"""The delivery log and the rules over HTTP, through the whole app on real PostgreSQL."""

import asyncio
import zlib
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
import orjson
import pytest

from contracts import events
from contracts.jobs import Role
from contracts.profiles import Region
from notifier_svc import planning
from notifier_svc.domain.keys import Keys
from notifier_svc.domain.rules import new_tags
from notifier_svc.main import build
from notifier_svc.store import rules
from notifier_svc.tests.app import settings_for
from notifier_svc.tests.factories import (
    COMPANY,
    TEMPLATE,
    a_company,
    a_contact,
    a_customer,
    a_job,
    a_rule,
    a_template,
    an_email,
    an_event,
    email_rules,
)
from notifier_svc.tests.test_planning import an_envelope
from servicekit import copies
from servicekit.db import Database
from servicekit.paging import encode_cursor
from servicekit.testing import TestIssuer, serving

TAGS = ("VIP", "gold, silver", "a'b\"c\\N")
MARIA, TOM = a_customer(tags=TAGS), a_customer(id=UUID(int=6), name="Tom Ray")


@pytest.fixture
async def client(database: Callable[[str], Any], issuer: TestIssuer, keys: Keys) -> AsyncIterator[httpx.AsyncClient]:
    urls = database("notifier")
    db = await Database.open(urls.api_url, urls.worker_url, size=2, name="test")
    await fill(db, keys)
    await db.close()
    async with serving(build(settings_for(urls, issuer, roles=["api"]))) as client:
        yield client


async def fill(db: Database, keys: Keys) -> None:
    """Two customers, one who takes status updates and one who does not; three events."""
    off = a_contact(name="Tom Ray", emails=(an_email("tom@example.com", status_updates=False),))
    job = a_job(id=uuid4(), number=7, customer_id=TOM.id)
    async with db.worker() as tx:
        await copies.put(tx, "companies", [a_company()])
        await copies.put(tx, "templates", [a_template()])
        await copies.put(tx, "customers", [MARIA, TOM.model_copy(update={"contacts": (off,)})])
        await rules.add(tx, email_rules())
        await copies.put(tx, "jobs", [a_job(), job])
    for event in (an_event(events.JobCreated), an_event(), an_event(job=job)):
        async with db.worker() as tx:
            await planning.plan_events(tx, keys, [an_envelope(event)])


def office(issuer: TestIssuer, company: UUID = COMPANY) -> dict[str, str]:
    return issuer.headers(Role.DISPATCHER, company)


async def get(client: httpx.AsyncClient, path: str, headers: dict[str, str], **params: Any) -> Any:
    response = await client.get(path, headers=headers, params=params)
    assert response.status_code == 200, response.text
    return response.json()


def database_of(client: httpx.AsyncClient) -> Database:
    database: Database = client._transport.app.state.database  # type: ignore[attr-defined]
    return database


@pytest.mark.proves("S3.20")
async def test_the_log_says_who_what_and_why_not_in_plain_words(  # G1, S3.21
    client: httpx.AsyncClient, issuer: TestIssuer
) -> None:
    [row] = (await get(client, "/v1/deliveries", office(issuer), state="skipped"))["items"]
    assert (row["customer_name"], row["recipient_name"], row["job_number"]) == ("Tom Ray", "Tom Ray", 7)
    assert (row["rule_name"], row["channel"], row["address"]) == ("On the way", "email", "tom@example.com")
    assert row["explanation"] == "Not sent: status updates are switched off for this address."


@pytest.mark.proves("S3.21")
async def test_an_error_is_visible_in_plain_words_and_in_the_providers(
    client: httpx.AsyncClient, issuer: TestIssuer
) -> None:
    async with database_of(client).worker() as tx:
        await tx.execute(
            "update delivery set state = 'failed', reason = 'refused_by_provider', detail = '550 no such user'"
            " where trigger = 'job_created'"
        )
    [row] = (await get(client, "/v1/deliveries", office(issuer), state="failed"))["items"]
    assert row["explanation"].startswith("Failed: the recipient's mail server or phone network refused it for good.")
    assert row["detail"] == "550 no such user"


async def test_a_line_that_waits_says_what_for(client: httpx.AsyncClient, issuer: TestIssuer) -> None:  # G1
    async with database_of(client).worker() as tx:
        await tx.execute("update delivery set detail = 'Twilio can''t be reached.' where trigger = 'job_created'")
        await tx.execute("update delivery set state = 'queued', reason = null")
    rows = (await get(client, "/v1/deliveries", office(issuer)))["items"]
    assert [row["explanation"] for row in rows] == [
        "Waiting for its time, or for its turn.",
        "Waiting for its time, or for its turn.",
        "Waiting. Twilio can't be reached.",
    ]


async def test_the_newest_comes_first_and_pages_meet_without_gap(client: httpx.AsyncClient, issuer: TestIssuer) -> None:
    whole = (await get(client, "/v1/deliveries", office(issuer)))["items"]
    assert [row["trigger"] for row in whole] == ["status_set", "status_set", "job_created"]
    seen, cursor = [], None
    while True:
        params = {"limit": 1} | ({"cursor": cursor} if cursor else {})
        page = await get(client, "/v1/deliveries", office(issuer), **params)
        seen += [row["id"] for row in page["items"]]
        if (cursor := page["next_cursor"]) is None:
            break
    assert seen == [row["id"] for row in whole]


@pytest.mark.parametrize(
    ("params", "number"),
    [
        ({"customer_id": str(MARIA.id)}, 2),
        ({"customer_id": str(uuid4())}, 0),
        ({"job_id": str(a_job().id)}, 2),
        ({"state": "queued"}, 2),
        ({"state": ["queued", "skipped"]}, 3),
        ({"channel": "sms"}, 0),
        ({"event_id": str(uuid4())}, 0),
        ({"since": "2020-01-01T00:00:00Z"}, 3),
        ({"since": "2999-01-01T00:00:00+02:00"}, 0),
        ({"until": "2999-01-01T00:00:00Z"}, 3),
        ({"until": "2020-01-01T00:00:00Z"}, 0),
    ],
)
async def test_the_log_can_be_narrowed(
    client: httpx.AsyncClient, issuer: TestIssuer, params: dict[str, Any], number: int
) -> None:
    assert len((await get(client, "/v1/deliveries", office(issuer), **params))["items"]) == number


async def test_the_log_in_figures(client: httpx.AsyncClient, issuer: TestIssuer) -> None:  # G1
    began = datetime.now(UTC) - timedelta(minutes=90)
    async with database_of(client).worker() as tx:
        [first, _] = await tx.fetch("select id, occurred_month, company_id from delivery where state = 'queued'")
        await tx.execute("update delivery set due_at = now() - interval '1 hour' where state = 'queued'")
        await tx.execute("update delivery set state = 'sent', due_at = planned_at where id = $1", first["id"])
        await tx.execute(
            "insert into attempt (occurred_month, delivery_id, n, company_id, finished_at, outcome)"
            " select occurred_month, id, 1, company_id, planned_at + interval '3 s', 'sent' from delivery"
            " where id = $1",
            first["id"],
        )
    span = {"since": began.isoformat(), "until": (began + timedelta(hours=3)).isoformat()}
    summary = await get(client, "/v1/delivery-summary", office(issuer), **span)

    assert {(c["state"], c["reason"], c["count"]) for c in summary["counts"]} == {
        ("queued", None, 1),
        ("sent", None, 1),
        ("skipped", "status_updates_off", 1),
    }
    assert {datetime.fromisoformat(c["hour"]) for c in summary["counts"]} == {began + timedelta(hours=1)}
    assert {c["explanation"] for c in summary["counts"] if c["state"] == "skipped"} == {
        "Not sent: status updates are switched off for this address."
    }
    assert summary["late"] == 1
    assert summary["seconds"] == {"p50": 3, "p95": 3, "p99": 3}


@pytest.mark.proves("G2")
async def test_the_office_is_told_when_more_fails_than_before(client: httpx.AsyncClient, issuer: TestIssuer) -> None:
    now = datetime.now(UTC)
    span = {"since": (now - timedelta(days=1)).isoformat(), "until": (now + timedelta(hours=1)).isoformat()}

    async def log(state: str, number: int, ago: timedelta) -> Any:
        """So many more like the one that is skipped, planned then; returns what the summary says."""
        async with database_of(client).worker() as tx:
            columns = ", ".join(
                row["column_name"]
                for row in await tx.fetch(
                    "select column_name from information_schema.columns where table_name = 'delivery'"
                    " and is_generated = 'NEVER' and column_name not in ('id', 'state', 'reason', 'planned_at')"
                )
            )
            await tx.execute(
                f"insert into delivery (id, state, planned_at, {columns})"  # noqa: S608
                f" select gen_random_uuid(), $1, now() - $2::interval, {columns} from delivery, generate_series(1, $3)"
                " where state = 'skipped' and reason = 'status_updates_off'",
                state,
                ago,
                number,
            )
        return (await get(client, "/v1/delivery-summary", office(issuer), **span))["failing"]

    minute, hours = timedelta(minutes=1), timedelta(hours=3)
    assert await log("bounced", 4, minute) is None
    assert await log("failed", 1, minute) == {"failed": 5, "decided": 5}
    assert await log("sent", 95, minute) is None
    assert await log("failed", 2, minute) == {"failed": 7, "decided": 102}
    assert await log("delivered", 100, hours) == {"failed": 7, "decided": 102}
    assert await log("undelivered", 3, hours) is None


async def test_the_log_in_figures_is_of_a_time_and_of_ones_own_company(
    client: httpx.AsyncClient, issuer: TestIssuer
) -> None:
    now = datetime.now(UTC)
    today = {"since": (now - timedelta(days=1)).isoformat(), "until": (now + timedelta(days=1)).isoformat()}
    nothing: dict[str, Any] = {"counts": [], "failing": None, "late": 0, "seconds": None}
    assert await get(client, "/v1/delivery-summary", office(issuer, uuid4()), **today) == nothing
    past = {"since": (now - timedelta(days=9)).isoformat(), "until": (now - timedelta(days=1)).isoformat()}
    assert await get(client, "/v1/delivery-summary", office(issuer), **past) == nothing
    for wrong in (
        {},
        past | {"until": past["since"]},
        today | {"since": past["since"]},
        {**past, "until": "2026-11-27"},
    ):
        answer = await client.get("/v1/delivery-summary", headers=office(issuer), params=wrong)
        assert answer.status_code == 422


@pytest.mark.parametrize("params", [{"cursor": "nonsense"}, {"limit": 0}, {"state": "lost"}, {"job_id": "7"}])
async def test_a_question_that_makes_no_sense_is_a_422(
    client: httpx.AsyncClient, issuer: TestIssuer, params: dict[str, Any]
) -> None:
    response = await client.get("/v1/deliveries", headers=office(issuer), params=params)
    assert response.status_code == 422
    assert response.headers["content-type"] == "application/problem+json"


async def test_one_delivery_shows_its_tries_and_its_words(
    client: httpx.AsyncClient, issuer: TestIssuer, database: Any
) -> None:
    row = (await get(client, "/v1/deliveries", office(issuer), state="queued"))["items"][0]
    words = {"subject": "On our way", "html": "<p>Hi</p>", "text": "Hi"}
    async with database_of(client).worker() as tx:
        month = await tx.fetchval("select occurred_month from delivery where id = $1", UUID(row["id"]))
        keyed = (month, UUID(row["id"]), COMPANY)
        await tx.execute(
            "insert into attempt (occurred_month, delivery_id, company_id, n, outcome) values ($1, $2, $3, 1, 'sent')",
            *keyed,
        )
        await tx.execute(
            "insert into rendering (occurred_month, delivery_id, company_id, n, template_version, body)"
            " values ($1, $2, $3, 1, 1, $4)",
            *keyed,
            zlib.compress(orjson.dumps(words)),
        )
    detail = await get(client, f"/v1/deliveries/{row['id']}", office(issuer))
    assert detail["content"] == words | {"report": None}
    assert [(t["number"], t["outcome"]) for t in detail["tries"]] == [(1, "sent")]


@pytest.mark.survives(51)
async def test_another_company_sees_nothing(client: httpx.AsyncClient, issuer: TestIssuer) -> None:
    row = (await get(client, "/v1/deliveries", office(issuer)))["items"][0]
    stranger = office(issuer, uuid4())
    assert (await get(client, "/v1/deliveries", stranger))["items"] == []
    assert (await get(client, "/v1/rules", stranger))["items"] == []
    assert (await client.get(f"/v1/deliveries/{row['id']}", headers=stranger)).status_code == 404


async def test_a_technician_does_not_read_the_log(client: httpx.AsyncClient, issuer: TestIssuer) -> None:  # G20
    response = await client.get("/v1/deliveries", headers=issuer.headers(Role.TECH, COMPANY))
    assert response.status_code == 403


async def test_a_rule_is_changed_by_who_read_it_last(client: httpx.AsyncClient, issuer: TestIssuer) -> None:
    admin = issuer.headers(Role.ADMIN, COMPANY)
    [rule] = [r for r in (await get(client, "/v1/rules", admin))["items"] if r["name"] == "On the way"]
    url = f"/v1/rules/{rule['id']}"
    body = {name: rule[name] for name in ("name", "channel", "template_id", "status_id")} | {"active": False}
    assert (await client.put(url, json=body, headers=admin)).status_code == 428
    changed = await client.put(url, json=body, headers=admin | {"if-match": '"1"'})
    assert (changed.status_code, changed.headers["etag"], changed.json()["active"]) == (200, '"2"', False)
    assert (await client.put(url, json=body, headers=admin | {"if-match": '"1"'})).status_code == 412
    assert (await client.get(url, headers=admin)).json()["active"] is False


async def test_a_new_rule_is_made_once_and_published(client: httpx.AsyncClient, issuer: TestIssuer) -> None:
    admin = issuer.headers(Role.ADMIN, COMPANY) | {"idempotency-key": "a-new-rule"}
    body = {"name": "For offices", "trigger": "job_created", "channel": "email", "template_id": str(TEMPLATE)}
    first, again = [await client.post("/v1/rules", json=body, headers=admin) for _ in range(2)]
    assert first.status_code == 201
    assert first.json()["id"] == again.json()["id"]
    assert first.json()["category"] == "confirmation"
    rules = (await get(client, "/v1/rules", admin, trigger="job_created"))["items"]
    assert {rule["name"] for rule in rules} == {"Job booked", "For offices"}


async def test_a_rule_keeps_the_tags_it_is_for(client: httpx.AsyncClient, issuer: TestIssuer) -> None:  # S4.18
    admin, tags = issuer.headers(Role.ADMIN, COMPANY), list(TAGS)
    body = {"name": "x", "channel": "email", "template_id": str(TEMPLATE), "tags": tags}
    made = await client.post("/v1/rules", json=body | {"trigger": "job_created"}, headers=admin)
    assert (made.status_code, set(made.json()["tags"])) == (201, set(tags))
    url = f"/v1/rules/{made.json()['id']}"
    changed = await client.put(url, json=body | {"tags": ["VIP"]}, headers=admin | {"if-match": made.headers["etag"]})
    assert (changed.status_code, (await get(client, url, admin))["tags"]) == (200, ["VIP"])


def test_only_tags_that_a_rule_did_not_have_before_must_be_a_customers() -> None:
    before = a_rule(tags=frozenset({"VIP", "gold"}))
    assert new_tags(a_rule(tags=frozenset({"vip", "Club"})), before) == {"Club"}
    assert new_tags(a_rule(tags=frozenset({"Club"}))) == {"Club"}


async def test_a_tag_that_no_customer_has_is_refused(client: httpx.AsyncClient, issuer: TestIssuer) -> None:
    admin = issuer.headers(Role.ADMIN, COMPANY)
    body = {"name": "x", "trigger": "job_created", "channel": "email", "template_id": str(TEMPLATE)}
    refused = await client.post("/v1/rules", json=body | {"tags": ["vip", "vpi"]}, headers=admin)
    assert (refused.status_code, refused.json()["type"].rsplit("/")[-1]) == (422, "unknown-tag")
    assert refused.json()["detail"] == "Nobody is tagged vpi. Tag a customer first."
    tried = await client.post("/v1/rule-trials", json={"rule": body | {"tags": ["vpi"]}}, headers=admin)
    assert tried.json()["type"].rsplit("/")[-1] == "unknown-tag"
    theirs = issuer.headers(Role.ADMIN, UUID(int=77))  # another company's customers are nobody here
    refused = await client.post("/v1/rules", json=body | {"tags": ["vip"]}, headers=theirs)
    assert refused.json()["type"].rsplit("/")[-1] == "unknown-tag"


async def test_what_was_read_of_a_rule_can_be_sent_back_whole(client: httpx.AsyncClient, issuer: TestIssuer) -> None:
    admin = issuer.headers(Role.ADMIN, COMPANY)
    [rule, *_] = (await get(client, "/v1/rules", admin))["items"]
    url, match = f"/v1/rules/{rule['id']}", {"if-match": f'"{rule["version"]}"'}
    changed = await client.put(url, json=rule | {"active": False, "trigger": "invoice_issued"}, headers=admin | match)
    assert (changed.status_code, changed.json()) == (200, rule | {"active": False, "version": rule["version"] + 1})
    match = {"if-match": changed.headers["etag"]}
    assert (await client.put(url, json=rule | {"when": "right away"}, headers=admin | match)).status_code == 422
    new = {name: value for name, value in rule.items() if name not in ("id", "version", "category", "created_at")}
    refused = await client.post("/v1/rules", json=new | {"version": 1}, headers=admin)
    assert refused.json()["errors"][0]["field"] == "body.version"


@pytest.mark.parametrize(
    "over",
    [
        {"trigger": "full_moon"},
        {"customer_kinds": []},
        {"nmae": "typo"},
        {"name": ""},
        {"tags": [""]},
        {"tags": ["a\nb"]},
    ],
)
async def test_a_rule_that_makes_no_sense_is_refused(
    client: httpx.AsyncClient, issuer: TestIssuer, over: dict[str, Any]
) -> None:
    body = {"name": "x", "trigger": "job_created", "channel": "email", "template_id": str(TEMPLATE)} | over
    response = await client.post("/v1/rules", json=body, headers=issuer.headers(Role.ADMIN, COMPANY))
    assert response.status_code == 422


@pytest.mark.parametrize(
    ("over", "words"),
    [
        ({"status_id": str(uuid4())}, "would never fire"),
        ({"region_id": str(uuid4())}, "no such region"),
        ({"name": "a\0b"}, "one line without control characters"),
        ({"name": "a\nb"}, "one line without control characters"),
        ({"name": "a\x9bb"}, "one line without control characters"),
    ],
)
async def test_a_rule_that_could_never_send_is_refused_in_clear_words(
    client: httpx.AsyncClient, issuer: TestIssuer, over: dict[str, Any], words: str
) -> None:
    admin = issuer.headers(Role.ADMIN, COMPANY)
    body = {"name": "x", "trigger": "job_created", "channel": "email", "template_id": str(TEMPLATE)}
    refused = await client.post("/v1/rules", json=body | over, headers=admin)
    assert (refused.status_code, words in refused.text) == (422, True), refused.text
    made = await client.post("/v1/rules", json=body, headers=admin)
    del body["trigger"]
    changed = await client.put(
        f"/v1/rules/{made.json()['id']}", json=body | over, headers=admin | {"if-match": made.headers["etag"]}
    )
    assert (changed.status_code, words in changed.text) == (422, True), changed.text


async def test_a_rule_of_a_region_can_be_switched_off_after_the_region_went(
    client: httpx.AsyncClient, issuer: TestIssuer
) -> None:
    admin = issuer.headers(Role.ADMIN, COMPANY)
    region = Region(id=uuid4(), name="West")
    body = {"name": "x", "channel": "email", "template_id": str(TEMPLATE), "region_id": str(region.id)}
    async with database_of(client).worker() as tx:
        await copies.put(tx, "companies", [a_company(version=2, regions=(region,))])
    made = await client.post("/v1/rules", json=body | {"trigger": "job_created"}, headers=admin)
    assert made.status_code == 201, made.text
    async with database_of(client).worker() as tx:
        await copies.put(tx, "companies", [a_company(version=3)])
    off = body | {"active": False}
    url = f"/v1/rules/{made.json()['id']}"
    assert (await client.put(url, json=off, headers=admin | {"if-match": '"1"'})).status_code == 200


async def test_a_rule_can_be_read_while_someone_changes_it(client: httpx.AsyncClient, issuer: TestIssuer) -> None:
    [rule, *_] = (await get(client, "/v1/rules", office(issuer)))["items"]
    async with database_of(client).worker() as tx, asyncio.timeout(5):
        await tx.execute("select from rule where id = $1 for update", UUID(rule["id"]))
        assert await get(client, f"/v1/rules/{rule['id']}", office(issuer)) == rule


async def test_of_two_changes_at_once_one_wins_and_the_other_is_told(
    client: httpx.AsyncClient, issuer: TestIssuer
) -> None:
    admin = issuer.headers(Role.ADMIN, COMPANY) | {"if-match": '"1"'}
    [rule, *_] = (await get(client, "/v1/rules", office(issuer)))["items"]
    body = {name: rule[name] for name in ("name", "channel", "template_id", "status_id")}
    changes = [client.put(f"/v1/rules/{rule['id']}", json=body, headers=admin) for _ in range(4)]
    assert sorted(answer.status_code for answer in await asyncio.gather(*changes)) == [200, 412, 412, 412]


@pytest.mark.parametrize("path", ["/v1/deliveries", "/v1/rules"])
async def test_a_cursor_of_no_moment_of_ours_is_a_422(client: httpx.AsyncClient, issuer: TestIssuer, path: str) -> None:
    far = ("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00")
    for moment in (*far, "2026-11-24T17:00:00", "soon", 7, None):
        params = {"cursor": encode_cursor(moment, uuid4())}
        response = await client.get(path, headers=office(issuer), params=params)
        assert (response.status_code, "cursor" in response.text) == (422, True), moment


async def test_a_dispatcher_does_not_change_rules(client: httpx.AsyncClient, issuer: TestIssuer) -> None:  # G20
    body = {"name": "x", "trigger": "job_created", "channel": "email", "template_id": str(TEMPLATE)}
    assert (await client.post("/v1/rules", json=body, headers=office(issuer))).status_code == 403
