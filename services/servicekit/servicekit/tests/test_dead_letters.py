"""Dead letters: an operator reads them, puts them back or gives them up, by API and by command (faults 21, 22, 27)."""

import argparse
from collections.abc import AsyncIterator
from types import SimpleNamespace
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import httpx
import pytest
from aiokafka import ConsumerRecord
from fastapi import FastAPI

from contracts.jobs import Role
from servicekit import deadletters, deadletters_cli, deadletters_http
from servicekit.auth import Authenticator
from servicekit.db import Database
from servicekit.deadletters import DeadLetter
from servicekit.problems import answer_with_problems
from servicekit.records import dead_letter, read_batch
from servicekit.settings import Issuer
from servicekit.testing import MakeDatabase, TestIssuer

LETTERS = "/v1/dead-letters"


@pytest.fixture
async def db(database: MakeDatabase) -> AsyncIterator[Database]:
    urls = database("template")
    opened = await Database.open(urls.api_url, urls.worker_url, size=4, name="test")
    yield opened
    await opened.close()


@pytest.fixture
async def client(db: Database, issuer: TestIssuer) -> AsyncIterator[httpx.AsyncClient]:
    """An app of nothing but dead letters, as an operator's program asks it."""
    async with httpx.AsyncClient() as http:
        app = FastAPI()
        app.include_router(deadletters_http.router)
        answer_with_problems(app)
        app.state.database = db
        app.state.authenticator = Authenticator((Issuer.model_validate(issuer.setting),), "fieldbell", http)
        transport = httpx.ASGITransport(app=app)
        headers = issuer.headers(Role.SERVICE, sub="operator")
        async with httpx.AsyncClient(transport=transport, base_url="http://service", headers=headers) as client:
            yield client


async def set_aside(db: Database, body: bytes = b"no json", key: str = "", topic: str = "jobs.v1") -> None:
    async with db.worker() as tx:
        letter = DeadLetter(f"{topic}/3/42", key or str(uuid4()), {"ce_type": "x"}, body, "no ce_id header")
        await deadletters.add(tx, [letter])


async def outbox(db: Database) -> list[Any]:
    async with db.worker() as tx:
        return list(await tx.fetch("select topic, key, headers, body from outbox"))


async def letters(client: httpx.AsyncClient, **params: Any) -> list[dict[str, Any]]:
    answer = await client.get(LETTERS, params=params)
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


async def test_an_operator_reads_one_and_puts_it_back_once(db: Database, client: httpx.AsyncClient) -> None:
    await set_aside(db, key="a")
    [letter] = await letters(client, state="waiting")
    assert (letter["topic"], letter["origin"], letter["error"]) == ("jobs.v1", "jobs.v1/3/42", "no ce_id header")
    url = f"{LETTERS}/{letter['id']}"
    assert (await client.get(url)).json()["text"] == "no json"
    first, again = [await client.post(f"{url}/replay") for _ in range(2)]
    assert (first.status_code, first.json()) == (200, again.json())
    assert (first.json()["state"], first.json()["decided_by"], first.json()["text"]) == ("replayed", "operator", None)
    assert [tuple(row) for row in await outbox(db)] == [("jobs.v1", "a", {"ce_type": "x"}, b"no json")]


async def test_what_is_given_up_stays_on_record_without_what_it_said(db: Database, client: httpx.AsyncClient) -> None:
    await set_aside(db, b"\xff\xfe")
    [letter] = await letters(client)
    url = f"{LETTERS}/{letter['id']}"
    assert (await client.get(url)).json()["base64"] == "//4="
    assert (await client.post(f"{url}/discard", json={})).status_code == 422
    gone = (await client.post(f"{url}/discard", json={"reason": "a test of theirs"})).json()
    assert (gone["state"], gone["decided_by"], gone["reason"]) == ("discarded", "operator", "a test of theirs")
    assert (gone["base64"], gone["headers"]) == (None, {})
    refused = await client.post(f"{url}/replay")
    assert (refused.status_code, refused.json()["detail"]) == (409, "It was discarded, by operator.")
    assert [each["id"] for each in await letters(client, state="discarded")] == [letter["id"]]
    assert await outbox(db) == []


async def test_an_old_version_is_not_put_behind_a_newer_one(db: Database, client: httpx.AsyncClient) -> None:
    await set_aside(db)
    await set_aside(db, topic="customers.v1")
    letter, _ = await letters(client)
    refused = await client.post(f"{LETTERS}/{letter['id']}/replay")
    assert refused.status_code == 409
    assert "Discard it, then run `rebuild customers`" in refused.json()["detail"]
    assert "Nothing was put back" in await run(db, "replay", letter["id"])
    assert await outbox(db) == []
    assert await run(db, "replay", "--all") == "dead letters replayed: 1"
    assert [row["topic"] for row in await outbox(db)] == ["jobs.v1"]
    assert await run(db, "discard", "--all", "--reason", "rebuilt") == "dead letters discarded: 1"


async def test_who_has_no_name_on_this_machine_still_decides(
    db: Database, client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def nobody(uid: int) -> None:
        raise KeyError(uid)

    for name in ("LOGNAME", "USER", "LNAME", "USERNAME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("pwd.getpwuid", nobody)  # as in a container that runs under a number
    await set_aside(db)
    assert await run(db, "discard", "--all", "--reason", "a test") == "dead letters discarded: 1"
    assert [letter["decided_by"] for letter in await letters(client)] == ["an operator"]


@pytest.mark.survives(21)
async def test_a_record_with_a_nul_is_set_aside_like_any_other(db: Database, client: httpx.AsyncClient) -> None:
    raw = ConsumerRecord("jobs.v1", 0, 7, 0, 0, b"k\0y", b"no json", 0, 3, 7, (("ce\0", b"\0x"), ("ce_id", b"a\0")))
    [record] = await read_batch(SimpleNamespace(raw_message=(raw,)))
    async with db.worker() as tx:
        await deadletters.add(tx, [dead_letter(record, str(record.error))])
    [letter] = await letters(client)
    assert (letter["key"], letter["headers"]) == ("k\ufffdy", {"ce\ufffd": "\ufffdx", "ce_id": "a\ufffd"})


async def test_the_list_goes_on_page_by_page(db: Database, client: httpx.AsyncClient) -> None:
    for _ in range(3):
        await set_aside(db)
    seen, cursor = [], None
    while True:
        params = {"limit": 2} | ({"cursor": cursor} if cursor else {})
        page = (await client.get(LETTERS, params=params)).json()
        seen += page["items"]
        if (cursor := page["next_cursor"]) is None:
            break
    assert len({letter["id"] for letter in seen}) == 3


@pytest.mark.survives(51)
async def test_nobody_but_a_program_of_the_installation_sees_them(
    db: Database, client: httpx.AsyncClient, issuer: TestIssuer
) -> None:
    await set_aside(db)
    for role in (Role.ADMIN, Role.DISPATCHER, Role.TECH, Role.CUSTOMER):
        assert (await client.get(LETTERS, headers=issuer.headers(role))).status_code == 403
    of_a_company = issuer.headers(Role.SERVICE, uuid4())
    for path in (LETTERS, f"{LETTERS}/{UUID(int=0)}"):
        assert (await client.get(path, headers=of_a_company)).status_code == 404
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with db.company(uuid4()) as tx:
            await tx.fetch("select from dead_letter")


@pytest.mark.survives(62)
async def test_a_deleted_customers_are_given_up(db: Database) -> None:
    customer = uuid4()
    await set_aside(db, key=str(customer))
    await set_aside(db, f'{{"job": {{"customer_id": "{customer}"}}}}'.encode())
    await set_aside(db)
    async with db.worker() as tx:
        await deadletters.forget_customer(tx, customer)
        assert await deadletters.count(tx) == 1


async def run(db: Database, *arguments: str) -> str:
    parser = argparse.ArgumentParser()
    deadletters_cli.describe(parser)
    return await deadletters_cli.work(db, parser.parse_args(arguments))


@pytest.mark.survives(22)
async def test_the_same_by_command(db: Database) -> None:
    assert await run(db, "list") == "no dead letters"
    for body in (b"one", b"two", b"three"):
        await set_aside(db, body)
    lines = (await run(db, "list")).splitlines()
    assert len(lines) == 3
    assert "jobs.v1/3/42" in lines[0]
    id = lines[0].split()[0]
    assert "three" in await run(db, "show", id)
    assert await run(db, "discard", id, "--reason", "a test", "--by", "ann") == "dead letters discarded: 1"
    assert await run(db, "replay", "--all") == "dead letters replayed: 2"
    assert await run(db, "replay", "--all") == "dead letters replayed: 0"
    assert await run(db, "list") == "no dead letters"
    assert "discarded" in await run(db, "list", "--all")
    assert len(await outbox(db)) == 2
