"""The block registry over HTTP: the office sees all blocks and lifts its own, never what a customer asked for (G4)."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from contracts.deliveries import Channel
from contracts.inbound import Cause
from contracts.jobs import Role
from contracts.topics import INBOUND
from notifier_svc.domain.keys import Keys
from notifier_svc.store import blocks, planning
from notifier_svc.store.blocks import Place
from notifier_svc.tests.app import App
from notifier_svc.tests.factories import COMPANY, a_contact, a_customer, an_email
from servicekit import copies

PATH, OTHER = "/v1/blocks", UUID(int=2)
BLOCK = {"channel": "email", "address": "Maria@Example.com", "note": "asked on the phone"}


def keys_of(app: App) -> Keys:
    return Keys(app.settings.secret_key.get_secret_value().encode())


async def post(app: App, body: Any, company: UUID = COMPANY, role: Role = Role.DISPATCHER, key: str = "") -> Any:
    headers = app.issuer.headers(role, company) | ({"Idempotency-Key": key} if key else {})
    return await app.client.post(PATH, json=body, headers=headers)


async def listed(app: App, company: UUID = COMPANY, **query: str) -> list[Any]:
    response = await app.client.get(PATH, params=query, headers=app.issuer.headers(Role.DISPATCHER, company))
    assert response.status_code == 200, response.text
    return list(response.json()["items"])


async def scopes_of(app: App, place: Place) -> Any:
    async with app.db.worker() as tx:
        return await planning.blocked(tx, [place.hash(keys_of(app))])


async def test_a_block_counts_from_its_answer_on_and_keeps_no_address(app: App) -> None:
    added = await post(app, BLOCK)
    assert added.status_code == 201, added.text
    view = added.json()
    assert (view["masked_address"], view["cause"], view["liftable"]) == ("m***@example.com", "office", True)
    assert await listed(app, address="maria@EXAMPLE.com") == [view]
    assert await listed(app, address="jo@example.com") == []
    assert await listed(app, OTHER) == []
    assert len(await scopes_of(app, Place(COMPANY, Channel.EMAIL, "maria@example.com"))) == 1
    assert await app.fetch("select from block where block::text ilike '%maria@%'") == []
    [told] = await app.fetch("select body from outbox where topic = $1", INBOUND.name)
    assert b"maria" not in told["body"]


async def test_the_office_lifts_its_own_block(app: App) -> None:
    view = (await post(app, BLOCK)).json()
    path, headers = f"{PATH}/{view['id']}", app.issuer.headers(Role.DISPATCHER, COMPANY)
    foreign = await app.client.delete(path, headers=app.issuer.headers(Role.ADMIN, OTHER))
    assert foreign.status_code == 404
    assert (await app.client.delete(path, headers=headers)).status_code == 204
    assert (await app.client.delete(path, headers=headers)).status_code == 404
    assert await listed(app) == []


async def test_what_the_customer_asked_for_is_not_the_offices_to_lift(app: App) -> None:  # D12, S1.19
    place = Place(COMPANY, Channel.SMS, "+13035550142")
    async with app.db.worker() as tx:
        await blocks.add(tx, place.hash(keys_of(app)), place, Cause.OPTED_OUT)
    [view] = await listed(app, cause="opted_out")
    assert view["liftable"] is False
    refused = await app.client.delete(f"{PATH}/{view['id']}", headers=app.issuer.headers(Role.ADMIN, COMPANY))
    assert (refused.status_code, refused.json()["type"].rpartition("/")[2]) == (409, "owners-choice")
    assert len(await scopes_of(app, place)) == 1
    async with app.db.company(COMPANY) as tx:  # nor by a mistake in the code
        assert await tx.execute("delete from block") == "DELETE 0"
        assert await tx.execute("update block set expires_at = now()") == "UPDATE 0"


async def test_lifting_the_offices_block_leaves_the_stop(app: App) -> None:
    place = Place(COMPANY, Channel.SMS, "+13035550142")
    view = (await post(app, {"channel": "sms", "address": "+1 303 555 0142", "note": "x"})).json()
    async with app.db.worker() as tx:
        assert await blocks.add(tx, place.hash(keys_of(app)), place, Cause.OPTED_OUT)
    await app.client.delete(f"{PATH}/{view['id']}", headers=app.issuer.headers(Role.ADMIN, COMPANY))
    assert len(await scopes_of(app, place)) == 1


@pytest.mark.parametrize("asked", ["+13035550142", "%2B1%20303%20555%200142", "13035550142"])
async def test_a_number_is_found_however_it_stands_in_the_query(app: App, asked: str) -> None:
    view = (await post(app, {"channel": "sms", "address": "+13035550142", "note": "x"})).json()
    headers = app.issuer.headers(Role.DISPATCHER, COMPANY)
    found = await app.client.get(f"{PATH}?address={asked}", headers=headers)
    assert found.json()["items"] == [view]


async def test_a_block_may_end_by_itself(app: App) -> None:
    ends = datetime.now(UTC) + timedelta(hours=1)
    view = (await post(app, BLOCK | {"expires_at": ends.isoformat()})).json()
    place = Place(COMPANY, Channel.EMAIL, "maria@example.com")
    assert len(await scopes_of(app, place)) == 1
    async with app.db.worker() as tx:
        await tx.execute("update block set expires_at = now() - interval '1 s'")
    assert await scopes_of(app, place) == {}
    assert await listed(app) == []
    headers = app.issuer.headers(Role.DISPATCHER, COMPANY)
    assert (await app.client.delete(f"{PATH}/{view['id']}", headers=headers)).status_code == 404
    assert (await post(app, BLOCK)).json()["id"] == view["id"]  # blocked anew
    assert len(await scopes_of(app, place)) == 1


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"address": "no address"}, 422),
        ({"channel": "sms"}, 422),
        ({"channel": "sms", "address": "+1303555"}, 422),
        ({"note": ""}, 422),
        ({"expires_at": "2020-01-01T00:00:00Z"}, 422),
        ({"cause": "opted_out"}, 422),
    ],
)
async def test_what_can_not_be_blocked_is_refused(app: App, change: Any, status: int) -> None:
    assert (await post(app, BLOCK | change)).status_code == status
    assert await app.fetch("select from block") == []


async def test_the_same_block_twice_is_a_conflict_unless_it_is_the_same_request(app: App) -> None:
    key = str(uuid4())
    first, again = await post(app, BLOCK, key=key), await post(app, BLOCK, key=key)
    assert (first.status_code, again.json()) == (201, first.json())
    assert (await post(app, BLOCK)).status_code == 409


@pytest.mark.parametrize("role", [Role.TECH, Role.CUSTOMER, Role.SERVICE])
async def test_blocks_are_the_offices_business(app: App, role: Role) -> None:  # G20
    assert (await post(app, BLOCK, role=role)).status_code == 403
    assert (await app.client.get(PATH, headers=app.issuer.headers(role, COMPANY))).status_code == 403


async def test_the_office_unsubscribes_a_customer_and_can_take_it_back(app: App) -> None:  # S4.9, S4.10
    emails = (an_email("maria@example.com"), an_email("m.lee@example.com"))
    async with app.db.worker() as tx:
        await copies.put(tx, "customers", [a_customer(contacts=(a_contact(emails=emails),))])
    path, headers = f"/v1/customers/{a_customer().id}", app.issuer.headers(Role.DISPATCHER, COMPANY)
    body = {"scope": "reminders", "note": "asked on the phone"}
    added = await app.client.post(f"{path}/unsubscribe", json=body, headers=headers)
    assert added.status_code == 201, added.text
    assert {(view["masked_address"], view["scope"], view["cause"]) for view in added.json()} == {
        ("m***@example.com", "reminders", "office")
    }
    assert len(added.json()) == 2
    again = await app.client.post(f"{path}/unsubscribe", json=body, headers=headers)
    assert (again.status_code, again.json()) == (201, [])
    of_customer = await listed(app, customer_id=str(a_customer().id))
    assert sorted(view["id"] for view in of_customer) == sorted(view["id"] for view in added.json())
    assert len(await listed(app, customer_id=str(a_customer().id), address="maria@example.com")) == 1
    assert await listed(app, customer_id=str(uuid4())) == []
    for view in of_customer:
        assert (await app.client.delete(f"{PATH}/{view['id']}", headers=headers)).status_code == 204


@pytest.mark.survives(51)
async def test_nobody_can_be_unsubscribed_who_is_not_there(app: App) -> None:
    async with app.db.worker() as tx:
        await copies.put(tx, "customers", [a_customer()])
    body = {"scope": "everything", "note": "asked"}
    for customer_id, company in ((uuid4(), COMPANY), (a_customer().id, OTHER)):
        headers = app.issuer.headers(Role.ADMIN, company)
        answer = await app.client.post(f"/v1/customers/{customer_id}/unsubscribe", json=body, headers=headers)
        assert answer.status_code == 404
    assert await app.fetch("select from block") == []
