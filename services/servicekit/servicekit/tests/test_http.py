"""What every service answers the same way: tokens, problems, idempotency, health; on real PostgreSQL."""

import asyncio
import re
from collections.abc import AsyncIterator, Callable
from typing import Annotated, Any
from unittest.mock import Mock, patch
from uuid import UUID, uuid4

import asyncpg
import httpx
import jwt
import pytest
from fastapi import APIRouter, Depends, FastAPI, Response
from fastapi.responses import JSONResponse
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from pydantic import AwareDatetime, Field

from contracts.jobs import Role
from servicekit import relay, runtime, telemetry
from servicekit.auth import Authenticator, Principal, _Keys, require
from servicekit.db import Database
from servicekit.errors import Conflict, Unavailable
from servicekit.http import Body, Db, create_app
from servicekit.idempotency import Once, once
from servicekit.preconditions import IfMatch, check_version, etag
from servicekit.runtime import Runtime
from servicekit.settings import Issuer, ServiceSettings
from servicekit.telemetry import spanned
from servicekit.testing import NOWHERE, Shown, TestIssuer, running_issuer, serving, until

COMPANY = uuid4()
router = APIRouter(prefix="/v1")
Office = Annotated[Principal, Depends(require(Role.ADMIN, Role.DISPATCHER))]


class Note(Body):
    text: str
    at: AwareDatetime | None = None
    stars: int | None = Field(None, le=5)


class NoteRefused(Conflict):
    """This note is refused."""

    slug = "note-refused"


@router.get("/me")
async def me(who: Office) -> dict[str, Any]:
    return {"subject": who.subject, "company": who.company, "roles": sorted(who.roles)}


@router.post("/notes")
async def add_note(body: Note, request: Once, who: Office, db: Db) -> Response:
    async with db.company(who.company) as tx:

        async def work() -> Response:
            if body.text == "refuse":
                raise NoteRefused("Not this text.", text_length=len(body.text))
            number = await tx.fetchval("select count(*) from rule")
            await tx.execute(
                "insert into rule (company_id, id, name, trigger, channel, template_id, category, max_age)"
                " values ($1, $2, 'a note', '', '', $2, '', '1 day')",
                who.company,
                uuid4(),
            )
            return JSONResponse({"number": number}, 201)

        return await once(tx, request, who, work)


@router.get("/versioned")
async def read_versioned(who: Office) -> Response:
    return Response(status_code=204, headers={"etag": etag(7)})


@router.put("/versioned")
async def versioned(request: IfMatch, who: Office) -> Response:
    check_version(request, 7)
    return Response(status_code=204, headers={"etag": etag(8)})


class PressBusy(Unavailable):
    """Too many wait."""

    slug = "press-busy"


@router.get("/busy")
async def busy() -> None:
    raise PressBusy


@router.get("/fails")
async def fails() -> None:
    raise ZeroDivisionError("secret detail")


def an_app(urls: Any, issuer: TestIssuer, **over: Any) -> FastAPI:
    settings = ServiceSettings.model_validate(
        {
            "api_database_url": urls.api_url,
            "worker_database_url": urls.worker_url,
            "kafka": {"bootstrap_servers": NOWHERE},
            "auth_issuers": [issuer.setting],
        }
        | over
    )
    return create_app(Runtime("test-svc", settings), [router])


@pytest.fixture
async def client(database: Callable[[str], Any], issuer: TestIssuer) -> AsyncIterator[httpx.AsyncClient]:
    async with serving(an_app(database("notifier"), issuer)) as client:
        yield client


@pytest.mark.survives(54)
async def test_the_company_and_the_roles_come_from_the_token(client: httpx.AsyncClient, issuer: TestIssuer) -> None:
    headers = issuer.headers(Role.DISPATCHER, COMPANY) | {"x-company-id": str(uuid4())}
    answer = (await client.get("/v1/me", headers=headers)).json()
    assert answer == {"subject": "test-dispatcher", "company": str(COMPANY), "roles": ["dispatcher"]}


def bad_tokens(issuer: TestIssuer, stranger: TestIssuer) -> dict[str, str]:
    good: dict[str, Any] = jwt.decode(issuer.token(Role.ADMIN, COMPANY), options={"verify_signature": False})
    return {
        "empty": "",
        "no token at all": "nonsense",
        "unsigned": jwt.encode(good, "", algorithm="none"),
        "HS with some secret": jwt.encode(good, "k" * 64, algorithm="HS256", headers={"kid": "test"}),
        "another issuer": stranger.token(Role.ADMIN, COMPANY),
        "a stranger's signature": stranger.token(Role.ADMIN, COMPANY, iss=issuer.url),
        "wrong audience": issuer.token(Role.ADMIN, COMPANY, aud="someone-else"),
        "expired": issuer.token(Role.ADMIN, COMPANY, exp=1_000_000_000),
        "without expiry": issuer.token(Role.ADMIN, COMPANY, exp=None),
        "no roles": issuer.token(Role.ADMIN, COMPANY, roles=[]),
        "unknown role": issuer.token(Role.ADMIN, COMPANY, roles=["emperor"]),
        "company that is no id": issuer.token(Role.ADMIN, company_id=None, roles=["admin"]) + "x",
    }


@pytest.mark.survives(53)
async def test_a_token_that_is_not_right_is_refused(client: httpx.AsyncClient, issuer: TestIssuer) -> None:
    with running_issuer() as stranger:
        for name, token in bad_tokens(issuer, stranger).items():
            response = await client.get("/v1/me", headers={"authorization": f"Bearer {token}"})
            assert response.status_code == 401, name
            assert response.headers["content-type"] == "application/problem+json"
            assert response.headers["www-authenticate"] == "Bearer"


async def test_an_issuer_grants_only_the_roles_it_may(database: Callable[[str], Any], issuer: TestIssuer) -> None:
    app = an_app(database("notifier"), issuer, auth_issuers=[issuer.setting | {"roles": ["customer"]}])
    async with serving(app) as client:
        response = await client.get("/v1/me", headers=issuer.headers(Role.ADMIN, COMPANY))
    assert response.status_code == 401


async def test_another_role_is_forbidden(client: httpx.AsyncClient, issuer: TestIssuer) -> None:
    response = await client.get("/v1/me", headers=issuer.headers(Role.TECH, COMPANY))
    assert (response.status_code, response.json()["type"]) == (403, "https://fieldbell.dev/problems/forbidden")


JSON = "application/json"


@pytest.mark.parametrize(
    ("content", "content_type", "field", "told"),
    [
        ('{"text": "hi"}', "", "body", "Say that it is JSON: send it with content-type: application/json."),
        ('{"text": "hi"', JSON, "body", "This is no JSON: it can't be read from character 13 on."),
        ("[]", JSON, "body", "This should be a JSON object."),
        ("", JSON, "body", "This is needed."),
        ("{}", JSON, "body.text", "This is needed."),
        ('{"text": "hi", "txet": 1}', JSON, "body.txet", "There is no such field here."),
        (
            '{"text": "hi", "at": "2026-03-08T02:30:00"}',
            JSON,
            "body.at",
            "Say in which time zone: end it with Z, or with an offset such as -07:00.",
        ),
        ('{"text": "hi", "stars": 6}', JSON, "body.stars", "This should be less than or equal to 5"),
        ('{"text": "a\\u0000b"}', JSON, "body.text", "must not contain a NUL character"),
    ],
)
async def test_a_mistake_is_told_in_a_plain_sentence(
    client: httpx.AsyncClient, issuer: TestIssuer, content: str, content_type: str, field: str, told: str
) -> None:
    headers = issuer.headers(Role.ADMIN, COMPANY) | ({"content-type": content_type} if content_type else {})
    response = await client.post("/v1/notes", content=content, headers=headers)
    assert response.status_code == 422
    assert response.json()["errors"] == [{"field": field, "problem": told}]


async def test_bad_input_is_told_by_field_and_not_echoed(client: httpx.AsyncClient, issuer: TestIssuer) -> None:
    body = {"txet": "maria@example.com"}
    response = await client.post("/v1/notes", json=body, headers=issuer.headers(Role.ADMIN, COMPANY))
    assert response.status_code == 422
    assert {error["field"] for error in response.json()["errors"]} == {"body.text", "body.txet"}
    assert "maria" not in response.text


async def test_a_refusal_is_a_problem_with_its_slug_and_detail(client: httpx.AsyncClient, issuer: TestIssuer) -> None:
    response = await client.post("/v1/notes", json={"text": "refuse"}, headers=issuer.headers(Role.ADMIN, COMPANY))
    assert response.status_code == 409
    assert response.json() == {
        "type": "https://fieldbell.dev/problems/note-refused",
        "title": "This note is refused.",
        "status": 409,
        "detail": "Not this text.",
        "text_length": 6,
    }


@pytest.fixture
def traced() -> None:
    """Spans have ids, as in a process that serves."""
    if not isinstance(trace.get_tracer_provider(), TracerProvider):
        trace.set_tracer_provider(TracerProvider())


async def test_a_query_parameter_nobody_knows_is_refused(client: httpx.AsyncClient, issuer: TestIssuer) -> None:
    headers = issuer.headers(Role.ADMIN, COMPANY)
    response = await client.get("/v1/me?reson=blocked", headers=headers)
    assert (response.status_code, response.json()["detail"]) == (422, "There is no query parameter reson here.")
    assert (await client.get("/v1/me", headers=headers)).status_code == 200


@pytest.mark.survives(63)
def test_a_span_says_which_error_ended_it_and_not_its_words() -> None:
    exporter, provider = InMemorySpanExporter(), TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    with (
        patch.object(telemetry, "tracer", provider.get_tracer("test")),
        pytest.raises(ValueError, match="maria"),
        spanned("work"),
    ):
        raise ValueError("maria.secret@example.com")
    [span] = exporter.get_finished_spans()
    assert (span.status.description, span.events) == ("ValueError", ())


async def test_the_unexpected_is_a_bare_500_with_a_trace_id(traced: None, client: httpx.AsyncClient) -> None:
    response = await client.get("/v1/fails")
    assert response.status_code == 500
    assert "secret" not in response.text
    assert int(response.json()["trace_id"], 16) > 0


async def test_the_same_idempotency_key_does_the_work_once(client: httpx.AsyncClient, issuer: TestIssuer) -> None:
    headers = issuer.headers(Role.ADMIN, COMPANY) | {"idempotency-key": "key-1"}
    answers = await asyncio.gather(*(client.post("/v1/notes", json={"text": "a"}, headers=headers) for _ in range(5)))
    assert {(a.status_code, a.text) for a in answers} == {(201, '{"number":0}')}
    assert sum("idempotency-replayed" in a.headers for a in answers) == 4
    other = await client.post("/v1/notes", json={"text": "b"}, headers=headers)
    assert (other.status_code, other.json()["type"].rpartition("/")[2]) == (422, "idempotency-key-reused")


@pytest.mark.parametrize("key", ["", "k" * 201])
async def test_a_key_that_cant_be_kept_is_refused(client: httpx.AsyncClient, issuer: TestIssuer, key: str) -> None:
    headers = issuer.headers(Role.ADMIN, COMPANY) | {"idempotency-key": key}
    assert (await client.post("/v1/notes", json={"text": "a"}, headers=headers)).status_code == 422


async def test_a_refused_request_keeps_its_key_free(client: httpx.AsyncClient, issuer: TestIssuer) -> None:
    headers = issuer.headers(Role.ADMIN, COMPANY) | {"idempotency-key": "key-2"}
    assert (await client.post("/v1/notes", json={"text": "refuse"}, headers=headers)).status_code == 409
    assert (await client.post("/v1/notes", json={"text": "fine"}, headers=headers)).status_code == 201


async def test_a_method_nobody_knows_is_answered_with_all_that_are(client: httpx.AsyncClient) -> None:
    refused = await client.delete("/v1/versioned")
    assert (refused.status_code, refused.headers["allow"]) == (405, "GET, PUT")
    assert refused.headers["content-type"] == "application/problem+json"


async def test_a_change_must_name_the_version_it_changes(client: httpx.AsyncClient, issuer: TestIssuer) -> None:
    headers = issuer.headers(Role.ADMIN, COMPANY)
    assert (await client.put("/v1/versioned", headers=headers)).status_code == 428
    assert (await client.put("/v1/versioned", headers=headers | {"if-match": '"6"'})).status_code == 412
    assert (await client.put("/v1/versioned", headers=headers | {"if-match": '"7"'})).headers["etag"] == '"8"'


async def test_without_a_broker_it_is_alive_and_not_ready(client: httpx.AsyncClient) -> None:
    assert (await client.get("/health/live")).status_code == 200
    ready = await client.get("/health/ready")
    assert ready.status_code == 503
    assert ready.json()["checks"]["database"] == "ok"
    assert ready.json()["checks"]["broker"].startswith("not in order")


async def test_readiness_names_the_dead_letters_and_stays_green(
    database: Callable[[str], Any], issuer: TestIssuer, kafka: str
) -> None:
    urls = database("notifier")
    async with serving(an_app(urls, issuer, kafka={"bootstrap_servers": kafka})) as client:

        async def said() -> tuple[int, str]:
            ready = await client.get("/health/ready")
            return ready.status_code, ready.json()["checks"]["dead letters"]

        assert await said() == (200, "ok")
        owner = await asyncpg.connect(urls.worker_url)
        await owner.execute(
            "insert into dead_letter (origin, topic, key, headers, body, error)"
            " select 'jobs.v1/0/' || n, 'jobs.v1', '', '{}', '', 'no json' from generate_series(1, 3) n"
        )
        await owner.close()
        assert await said() == (200, "ok, 3 wait")


async def test_operators_see_what_readiness_says(
    database: Callable[[str], Any], issuer: TestIssuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runtime, "_in_order", shown := Shown())
    monkeypatch.setattr(runtime, "SHOW_SECONDS", 0.01)

    async def said() -> bool:
        return None not in {shown.of(part=part) for part in ("database", "broker", "relay", "housekeeping")}

    async with serving(an_app(database("notifier"), issuer)):
        await until(said)
        assert (shown.of(part="database"), shown.of(part="broker"), shown.of(part="housekeeping")) == (1, 0, 1)


async def test_what_waits_in_the_outbox_is_measured_while_the_broker_is_away(
    database: Callable[[str], Any], issuer: TestIssuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    measured: list[int] = []
    gauge = Mock(set=measured.append)
    monkeypatch.setattr(relay, "_waiting", gauge)
    monkeypatch.setattr(relay, "MEASURE_SECONDS", 0.01)
    urls = database("notifier")
    async with serving(an_app(urls, issuer)):
        owner = await asyncpg.connect(urls.worker_url)
        await owner.execute(
            "insert into outbox (company_id, topic, key, headers, body) values ($1, 'jobs.v1', 'k', '{}', '')", COMPANY
        )
        await owner.close()
        async with asyncio.timeout(10):
            while 1 not in measured:
                await asyncio.sleep(0.01)


async def test_what_is_busy_says_so_and_is_no_trouble_of_the_database(
    client: httpx.AsyncClient, caplog: pytest.LogCaptureFixture
) -> None:
    response = await client.get("/v1/busy")
    assert (response.status_code, response.headers["retry-after"]) == (503, "1")
    assert response.json()["type"].endswith("/press-busy")
    assert response.json()["title"] == "Too many wait."
    assert "database trouble" not in [record.message for record in caplog.records]


async def test_without_a_database_it_answers_503(issuer: TestIssuer) -> None:
    class Away:
        api_url = worker_url = f"postgresql://nobody:x@{NOWHERE}/none"

    async with serving(an_app(Away, issuer)) as client:
        assert (await client.get("/health/live")).status_code == 200
        response = await client.post("/v1/notes", json={"text": "a"}, headers=issuer.headers(Role.ADMIN, COMPANY))
    assert response.status_code == 503
    assert response.headers["retry-after"] == "1"


@pytest.mark.survives(51)
async def test_row_level_security_shows_one_company_even_to_raw_sql(
    database: Callable[[str], Any],
) -> None:
    urls = database("notifier")
    db = await Database.open(urls.api_url, urls.worker_url, size=2, name="test")
    mine, other = uuid4(), uuid4()
    async with db.worker() as tx:
        for company in (mine, other):
            await add_row(tx, company)
    async with db.company(mine) as tx:
        assert [row["company_id"] for row in await tx.fetch("select company_id from rule")] == [mine]
        assert await tx.execute("update rule set name = 'x'") == "UPDATE 1"
    await db.close()


async def add_row(tx: Any, company: UUID) -> None:
    sql = (
        "insert into rule (company_id, id, name, trigger, channel, template_id, category, max_age)"
        " values ($1, $2, '', '', '', $2, '', '1 day')"
    )
    await tx.execute(sql, company, uuid4())


async def test_the_api_role_only_reads_what_workers_write(database: Callable[[str], Any]) -> None:
    urls = database("notifier")
    db = await Database.open(urls.api_url, urls.worker_url, size=2, name="test")
    for table in ("delivery", "queue", "held", "occurrence", "attempt", "rendering", "snapshot", "outbox"):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            async with db.company(COMPANY) as tx:
                await tx.execute(f"delete from {table}")  # noqa: S608  (a table of ours)
    await db.close()


async def test_metrics_are_served_for_prometheus(client: httpx.AsyncClient) -> None:
    response = await client.get("/metrics")
    assert response.status_code == 200
    assert "python_info" in response.text


async def test_the_documentation_needs_no_other_server(client: httpx.AsyncClient) -> None:
    page = (await client.get("/docs")).text
    assert "https://" not in page
    for asset in re.findall(r'(?:src|href)="([^"]+)"', page):
        assert (await client.get(asset)).status_code == 200, asset


@pytest.mark.parametrize("text", ["a\\u0000b", "a\\ud800b"])
async def test_text_that_no_database_takes_is_refused(client: httpx.AsyncClient, issuer: TestIssuer, text: str) -> None:
    headers = issuer.headers(Role.ADMIN, COMPANY) | {"content-type": "application/json"}
    response = await client.post("/v1/notes", content=f'{{"text": "{text}"}}', headers=headers)
    assert response.status_code == 422
    assert response.headers["content-type"] == "application/problem+json"


async def a_body_without_end() -> AsyncIterator[bytes]:
    for _ in range(50):
        yield b" " * 100_000


@pytest.mark.survives(61)
async def test_a_body_that_is_too_long_is_refused_before_it_is_read(
    client: httpx.AsyncClient, issuer: TestIssuer
) -> None:
    headers = issuer.headers(Role.ADMIN, COMPANY)
    declared = await client.post("/v1/notes", content=b" " * 3_000_001, headers=headers)
    streamed = await client.post("/v1/notes", content=a_body_without_end(), headers=headers)
    for response in (declared, streamed):
        assert response.status_code == 413
        assert response.headers["content-type"] == "application/problem+json"


async def test_a_role_of_the_issuers_own_means_nothing_and_harms_nothing(
    client: httpx.AsyncClient, issuer: TestIssuer
) -> None:
    headers = issuer.headers(Role.ADMIN, COMPANY, roles=["offline_access", "admin"])
    assert (await client.get("/v1/me", headers=headers)).json()["roles"] == ["admin"]


async def test_a_hanging_issuer_holds_up_nobody_whose_key_is_known(issuer: TestIssuer) -> None:
    asked = 0
    hang = asyncio.Event()

    async def answer(request: httpx.Request) -> httpx.Response:
        nonlocal asked
        asked += 1
        if asked == 1:
            async with httpx.AsyncClient() as direct:
                return await direct.get(str(request.url))
        await hang.wait()
        raise httpx.ReadTimeout("hangs")

    async with httpx.AsyncClient(transport=httpx.MockTransport(answer)) as client:
        authenticator = Authenticator((Issuer.model_validate(issuer.setting),), "fieldbell", client)
        token = issuer.token(Role.ADMIN, COMPANY)
        await authenticator.principal(token)
        keys = authenticator._trusted[issuer.url][1]
        assert isinstance(keys, _Keys)
        keys._fetched = keys._tried = -1e9  # long ago
        refreshing = asyncio.create_task(authenticator.principal(token))
        while asked < 2:
            await asyncio.sleep(0)
        for _ in range(5):
            assert (await authenticator.principal(token)).company_id == COMPANY
        hang.set()
        assert (await refreshing).company_id == COMPANY
    assert asked == 2


async def test_the_documentation_reads_the_same_each_time(client: httpx.AsyncClient) -> None:
    first, second = [(await client.get("/openapi.json")).text for _ in range(2)]
    assert first == second
