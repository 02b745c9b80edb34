"""Customers over HTTP, stored for real, and what goes out about them."""

import asyncio
from uuid import uuid4

import pytest

from contracts.profiles import Consent, CustomerDeleted, CustomerProfile, Snapshot
from customer_svc.tests.api import Api
from customer_svc.tests.factories import a_contact, customer_body

TOPIC = "customers.v1"


async def test_a_customer_is_created_whole_read_back_the_same_and_published(api: Api) -> None:
    recipient = {"name": "Jo", "role": "tenant", "emails": ["jo@example.com"], "phones": [{"number": "3035550188"}]}
    address = {"line": "12 Elm St", "additional_communication": True, "recipients": [recipient]}
    created = await api.create_customer(service_addresses=[address], tags=["vip"], reward_balance="12.50")
    read = await api.dispatcher.get(f"/v1/customers/{created['id']}")
    assert (read.json(), read.headers["etag"]) == (created, '"1"')
    [profile] = await api.platform.published(TOPIC)
    assert isinstance(profile, CustomerProfile)
    assert profile == CustomerProfile.model_validate(created)
    assert profile.contacts[0].phones[0].number == "+13035550123"
    assert profile.contacts[0].phones[0].sms_consent is Consent.NONE
    assert profile.service_addresses[0].recipients[0].emails == ("jo@example.com",)


async def test_notes_never_leave(api: Api) -> None:  # S4.19
    created = await api.create_customer(notes="Dog bites.")
    await api.dispatcher.change("PATCH", f"/v1/customers/{created['id']}", {"notes": "Bites twice."}, version=1)
    async with api.platform.database.worker() as tx:
        bodies = await tx.fetch("select convert_from(body, 'UTF8') as body, headers::text from outbox")
    assert len(bodies) == 3
    assert not any("ites" in row["body"] + row["headers"] for row in bodies)


async def test_a_technician_reads_the_customer_without_the_notes(api: Api) -> None:  # S4.19
    created = await api.create_customer(notes="Dog bites.")
    seen = (await api.tech.get(f"/v1/customers/{created['id']}")).json()
    assert "notes" not in seen
    assert seen["name"] == created["name"]


async def test_a_key_sent_twice_creates_one_customer(api: Api) -> None:
    first = await api.dispatcher.post("/v1/customers", customer_body(), idempotency_key="k1")
    second = await api.dispatcher.post("/v1/customers", customer_body(), idempotency_key="k1")
    assert (first.status_code, first.json()) == (second.status_code, second.json())
    assert second.headers["location"] == f"/v1/customers/{first.json()['id']}"
    assert len(await api.platform.published(TOPIC)) == 1


@pytest.mark.survives(62)
async def test_an_answer_kept_for_a_repeated_request_goes_with_its_customer(api: Api) -> None:
    await api.dispatcher.post("/v1/customers", customer_body(name="Zebrafish"), idempotency_key="k1")
    created = (await api.dispatcher.post("/v1/customers", customer_body(), idempotency_key="k2")).json()
    [zebrafish] = (await api.dispatcher.get("/v1/customers", search="zebrafish")).json()["items"]
    await api.admin.change("DELETE", f"/v1/customers/{zebrafish['id']}", version=1)
    async with api.platform.database.worker() as tx:
        [kept] = await tx.fetch("select convert_from(body, 'UTF8') as body from idempotency")
    assert created["id"] in kept["body"]


async def test_a_change_raises_the_version_and_publishes_the_whole_profile(api: Api) -> None:
    created = await api.create_customer()
    path = f"/v1/customers/{created['id']}"
    changed = await api.dispatcher.change("PATCH", path, {"name": "Maria Long", "zone": "America/New_York"}, version=1)
    assert (changed.status_code, changed.headers["etag"]) == (200, '"2"')
    newest = (await api.platform.published(TOPIC))[-1]
    assert newest == CustomerProfile.model_validate(changed.json())
    assert (await api.dispatcher.get(path)).json() == changed.json()


async def test_a_change_that_changes_nothing_publishes_nothing(api: Api) -> None:
    created = await api.create_customer()
    same = await api.dispatcher.change("PATCH", f"/v1/customers/{created['id']}", {"name": created["name"]}, version=1)
    assert same.json() == created
    assert len(await api.platform.published(TOPIC)) == 1


async def test_a_stale_version_is_refused_and_a_missing_one_asked_for(api: Api) -> None:
    created = await api.create_customer()
    path = f"/v1/customers/{created['id']}"
    await api.dispatcher.change("PATCH", path, {"name": "First"}, version=1)
    assert (await api.dispatcher.change("PATCH", path, {"name": "Second"}, version=1)).status_code == 412
    assert (await api.dispatcher.send("PATCH", path, {"name": "Third"})).status_code == 428
    assert (await api.dispatcher.get(path)).json()["name"] == "First"


async def test_of_changes_made_at_once_one_wins_and_the_others_are_told(api: Api) -> None:
    path = f"/v1/customers/{(await api.create_customer())['id']}"
    names = ("A", "B", "C", "D")
    answers = await asyncio.gather(*(api.admin.change("PATCH", path, {"name": name}, version=1) for name in names))
    assert sorted(answer.status_code for answer in answers) == [200, 412, 412, 412]
    [winner] = [answer.json() for answer in answers if answer.status_code == 200]
    assert (await api.admin.get(path)).json() == winner


async def test_of_contacts_added_at_once_none_is_lost_and_one_is_primary(api: Api) -> None:
    path = f"/v1/customers/{(await api.create_customer(contacts=[]))['id']}"
    answers = await asyncio.gather(*(api.admin.post(f"{path}/contacts", a_contact(primary=True)) for _ in range(4)))
    assert sorted(answer.json()["version"] for answer in answers) == [2, 3, 4, 5]
    contacts = (await api.admin.get(path)).json()["contacts"]
    assert [contact["primary"] for contact in contacts] == [False, False, False, True]
    versions = [profile.version for profile in await api.platform.published(TOPIC) if isinstance(profile, Snapshot)]
    assert versions == [1, 2, 3, 4, 5]


async def test_archive_and_block_can_be_undone(api: Api) -> None:  # S4.15, S4.16
    path = f"/v1/customers/{(await api.create_customer())['id']}"
    for version, (act, field, value) in enumerate(
        [("archive", "archived", True), ("unarchive", "archived", False), ("block", "blocked", True)], start=1
    ):
        answer = await api.dispatcher.change("POST", f"{path}/{act}", version=version)
        assert answer.json()[field] is value
    assert not (await api.dispatcher.change("POST", f"{path}/unblock", version=4)).json()["blocked"]


async def test_a_deleted_customer_leaves_no_row_and_a_newer_version(api: Api) -> None:  # S4.17
    recipients = [{"name": "Jo", "emails": ["jo@example.com"], "phones": [{"number": "3035550188"}]}]
    created = await api.create_customer(service_addresses=[{"line": "1 Oak", "recipients": recipients}])
    path = f"/v1/customers/{created['id']}"
    assert (await api.admin.change("DELETE", path, version=1)).status_code == 204
    assert (await api.admin.get(path)).status_code == 404
    last = (await api.platform.published(TOPIC))[-1]
    assert isinstance(last, CustomerDeleted)
    assert (str(last.id), last.version) == (created["id"], 2)
    async with api.platform.database.worker() as tx:
        for table in ("customer", "contact", "email_address", "phone", "service_address", "recipient"):
            assert await tx.fetchval(f"select count(*) from {table}") == 0, table  # noqa: S608


async def test_active_and_archived_customers_are_listed_apart(api: Api) -> None:  # S4.1
    await api.create_customer(name="Active")
    gone = await api.create_customer(name="Gone")
    await api.dispatcher.change("POST", f"/v1/customers/{gone['id']}/archive", version=1)
    assert await _names(api) == ["Active"]
    assert await _names(api, archived=True) == ["Gone"]


async def test_the_list_goes_on_where_it_ended_by_name(api: Api) -> None:
    for name in ("bob", "Alice", "carol", "Bob", "dave"):
        await api.create_customer(name=name)
    seen, cursor = [], None
    while True:
        page = (await api.tech.get("/v1/customers", limit=2, **({"cursor": cursor} if cursor else {}))).json()
        seen += [item["name"].lower() for item in page["items"]]
        if not (cursor := page["next_cursor"]):
            break
    assert seen == ["alice", "bob", "bob", "carol", "dave"]


async def test_a_search_finds_a_name_email_phone_or_address_and_takes_signs_literally(api: Api) -> None:
    await api.create_customer(name="100% Clean", contacts=[])
    lee = a_contact(name="Ann Lee", emails=[{"address": "ann@oak.example.com"}], phones=[{"number": "3035550177"}])
    await api.create_customer(
        name="Oakland LLC", contacts=[lee], service_addresses=[{"line": "7 Birch", "city": "Erie"}]
    )
    for text in ("oakl", "ANN L", "ann@OAK", "(303) 555-0177", "birch erie", "7 birch"):
        assert await _names(api, search=text) == ["Oakland LLC"], text
    assert await _names(api, search="%") == ["100% Clean"]
    assert await _names(api, search="nobody") == []


async def test_a_line_of_the_list_names_the_primary_contacts_first_email_and_phone(api: Api) -> None:
    created = await api.create_customer()
    [line] = (await api.dispatcher.get("/v1/customers")).json()["items"]
    assert (line["contact"], line["email"], line["phone"]) == ("Maria Lee", "Maria.Lee@Example.com", "+13035550123")
    assert line["id"] == created["id"]


@pytest.mark.survives(46)
async def test_bad_input_is_a_problem_that_names_the_field(api: Api) -> None:
    for body, field in (
        (customer_body(name="Maria\r\nBcc: x@example.com"), "body.name"),  # fault 46
        (customer_body(contacts=[a_contact(emails=[{"address": "a@b.com\n"}])]), "body.contacts.0.emails.0.address"),
        (customer_body(nickname="M"), "body.nickname"),
    ):
        response = await api.dispatcher.post("/v1/customers", body)
        assert response.status_code == 422
        assert response.headers["content-type"] == "application/problem+json"
        assert [error["field"] for error in response.json()["errors"]] == [field]


async def test_a_phone_or_region_that_is_none_and_a_foreign_cursor_are_refused(api: Api) -> None:
    for body in (customer_body(contacts=[a_contact(phones=[{"number": "12"}])]), customer_body(region_id=str(uuid4()))):
        assert (await api.dispatcher.post("/v1/customers", body)).status_code == 422
    for cursor in ("x", "WzEsMl0", "WyJhXHUwMDAwIiwgIjExMTExMTExLTExMTEtNDExMS04MTExLTExMTExMTExMTExMSJd"):
        assert (await api.dispatcher.get("/v1/customers", cursor=cursor)).status_code == 422
    assert (await api.dispatcher.get("/v1/customers", search="a\0b")).status_code == 422


async def _names(api: Api, **params: object) -> list[str]:
    return [item["name"] for item in (await api.dispatcher.get("/v1/customers", **params)).json()["items"]]
