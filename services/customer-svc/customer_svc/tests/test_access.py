"""Who may do what, and that one company never sees another."""

from typing import Any
from uuid import uuid4

import asyncpg
import pytest

from contracts.jobs import Role
from customer_svc.tests.api import Api
from customer_svc.tests.factories import a_contact
from servicekit.doors import wrong_doors
from servicekit.testing import TestIssuer

NONE = str(uuid4())
EDIT: dict[str, Any] = {"ids": [NONE], "set": {"contact.text": False}}


@pytest.mark.survives(53)
async def test_everyone_may_do_what_the_table_says_and_no_more(api: Api, issuer: TestIssuer) -> None:  # G20
    claims = {"customer_id": (await api.create_customer())["id"]}
    people = {role: issuer.headers(role, api.company_id, **claims) for role in Role}
    assert await wrong_doors(api.platform.anyone, "customer-svc", people) == []


async def test_overwriting_preferences_is_the_admins(api: Api) -> None:  # G20, S1.13
    body = EDIT | {"mode": "overwrite"}
    assert (await api.dispatcher.post("/v1/batch-edits", body)).status_code == 403
    assert (await api.dispatcher.post("/v1/batch-edits", EDIT)).status_code != 403
    assert (await api.admin.post("/v1/batch-edits", body)).status_code != 403


@pytest.mark.survives(51)
async def test_a_service_without_a_company_writes_down_no_consent(api: Api) -> None:
    path = f"/v1/customers/{NONE}/phones/{NONE}/consent"
    said = {"sms": "granted", "source": "paper"}
    assert (await api.platform.service.send("PUT", path, said)).status_code == 403


@pytest.mark.survives(51)
async def test_another_companys_customer_is_not_found(api: Api, other: Api) -> None:
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
    "company_change",
    "batch_edit",
    "batch_edit_customer",
    "customer_import",
    "customer_import_row",
    "portal_account",
    "portal_session",
    "sign_in_attempt",
)
# What the search reads as the owner (ADR 14).
SEARCHED = {"customer", "contact", "email_address"}


@pytest.mark.survives(51)
async def test_raw_sql_of_the_api_role_sees_its_company_only(api: Api, other: Api) -> None:
    await _one_of_everything(api)
    for company_id, sees in ((None, False), (other.company_id, False), (api.company_id, True)):
        async with api.platform.database.company(company_id or uuid4()) as tx:
            for table in TABLES:
                found = await tx.fetchval(f"select count(*) from {table} where company_id = $1", api.company_id)  # noqa: S608
                assert (found > 0) == sees, (table, company_id)


@pytest.mark.survives(51)
async def test_raw_sql_of_the_api_role_cannot_write_into_another_company(api: Api, other: Api) -> None:
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
@pytest.mark.survives(51)
async def test_raw_sql_outside_a_company_sees_nothing(api: Api, role: str, reads: set[str]) -> None:
    await _one_of_everything(api)
    connection = await asyncpg.connect(getattr(api.platform.urls, role))
    found = {table for table in TABLES if await connection.fetchval(f"select count(*) from {table}")}  # noqa: S608
    assert found == reads
    await connection.close()


@pytest.mark.parametrize(
    ("sql", "only_by_owner"),
    [
        ("delete from consent_ledger", True),
        ("update consent_ledger set state = 'refused'", True),
        ("update consent_ledger set source = 'erased with the customer', at = now() - interval '1 day'", True),
        ("update consent_ledger set source = 'said on the phone'", False),
        ("delete from change", True),
        ("update change set actor = 'nobody'", True),
        ("update change set old = null, new = null, actor = 'nobody'", True),
        ("update change set new = '{}'", False),
        ("update change set old = null", False),
    ],
)
async def test_no_role_rewrites_the_ledger_or_the_change_log(api: Api, sql: str, only_by_owner: bool) -> None:  # G14
    await _one_of_everything(api)
    database = api.platform.database
    denied = asyncpg.InsufficientPrivilegeError
    for opened, refusal in (
        (database.company(api.company_id), denied if only_by_owner else asyncpg.RaiseError),
        (database.worker(), denied),
    ):
        with pytest.raises(refusal):
            async with opened as tx:
                await tx.execute(sql)
    owner = await asyncpg.connect(api.platform.urls.owner_url)
    await owner.execute("alter table consent_ledger no force row level security")
    await owner.execute("alter table change no force row level security")
    with pytest.raises(asyncpg.RaiseError, match="only added to"):
        await owner.execute(sql)
    await owner.close()


@pytest.mark.parametrize(
    "sql",
    [
        "update consent_ledger set source = 'erased with the customer'",
        "update change set old = null, new = null",
    ],
)
async def test_what_an_erasure_takes_out_may_go_by_the_role_that_erases_and_no_other(api: Api, sql: str) -> None:
    await _one_of_everything(api)  # S4.17
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with api.platform.database.worker() as tx:
            await tx.execute(sql)
    async with api.platform.database.company(api.company_id) as tx:
        assert await tx.execute(sql) != "UPDATE 0"


async def _one_of_everything(api: Api) -> None:
    await api.admin.change("PATCH", "/v1/company", {"regions": [{"name": "North"}]}, version=1)
    recipients = [{"name": "Jo", "emails": ["jo@example.com"]}]
    customer = await api.create_customer(service_addresses=[{"line": "A", "recipients": recipients}])
    phone = customer["contacts"][0]["phones"][0]
    asked = f"/v1/customers/{customer['id']}/phones/{phone['id']}/consent/request"
    assert (await api.admin.change("POST", asked, version=1)).status_code == 200
    contact = customer["contacts"][0]
    emails = f"/v1/customers/{customer['id']}/contacts/{contact['id']}/emails"
    assert (await api.admin.post(f"{emails}/{contact['emails'][0]['id']}/invitation")).status_code == 202
    signing_in = {"company": "northside", "email": "maria@example.com", "password": "wrong"}
    assert (await api.platform.anyone.post("/v1/portal/sign-in", json=signing_in)).status_code == 401
    async with api.platform.database.worker() as tx:
        await tx.execute("insert into portal_session select company_id, 'x', email_id, now() from portal_account")
    assert (await api.admin.post("/v1/batch-edits", EDIT | {"ids": [customer["id"]]})).status_code == 202
    assert (await api.admin.post("/v1/customer-imports", b"external_id,name\nq-1,Bo\n")).status_code == 202
