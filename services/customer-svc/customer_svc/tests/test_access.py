"""Who may do what, and that one company never sees another."""

from typing import Any
from uuid import uuid4

import asyncpg
import pytest

from customer_svc.tests.api import Api, Person
from customer_svc.tests.factories import a_contact, company_body, customer_body

PEOPLE = ("admin", "dispatcher", "tech", "customer", "service")
NONE = str(uuid4())
EDIT: dict[str, Any] = {"ids": [NONE], "set": {"contact.text": False}}

# Method, path, body, and who gets past the door (G20).
TABLE: list[tuple[str, str, Any, set[str]]] = [
    ("POST", "/v1/companies", company_body(slug="new"), {"service"}),
    ("PUT", f"/v1/companies/{NONE}", company_body(slug="new"), {"service"}),
    ("GET", f"/v1/companies/{NONE}", None, {"service"}),
    ("GET", "/v1/company", None, {"admin", "dispatcher", "tech"}),
    ("PATCH", "/v1/company", {}, {"admin"}),
    ("PUT", "/v1/company/logo", b"\xff\xd8\xff", {"admin"}),
    ("DELETE", "/v1/company/logo", None, {"admin"}),
    ("GET", "/v1/customers", None, {"admin", "dispatcher", "tech"}),
    ("POST", "/v1/customers", customer_body(), {"admin", "dispatcher"}),
    ("GET", f"/v1/customers/{NONE}", None, {"admin", "dispatcher", "tech"}),
    ("PATCH", f"/v1/customers/{NONE}", {}, {"admin", "dispatcher"}),
    ("DELETE", f"/v1/customers/{NONE}", None, {"admin"}),
    *(
        ("POST", f"/v1/customers/{NONE}/{act}", None, {"admin", "dispatcher"})
        for act in ("archive", "unarchive", "block", "unblock")
    ),
    ("POST", f"/v1/customers/{NONE}/contacts", a_contact(), {"admin", "dispatcher"}),
    ("POST", f"/v1/customers/{NONE}/service-addresses", {"line": "A"}, {"admin", "dispatcher"}),
    (
        "POST",
        f"/v1/customers/{NONE}/service-addresses/{NONE}/recipients",
        {"name": "Jo"},
        {"admin", "dispatcher", "tech"},
    ),
    ("DELETE", f"/v1/customers/{NONE}/service-addresses/{NONE}/recipients/{NONE}", None, {"admin", "dispatcher"}),
    ("POST", f"/v1/customers/{NONE}/phones/{NONE}/consent/request", None, {"admin", "dispatcher"}),
    ("PUT", f"/v1/customers/{NONE}/phones/{NONE}/consent", {"sms": "granted", "source": "paper"}, {"admin"}),
    ("GET", f"/v1/customers/{NONE}/consent", None, {"admin", "dispatcher"}),
    ("GET", f"/v1/customers/{NONE}/changes", None, {"admin", "dispatcher"}),
    ("POST", "/v1/batch-edits/preview", EDIT, {"admin", "dispatcher"}),
    ("POST", "/v1/batch-edits", EDIT, {"admin", "dispatcher"}),
    ("POST", "/v1/batch-edits", EDIT | {"mode": "overwrite"}, {"admin"}),
    ("GET", "/v1/batch-edits", None, {"admin", "dispatcher"}),
    ("GET", f"/v1/batch-edits/{NONE}", None, {"admin", "dispatcher"}),
    ("POST", f"/v1/batch-edits/{NONE}/undo", None, {"admin", "dispatcher"}),
    ("POST", "/v1/customer-imports/preview", b"", {"admin", "dispatcher"}),
    ("POST", "/v1/customer-imports", b"", {"admin", "dispatcher"}),
    ("GET", f"/v1/customer-imports/{NONE}", None, {"admin", "dispatcher"}),
    ("GET", "/v1/customer-exports", None, {"admin", "dispatcher"}),
]


async def test_each_role_may_do_what_the_table_says_and_no_more(api: Api) -> None:  # G20
    for method, path, body, allowed in TABLE:
        for name in PEOPLE:
            person: Person = api.platform.service if name == "service" else getattr(api, name)
            status = (await person.send(method, path, body)).status_code
            assert (status != 403) == (name in allowed), (method, path, name, status)


async def test_without_a_token_nothing_but_logos_is_open(api: Api) -> None:  # fault 53
    for method, path, _, _ in TABLE:
        assert (await api.platform.anyone.request(method, path)).status_code == 401, (method, path)


async def test_another_companys_customer_is_not_found(api: Api, other: Api) -> None:  # fault 51
    customer = await api.create_customer()
    path = f"/v1/customers/{customer['id']}"
    contact = f"{path}/contacts/{customer['contacts'][0]['id']}"
    assert (await other.admin.get(path)).status_code == 404
    assert (await other.admin.change("PATCH", path, {"name": "Mine"}, version=1)).status_code == 404
    assert (await other.admin.change("DELETE", path, version=1)).status_code == 404
    assert (await other.admin.change("PATCH", contact, {"name": "Mine"}, version=1)).status_code == 404
    assert (await other.admin.post(f"{path}/contacts", a_contact())).status_code == 404
    assert (await other.admin.get("/v1/customers")).json()["items"] == []
    assert (await api.admin.get(path)).json() == customer


TABLES = (
    "company",
    "region",
    "customer",
    "contact",
    "email_address",
    "phone",
    "service_address",
    "recipient",
    "consent_ledger",
    "change",
    "batch_edit",
    "batch_edit_customer",
    "customer_import",
    "customer_import_row",
)
# What the search reads as the owner (ADR 14).
SEARCHED = {"customer", "contact", "email_address"}


async def test_raw_sql_of_the_api_role_sees_its_company_only(api: Api, other: Api) -> None:  # fault 51
    await _one_of_everything(api)
    for company_id, sees in ((None, False), (other.company_id, False), (api.company_id, True)):
        async with api.platform.database.company(company_id or uuid4()) as tx:
            for table in TABLES:
                found = await tx.fetchval(f"select count(*) from {table} where company_id = $1", api.company_id)  # noqa: S608
                assert (found > 0) == sees, (table, company_id)


async def test_raw_sql_of_the_api_role_cannot_write_into_another_company(api: Api, other: Api) -> None:  # fault 51
    customer = await api.create_customer()
    async with api.platform.database.company(other.company_id) as tx:
        assert await tx.execute("update customer set name = 'mine'") == "UPDATE 0"
        assert await tx.execute("delete from customer where id = $1", customer["id"]) == "DELETE 0"
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await tx.execute(
                "insert into region (company_id, id, position, name, active) values ($1, $2, 0, 'mine', true)",
                api.company_id,
                uuid4(),
            )


@pytest.mark.parametrize(("role", "reads"), [("api_url", set()), ("owner_url", SEARCHED)])
async def test_raw_sql_outside_a_company_sees_nothing(api: Api, role: str, reads: set[str]) -> None:  # fault 51
    await _one_of_everything(api)
    connection = await asyncpg.connect(getattr(api.platform.urls, role))
    found = {table for table in TABLES if await connection.fetchval(f"select count(*) from {table}")}  # noqa: S608
    assert found == reads
    await connection.close()


async def _one_of_everything(api: Api) -> None:
    await api.admin.change("PATCH", "/v1/company", {"regions": [{"name": "North"}]}, version=1)
    recipients = [{"name": "Jo", "emails": ["jo@example.com"]}]
    customer = await api.create_customer(service_addresses=[{"line": "A", "recipients": recipients}])
    phone = customer["contacts"][0]["phones"][0]
    asked = f"/v1/customers/{customer['id']}/phones/{phone['id']}/consent/request"
    assert (await api.admin.change("POST", asked, version=1)).status_code == 200
    assert (await api.admin.post("/v1/batch-edits", EDIT | {"ids": [customer["id"]]})).status_code == 202
    assert (await api.admin.post("/v1/customer-imports", b"external_id,name\nq-1,Bo\n")).status_code == 202
