"""A deleted customer: of what was typed about them no word is left in any column of any table (S4.17)."""

from typing import Any
from uuid import uuid4

from contracts.profiles import CustomerDeleted
from customer_svc.tests.api import Api
from customer_svc.tests.factories import a_contact
from customer_svc.tests.test_imports import PATH as IMPORTS
from customer_svc.tests.test_imports import worked_off
from servicekit.remains import Remaining, Words

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
