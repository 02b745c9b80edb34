"""The change log: every change of a customer, by whom, how, and from what to what (S4.12, G20)."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from contracts.inbound import Meaning
from contracts.profiles import Contact, ContactFlags
from customer_svc.domain.changes import Change, changes
from customer_svc.tests.api import Api
from customer_svc.tests.factories import a_customer
from customer_svc.tests.test_consent import customer_with_phones, phones
from customer_svc.tests.test_consent_by_text import ask, text


async def log(api: Api, customer: Any, **query: Any) -> list[Any]:
    response = await api.dispatcher.get(f"/v1/customers/{customer['id']}/changes", **query)
    assert response.status_code == 200, response.text
    return list(response.json()["items"])


def short(rows: list[Any]) -> list[tuple[Any, ...]]:
    return [(row["field"], row["old"], row["new"]) for row in rows]


async def changed(api: Api, customer: Any, path: str, body: Any, method: str = "PATCH") -> Any:
    where = f"/v1/customers/{customer['id']}{path}"
    response = await api.dispatcher.change(method, where, body, version=customer["version"])
    assert response.status_code in (200, 201), response.text
    return response.json()


async def test_each_change_is_noted_with_who_when_and_from_what_to_what(api: Api) -> None:  # S4.12
    customer = await api.create_customer(name="Maria Lee", contacts=[{"name": "Maria Lee"}])
    [contact] = customer["contacts"]
    started = datetime.now(UTC) - timedelta(minutes=1)
    customer = await changed(api, customer, "", {"name": "Maria Long", "tags": ["vip"]})
    customer = await changed(api, customer, f"/contacts/{contact['id']}", {"flags": {"voice": True}})
    rows = await log(api, customer)
    assert short(rows) == [
        ("contacts.flags.voice", False, True),
        ("tags", [], ["vip"]),
        ("name", "Maria Lee", "Maria Long"),
        ("customer", None, {"name": "Maria Lee"}),
    ]
    assert [row["version"] for row in rows] == [3, 2, 2, 1]
    by_whom = {(row["actor"], row["actor_name"], row["how"]) for row in rows}
    assert by_whom == {("test-dispatcher", "Test dispatcher", "office")}
    assert rows[0]["part_id"] == contact["id"]
    assert all(datetime.fromisoformat(row["at"]) > started for row in rows)


async def test_a_part_that_comes_or_goes_is_there_whole(api: Api) -> None:
    customer = await api.create_customer(contacts=[{"name": "Maria Lee"}])
    [contact] = customer["contacts"]
    where = f"/contacts/{contact['id']}/emails"
    customer = await changed(api, customer, where, {"address": "maria@example.com"}, "POST")
    [email] = customer["contacts"][0]["emails"]
    customer = await changed(api, customer, f"{where}/{email['id']}", None, "DELETE")
    gone, came, _ = await log(api, customer)
    assert (came["field"], came["part_id"], came["old"], came["new"]) == ("contacts.emails", email["id"], None, email)
    assert (gone["field"], gone["part_id"], gone["old"], gone["new"]) == ("contacts.emails", email["id"], email, None)


async def test_what_a_customer_answers_by_text_is_the_customers_doing(api: Api) -> None:
    customer = await customer_with_phones(api)
    phone, _ = phones(customer)
    await ask(api, customer, phone)
    await text(api, Meaning.YES, (customer, phone))
    answered, asked, _ = await log(api, customer)
    assert (answered["actor"], answered["how"], answered["new"]) == ("customer", "text message", "granted")
    assert answered["actor_name"] is None  # who may be erased
    assert (asked["actor"], asked["new"]) == ("test-dispatcher", "requested")
    assert answered["field"] == "contacts.phones.sms_consent"


async def test_the_log_narrows_by_field_part_person_and_time_and_comes_in_pages(api: Api) -> None:
    customer = await api.create_customer(contacts=[{"name": "Maria Lee"}])
    [contact] = customer["contacts"]
    customer = await changed(api, customer, f"/contacts/{contact['id']}", {"flags": {"voice": True, "text": False}})
    customer = await changed(api, customer, "", {"notes": "Ring twice."})
    flags = await log(api, customer, field="contacts.flags")
    assert {row["field"] for row in flags} == {"contacts.flags.voice", "contacts.flags.text"}
    assert await log(api, customer, field="contacts.fl") == []
    assert await log(api, customer, part_id=contact["id"]) == flags
    assert await log(api, customer, actor="somebody else") == []
    assert len(await log(api, customer, actor="test-dispatcher")) == 4
    tomorrow = (datetime.now(UTC) + timedelta(days=1)).isoformat()
    assert await log(api, customer, since=tomorrow) == []
    assert len(await log(api, customer, until=tomorrow)) == 4
    path, seen, cursor = f"/v1/customers/{customer['id']}/changes", [], None
    while True:
        page = (await api.admin.get(path, limit=3, **({"cursor": cursor} if cursor else {}))).json()
        seen += page["items"]
        if not (cursor := page["next_cursor"]):
            break
    assert seen == await log(api, customer)


@pytest.mark.survives(51)
async def test_the_log_is_the_offices_and_no_other_companys(api: Api, other: Api) -> None:  # G20
    customer = await api.create_customer()
    path = f"/v1/customers/{customer['id']}/changes"
    assert (await api.tech.get(path)).status_code == 403
    assert (await api.customer.get(path)).status_code == 403
    assert (await other.admin.get(path)).status_code == 404


async def test_a_deleted_customers_log_keeps_that_it_was_changed_and_not_what_it_said(api: Api) -> None:  # S4.17
    customer = await api.create_customer(name="Maria Lee", contacts=[{"name": "Maria Lee"}])
    customer = await changed(api, customer, "", {"name": "Maria Long"})
    await api.admin.change("DELETE", f"/v1/customers/{customer['id']}", version=customer["version"])
    async with api.platform.database.worker() as tx:
        rows = await tx.fetch("select actor, field, old, new from change order by id")
    assert [tuple(row) for row in rows] == [
        ("test-dispatcher", "customer", None, None),
        ("test-dispatcher", "name", None, None),
        ("test-admin", "customer", None, None),
    ]


async def test_who_serves_requests_can_not_rewrite_the_log(api: Api) -> None:
    await api.create_customer()
    async with api.platform.database.company(api.company_id) as tx:
        with pytest.raises(Exception, match="permission denied"):
            await tx.execute("update change set actor = 'nobody'")
    async with api.platform.database.company(api.company_id) as tx:
        with pytest.raises(Exception, match="permission denied"):
            await tx.execute("delete from change")


def test_a_change_of_order_alone_is_none() -> None:
    people = tuple(
        Contact(id=a_customer().id, name=name, primary=not n, flags=ContactFlags()) for n, name in enumerate("ab")
    )
    customer = a_customer().model_copy(update={"contacts": people})
    turned = customer.model_copy(update={"contacts": people[::-1], "version": 2})
    assert changes(customer, turned) == []
    assert changes(customer, customer.model_copy(update={"cards": ()})) == []
    [gone] = changes(customer, customer.model_copy(update={"contacts": people[:1]}))
    assert (gone.field, gone.part_id, gone.new) == ("contacts", people[1].id, None)
    assert changes(None, customer) == [Change("customer", None, None, {"name": customer.name})]
