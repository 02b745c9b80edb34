"""A deleted customer: of what was typed about them no word is left in any column of any table (S4.17)."""

import asyncio
from typing import Any
from uuid import uuid4

import pytest

from contracts.profiles import CustomerDeleted
from customer_svc.domain.imports import DELETED_MEANWHILE
from customer_svc.store import imports, queries
from customer_svc.tests.api import Api
from customer_svc.tests.factories import a_contact
from customer_svc.tests.test_imports import PATH as IMPORTS
from customer_svc.tests.test_imports import worked_off
from servicekit.remains import Remaining, Words
from servicekit.testing import until

PHONE, SOURCE = "+13035550188", "paper, signed by Sourcabilium"
FIELDS: dict[str, Any] = {
    "name": "Namabilium",
    "external_id": "externabilium",
    "tags": ["tagabilium"],
    "notes": "Notabilium",
    "cards": [{"last_four": "9876"}],
}
PLACE = {"line": "Linabilium", "city": "Citabilium", "state": "Statabilium", "postal_code": "Postabilium"}
RECIPIENT = {"name": "Recipabilium", "emails": ["amaranth@example.org"], "phones": [{"number": "+13035550189"}]}
CONTACT = a_contact(name="Contactabilium", emails=[{"address": "heliotrope@example.com"}], phones=[{"number": PHONE}])
TYPED = {
    *("namabilium", "externabilium", "tagabilium", "notabilium", "9876", "contactabilium", "heliotrope", PHONE, SOURCE),
    *("linabilium", "citabilium", "statabilium", "postabilium", "recipabilium", "amaranth", "+13035550189"),
    *("renamabilium", "addabilium"),
}


async def one_of_everything(api: Api) -> Any:
    """A customer with a word in every field, some of them changed since, each request safe to repeat."""
    places = [PLACE | {"additional_communication": True, "recipients": [RECIPIENT]}]
    body = FIELDS | {"contacts": [CONTACT], "service_addresses": places}
    created = (await api.dispatcher.post("/v1/customers", body, idempotency_key="a")).json()
    path, phone = f"/v1/customers/{created['id']}", created["contacts"][0]["phones"][0]["id"]
    added = {"name": "Addabilium"}
    assert (await api.dispatcher.post(f"{path}/contacts", added, idempotency_key="b", if_match='"1"')).is_success
    email = created["contacts"][0]["emails"][0]["id"]
    invitation = f"{path}/contacts/{created['contacts'][0]['id']}/emails/{email}/invitation"
    assert (await api.dispatcher.post(invitation, idempotency_key="d")).status_code == 202
    said = {"sms": "granted", "source": SOURCE}
    assert (await api.admin.change("PUT", f"{path}/phones/{phone}/consent", said, version=2)).is_success
    table = "external_id,name,email\nexternabilium,Renamabilium,\nexternabilium,,heliotrope@\n"
    assert (await api.dispatcher.post(IMPORTS, table.encode(), idempotency_key="c")).status_code == 202
    await worked_off(api)
    return (await api.dispatcher.get(path)).json()


async def test_no_word_of_a_deleted_customer_is_in_any_column_nor_waits_for_the_broker(
    api: Api, remaining: Remaining
) -> None:
    customer, database = await one_of_everything(api), api.platform.database
    before = await remaining(database, Words(*TYPED))
    assert set().union(*before.values()) == TYPED
    known = {"idempotency.body", "consent_ledger.source", "change.old", "customer.search", "portal_account.normalised"}
    known |= {"outbox.body"}
    assert known <= before.keys()
    deleted = await api.admin.change("DELETE", f"/v1/customers/{customer['id']}", version=customer["version"])
    assert deleted.status_code == 204
    assert await remaining(database, Words(*TYPED)) == {}


async def test_an_import_that_waits_forgets_a_deleted_customer_and_does_not_bring_them_back(
    api: Api, remaining: Remaining
) -> None:
    customer, database = await one_of_everything(api), api.platform.database
    by_external_id = b"external_id,name,email\nq-1,Bo,\nexternabilium,Renamabilium,amaranth@example.org\n"
    by_our_id = f"id,name,notes\n{customer['id']},Contactabilium,Notabilium\n".encode()
    waiting = [(await api.dispatcher.post(IMPORTS, each)).headers["location"] for each in (by_external_id, by_our_id)]
    assert "customer_import_row.data" in await remaining(database, Words(*TYPED))
    deleted = await api.admin.change("DELETE", f"/v1/customers/{customer['id']}", version=customer["version"])
    assert deleted.status_code == 204
    assert await remaining(database, Words(*TYPED)) == {}
    await worked_off(api)
    assert await remaining(database, Words(*TYPED)) == {}
    assert [each["name"] for each in (await api.dispatcher.get("/v1/customers")).json()["items"]] == ["Bo"]
    done = [(await api.dispatcher.get(each)).json() for each in waiting]
    assert [(each["state"], each["added"], each["changed"]) for each in done] == [("done", 1, 0), ("done", 0, 0)]
    told = [[(each["line"], each["problem"]) for each in one["problems"]] for one in done]
    assert told == [[(3, DELETED_MEANWHILE)], [(2, DELETED_MEANWHILE)]]


async def test_a_line_that_is_about_somebody_else_by_our_id_waits_on(api: Api) -> None:
    ada, bo = await api.create_customer(name="Ada", external_id="q-1"), await api.create_customer(name="Bo")
    table = f"id,external_id,name\n{bo['id']},q-1,Bob\n".encode()
    waiting = (await api.dispatcher.post(IMPORTS, table)).headers["location"]
    await api.admin.change("DELETE", f"/v1/customers/{ada['id']}", version=1)
    await worked_off(api)
    done = (await api.dispatcher.get(waiting)).json()
    assert (done["changed"], done["problems"]) == (1, [])


async def test_of_an_import_at_work_the_lines_of_a_deleted_customer_that_were_read_go_too(
    api: Api, remaining: Remaining, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imports, "SLICE", 1)
    table = b"external_id,name\nexternabilium,Namabilium\nq-1,Bo\n"
    waiting = (await api.dispatcher.post(IMPORTS, table)).headers["location"]
    async with api.platform.database.worker() as tx:
        assert await imports.work(tx)
    [customer] = (await api.dispatcher.get("/v1/customers")).json()["items"]
    await api.admin.change("DELETE", f"/v1/customers/{customer['id']}", version=1)
    assert await remaining(api.platform.database, Words(*TYPED)) == {}
    half = (await api.dispatcher.get(waiting)).json()
    assert (half["state"], half["done"], half["problems"]) == ("running", 1, [])


async def test_whoever_deletes_a_customer_waits_for_an_import_before_holding_the_customer(api: Api) -> None:
    customer = await api.create_customer(external_id="q-1")
    await api.dispatcher.post(IMPORTS, b"external_id,name\nq-1,Bo\n")
    async with api.platform.database.worker() as tx:
        assert await queries.import_at_work(tx)  # as a slice begins
        deleting = asyncio.create_task(api.admin.change("DELETE", f"/v1/customers/{customer['id']}", version=1))

        async def waits() -> bool:
            return bool(await tx.fetchval("select count(*) from pg_locks where not granted"))

        await until(waits)
        await tx.fetch("select from customer where id = $1 for update nowait", customer["id"])
    assert (await deleting).status_code == 204


async def test_of_a_deleted_customer_only_the_deletion_goes_out_once_the_broker_is_back(api: Api, other: Api) -> None:
    customer = await one_of_everything(api)
    neighbour, theirs = await api.create_customer(name="Bo"), await other.create_customer(name="Cy")
    platform = api.platform
    assert len(await platform.published("customer-requests.v1")) == 1
    await api.admin.change("DELETE", f"/v1/customers/{customer['id']}", version=customer["version"])
    waiting = [(str(each.id), each.version) for each in await platform.published("customers.v1")]  # type: ignore[attr-defined]
    assert waiting == [(neighbour["id"], 1), (theirs["id"], 1), (customer["id"], customer["version"] + 1)]
    assert isinstance((await platform.published("customers.v1"))[-1], CustomerDeleted)
    assert await platform.published("customer-requests.v1") == []
    assert len(await platform.published("companies.v1")) == 2


async def test_the_ledger_keeps_that_consent_was_given_and_by_whom_it_was_written_down(api: Api) -> None:  # G14
    customer = await one_of_everything(api)
    await api.admin.change("DELETE", f"/v1/customers/{customer['id']}", version=customer["version"])
    async with api.platform.database.worker() as tx:
        [row] = await tx.fetch("select state, actor, source from consent_ledger")
    assert tuple(row) == ("granted", "test-admin", "erased with the customer")


async def test_a_neighbours_words_stay(api: Api, remaining: Remaining) -> None:
    customer = await one_of_everything(api)
    neighbour = await api.create_customer(name="Neighbilium", notes=str(uuid4()))
    await api.admin.change("DELETE", f"/v1/customers/{customer['id']}", version=customer["version"])
    words = Words("neighbilium", neighbour["notes"])
    assert {"customer.name", "customer.notes", "change.new"} <= (await remaining(api.platform.database, words)).keys()
