"""A company's sender over HTTP: written, read without its token, and nobody else's."""

import asyncio
from typing import Any
from uuid import UUID

import httpx
import pytest

from contracts.jobs import Role
from notifier_svc.tests.app import App
from notifier_svc.tests.factories import COMPANY
from servicekit.testing import TestIssuer

PATH = "/v1/sender"
OTHER = UUID(int=2)
PHONE: dict[str, Any] = {
    "account_sid": "AC" + "a" * 32,
    "auth_token": "a token of Twilio's",
    "messaging_service_sid": None,
    "numbers": ["+17205550100"],
    "messages_per_second": 1.0,
    "keywords_answered_by": "twilio",
}


def a_sender(**over: Any) -> dict[str, Any]:
    return {"from_address": "hello@northside.example", "reply_to": "office@northside.example", "phone": PHONE} | over


async def put(app: App, body: Any, company: UUID = COMPANY, version: int | None = None) -> httpx.Response:
    match = {} if version is None else {"if-match": f'"{version}"'}
    return await app.client.put(PATH, json=body, headers=app.issuer.headers(Role.ADMIN, company) | match)


async def test_a_sender_is_written_and_read_without_its_token(app: App) -> None:
    written = await put(app, a_sender())
    assert written.status_code == 200, written.text
    assert written.headers["etag"] == '"1"'
    read = await app.client.get(PATH, headers=app.issuer.headers(Role.DISPATCHER, COMPANY))
    assert read.json() == written.json()
    assert read.json() == {
        "version": 1,
        "from_address": "hello@northside.example",
        "reply_to": "office@northside.example",
        "phone": {name: value for name, value in PHONE.items() if name != "auth_token"},
        "dkim": None,
    }
    [row] = await app.fetch("select auth_token from sender")
    assert b"a token of Twilio's" not in row["auth_token"]
    assert app.settings.seal.open(COMPANY, row["auth_token"]) == "a token of Twilio's"


async def test_a_company_without_a_sender_is_told_what_that_means(app: App) -> None:
    answer = await app.client.get(PATH, headers=app.issuer.headers(Role.ADMIN, COMPANY))
    assert answer.status_code == 404
    assert "neither texts nor calls" in answer.json()["detail"]


async def test_a_change_names_the_version_it_changes(app: App) -> None:
    await put(app, a_sender())
    assert (await put(app, a_sender())).status_code == 428
    assert (await put(app, a_sender(), version=7)).status_code == 412
    changed = await put(app, a_sender(reply_to=None), version=1)
    assert (changed.status_code, changed.json()["version"], changed.json()["reply_to"]) == (200, 2, None)


async def test_a_token_that_is_not_sent_stays_as_long_as_the_account_does(app: App) -> None:
    await put(app, a_sender())
    phone = {name: value for name, value in PHONE.items() if name != "auth_token"}
    assert (await put(app, a_sender(phone=phone), version=1)).status_code == 200
    [row] = await app.fetch("select auth_token from sender")
    assert app.settings.seal.open(COMPANY, row["auth_token"]) == "a token of Twilio's"
    moved = phone | {"account_sid": "AC" + "b" * 32}
    refused = await put(app, a_sender(phone=moved), version=2)
    assert (refused.status_code, refused.json()["type"].rpartition("/")[2]) == (422, "token-needed")


async def test_a_number_a_messaging_service_and_a_from_address_belong_to_one_company(app: App) -> None:  # D12
    service = {"messaging_service_sid": "MG" + "a" * 32}
    await put(app, a_sender(phone=PHONE | service))
    shared = PHONE | service | {"numbers": ["+12125550100"]}
    taken = await put(app, a_sender(from_address=None, phone=shared), OTHER)
    assert (taken.status_code, taken.json()["title"]) == (409, "This Messaging Service belongs to another company.")
    taken = await put(app, a_sender(from_address=None), OTHER)
    assert (taken.status_code, taken.json()["title"]) == (409, "One of these numbers belongs to another company.")
    taken = await put(app, a_sender(from_address="Hello@Northside.example", phone=None), OTHER)
    assert (taken.status_code, taken.json()["title"]) == (409, "This From address belongs to another company.")
    assert [row["company_id"] for row in await app.fetch("select company_id from sender")] == [COMPANY]
    free = await put(app, a_sender(from_address=None, phone=PHONE | {"numbers": ["+12125550100"]}), OTHER)
    assert free.status_code == 200


async def test_a_number_given_up_is_free_again(app: App) -> None:
    await put(app, a_sender())
    await put(app, a_sender(phone=None), version=1)
    assert (await put(app, a_sender(from_address=None), OTHER)).status_code == 200


@pytest.mark.survives(51)
async def test_a_company_sees_no_other_companys_sender(app: App) -> None:
    await put(app, a_sender())
    answer = await app.client.get(PATH, headers=app.issuer.headers(Role.ADMIN, OTHER))
    assert answer.status_code == 404
    async with app.db.company(OTHER) as tx:
        assert await tx.fetch("select * from sender") == []
        assert await tx.fetch("select * from sender_number") == []


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"from_address": "no address"}, "from_address"),
        ({"reply_to": "a@b.example\r\nBcc: c@d.example"}, "reply_to"),  # fault 46
        ({"phone": PHONE | {"account_sid": "AC1"}}, "phone.account_sid"),
        ({"phone": PHONE | {"numbers": []}}, "phone.numbers"),
        ({"phone": PHONE | {"numbers": ["720-555-0100"]}}, "phone.numbers.0"),
        ({"phone": PHONE | {"numbers": ["+1720555010"]}}, "phone.numbers.0"),
        ({"phone": PHONE | {"numbers": ["+99912345678"]}}, "phone.numbers.0"),
        ({"phone": PHONE | {"numbers": ["+17205550100"] * 2}}, "phone"),
        ({"phone": PHONE | {"messages_per_second": 0}}, "phone.messages_per_second"),
        ({"dkim": "x"}, "dkim"),
    ],
)
@pytest.mark.survives(46)
async def test_what_can_not_be_a_sender_is_refused_by_name(app: App, change: Any, problem: str) -> None:
    answer = await put(app, a_sender(**change))
    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == [f"body.{problem}"]
    assert "a token of Twilio's" not in answer.text


@pytest.mark.parametrize("role", [Role.DISPATCHER, Role.TECH, Role.CUSTOMER, Role.SERVICE])
async def test_only_an_admin_sets_the_sender(app: App, issuer: TestIssuer, role: Role) -> None:  # G20
    answer = await app.client.put(PATH, json=a_sender(), headers=issuer.headers(role, COMPANY))
    assert answer.status_code == 403
    assert await app.fetch("select from sender") == []


@pytest.mark.parametrize("version", [None, 1])
async def test_writers_at_once_do_not_lose_each_other(app: App, version: int | None) -> None:
    if version:
        await put(app, a_sender())
    wanted = [a_sender(reply_to=f"office{n}@northside.example") for n in range(6)]
    answers = await asyncio.gather(*(put(app, body, version=version) for body in wanted))
    refused = 412 if version else 428
    assert sorted(answer.status_code for answer in answers) == [200, *[refused] * 5]
    [stored] = [answer.json()["reply_to"] for answer in answers if answer.status_code == 200]
    assert [row["reply_to"] for row in await app.fetch("select reply_to from sender")] == [stored]


async def test_the_installations_own_from_is_nobodys(app: App) -> None:
    answer = await put(app, a_sender(from_address="Notifications@Example.com"))
    assert (answer.status_code, answer.json()["type"].rpartition("/")[2]) == (409, "from-taken")


async def test_a_number_is_kept_in_the_one_form_in_which_texts_come_to_it(app: App) -> None:  # D12
    written = await put(app, a_sender(phone=PHONE | {"numbers": ["+44 (0)7400 123456"]}))
    assert written.json()["phone"]["numbers"] == ["+447400123456"]
    taken = await put(app, a_sender(from_address=None, phone=PHONE | {"numbers": ["+447400123456"]}), OTHER)
    assert taken.status_code == 409
    twice = await put(app, a_sender(phone=PHONE | {"numbers": ["+447400123456", "+4407400123456"]}), version=1)
    assert twice.status_code == 422
