"""The list of customers: filters, order and pages; right for millions, and of one company only (S4.1)."""

from itertools import product
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest

from contracts.profiles import ContactFlags, EmailFlags
from customer_svc.domain.summary import Filter, Order, Preference
from customer_svc.store import customers
from customer_svc.tests.api import Api
from customer_svc.tests.factories import a_contact

MANY = 20_000
RAW = "select * from find_customers(false, null, null, null, null, '%', null, null, true, false, null, null, null, 9)"
CHOSEN = "select choose_customers(null, false, null, null, null, null, null, null, null, null)"
PAGE = 50
# Rows beside those that are returned: the one that says there are more, and what an index reads in vain.
SLACK = 20
# Of the list, before those that match are looked for by themselves.
FIRST = 3_000


async def names(api: Api, **query: Any) -> list[str]:
    """All pages of two."""
    found, cursor = [], None
    while True:
        page = {"limit": 2} | query | ({"cursor": cursor} if cursor else {})
        response = await api.dispatcher.get("/v1/customers", **page)
        assert response.status_code == 200, response.text
        found += [item["name"] for item in response.json()["items"]]
        if not (cursor := response.json()["next_cursor"]):
            return found


def test_every_preference_can_be_filtered_by() -> None:  # S0.6, S0.14
    known = {f"contact.{name}" for name in ContactFlags.model_fields}
    assert {str(each) for each in Preference} == known | {f"email.{name}" for name in EmailFlags.model_fields}


async def test_customers_are_found_by_their_ids_archived_or_not_and_of_one_company(api: Api, other: Api) -> None:
    bo, ada = [await api.create_customer(name=name) for name in ("Bo", "Ada")]
    await api.create_customer(name="Cy")
    theirs = await other.create_customer(name="Dee")
    await api.dispatcher.change("POST", f"/v1/customers/{bo['id']}/archive", version=1)

    found = await api.dispatcher.get("/v1/customers", id=[bo["id"], ada["id"], theirs["id"], str(uuid4())])
    assert [each["name"] for each in found.json()["items"]] == ["Ada", "Bo"]
    assert found.json()["next_cursor"] is None
    everyone = await api.dispatcher.get("/v1/customers", id=[str(uuid4()) for _ in range(101)])
    assert everyone.status_code == 422


async def test_each_filter_narrows_the_list(api: Api) -> None:
    quiet = a_contact(flags={"text": False}, emails=[{"address": "q@example.com", "flags": {"invoices": False}}])
    await api.create_customer(name="Ada", kind="commercial", tags=["VIP", "pool"])
    await api.create_customer(name="Bo", contacts=[quiet])
    blocked = await api.create_customer(name="Cy", tags=["pool"])
    await api.dispatcher.change("POST", f"/v1/customers/{blocked['id']}/block", version=1)
    assert await names(api) == ["Ada", "Bo", "Cy"]
    assert await names(api, kind="commercial") == ["Ada"]
    assert await names(api, tag="Pool") == ["Ada", "Cy"]
    assert await names(api, tag="pool", blocked="false") == ["Ada"]
    assert await names(api, blocked="true") == ["Cy"]
    assert await names(api, preference="contact.text", preferred="false") == ["Bo"]
    assert await names(api, preference="contact.text") == ["Ada", "Cy"]
    assert await names(api, preference="email.invoices", preferred="false", search="q@EXAMPLE") == ["Bo"]
    assert await names(api, region_id=str(uuid4())) == []
    assert (await api.dispatcher.get("/v1/customers", preference="contact.fax")).status_code == 422


async def test_the_newest_come_first_where_that_is_asked_for(api: Api) -> None:
    for name in ("Bo", "Ada", "Cy"):
        await api.create_customer(name=name)
    assert await names(api, sort="newest") == ["Cy", "Ada", "Bo"]
    assert await names(api, sort="name") == ["Ada", "Bo", "Cy"]


async def test_what_is_renamed_or_gets_a_phone_is_found_by_it(api: Api) -> None:
    customer = await api.create_customer(name="Ada", contacts=[{"name": "Ada"}])
    where = f"/v1/customers/{customer['id']}/contacts/{customer['contacts'][0]['id']}/phones"
    await api.dispatcher.post(where, {"number": "(303) 555-0177"})
    await api.dispatcher.change("PATCH", f"/v1/customers/{customer['id']}", {"name": "Zoë"}, version=2)
    assert await names(api, search="303.555.0177") == ["Zoë"]
    assert await names(api, search="zoë") == ["Zoë"]
    assert await names(api, search="Ada Li") == []


async def test_customers_of_before_the_search_are_found_after_the_migration(api: Api) -> None:
    await api.create_customer(name="Zoë", service_addresses=[{"line": "9 Pine St"}])
    async with api.platform.database.worker() as tx:
        await tx.execute("update customer set search = ''")
    assert await names(api, search="pine") == []
    migration = (Path(customers.__file__).parents[1] / "migrations" / "0006_search.sql").read_text()
    backfill = migration[migration.index("-- The owner sees no row") : migration.index("create index customer_search")]
    owner = await asyncpg.connect(api.platform.urls.owner_url)
    await owner.execute(backfill)
    await owner.close()
    assert await names(api, search="pine") == ["Zoë"]
    async with api.platform.database.company(uuid4()) as tx:
        assert await tx.fetch("select from customer") == []


async def many(api: Api, company_id: UUID) -> None:
    """A company with many customers, two of whom have something rare, and statistics that know it.

    Vacuumed: of what was just written an index of words keeps up to 4 MB unsorted, and while it does, to read 20,000
    rows is rightly planned as the cheaper way. Otherwise autovacuum decides when that ends.
    """
    owner = await asyncpg.connect(api.platform.urls.owner_url)
    async with api.platform.database.worker() as tx:
        await tx.execute(
            "with rare as (insert into customer (company_id, id, version, name, kind, head_office,"
            " send_client_notifications, tags, archived, blocked, notes, sales_tax_exempt, cards, search)"
            " select $1, gen_random_uuid(), 1, 'Person ' || n, 'residential', false, true,"
            " case when n % 10000 = 7 then '{VIP}' else '{}' end::text[], false, n % 10000 = 7, '', false, '[]',"
            " 'person ' || n || case when n % 10000 = 7 then ' zanzibar street' else ' elm street' end"
            " from generate_series(1, $2::int) n returning id, blocked)"
            "insert into contact (company_id, id, customer_id, position, name, is_primary, confirmations, text, voice,"
            " service_specials, service_reminders, invoice_reminders, exclude_from_broadcasts)"
            " select $1, gen_random_uuid(), id, 0, '', true, true, true, blocked, true, true, true, false from rare",
            company_id,
            MANY,
        )
    await owner.execute("vacuum analyze customer, contact")
    await owner.close()


async def rows_read(api: Api, wanted: Filter, order: Order, found: int) -> int:
    """Of customers, for the first page, and where that is full for one from the middle."""
    count = "select seq_tup_read + idx_tup_fetch from pg_stat_xact_user_tables where relname = 'customer'"
    async with api.platform.database.company(api.company_id) as tx:
        before: int = await tx.fetchval(count)
        page = await customers.listed(tx, wanted, order, None, PAGE)
        assert len(page) == found
        if len(page) == PAGE:
            page = await customers.listed(tx, wanted, order, page[-1].position, PAGE)
            assert len(page) == PAGE
        after: int = await tx.fetchval(count)
        return after - before


async def test_a_page_reads_hardly_more_rows_than_it_shows(api: Api, other: Api) -> None:
    for company in (api, other):
        await many(api, company.company_id)
    usual = (Filter(), Filter(text="Elm"), Filter(blocked=False), Filter(preference=Preference.CONTACT_TEXT))
    for wanted, order in product(usual, Order):
        assert await rows_read(api, wanted, order, PAGE) <= 2 * PAGE + SLACK, (wanted, order)


async def test_what_few_have_is_found_without_a_look_at_all_the_others(api: Api, other: Api) -> None:
    for company in (api, other):
        await many(api, company.company_id)
    rare = (
        (Filter(text="zanzibar"), 2),
        (Filter(text="zan"), 2),
        (Filter(text="nobody at all"), 0),
        (Filter(tag="vip"), 2),
        (Filter(tag="nobody's"), 0),
        (Filter(blocked=True), 2),
        (Filter(preference=Preference.CONTACT_VOICE), 2),
    )
    for (wanted, found), order in product(rare, Order):
        assert await rows_read(api, wanted, order, found) <= FIRST + 2 * found + SLACK, (wanted, order)


@pytest.mark.survives(51)
async def test_a_search_sees_no_other_company_whatever_is_asked_of_it(api: Api, other: Api) -> None:
    await api.create_customer(name="Ada")
    async with api.platform.database.company(other.company_id) as tx:
        assert await customers.listed(tx, Filter(text="ada"), Order.NAME, None, PAGE) == []
        assert await tx.fetch("select * from customer") == []
        assert await tx.fetch(RAW) == await tx.fetch(CHOSEN) == []
    for url in (api.platform.urls.api_url, api.platform.urls.owner_url):
        outside = await asyncpg.connect(url)
        assert await outside.fetch(RAW) == await outside.fetch(CHOSEN) == []
        await outside.close()
    async with api.platform.database.company(api.company_id) as tx:
        assert len(await tx.fetch(RAW)) == len(await tx.fetch(CHOSEN)) == 1
