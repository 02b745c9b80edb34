"""What the benchmark fills in is what the API would have made."""

from typing import Any

import asyncpg

from contracts.jobs import Actor, Role
from customer_svc.domain import intake
from customer_svc.domain.changes import Operation
from customer_svc.domain.customer import Customer
from customer_svc.domain.intake import NewCustomer
from customer_svc.domain.summary import searchable
from customer_svc.store import companies, queries
from customer_svc.tests.factories import COMPANY_ID, a_company
from servicekit.db import configure
from servicekit.testing import MakeDatabase
from tests.bench import fill

NEW = {
    "": {"name", "kind", "region_id", "tags", "contacts", "service_addresses"},
    "contacts": {"name", "flags", "emails", "phones"},
    "emails": {"address", "flags"},
    "phones": {"number"},
    "service_addresses": {"line", "city", "state", "postal_code"},
}
OWN = {"id", "archived", "blocked"}


def asked_for(part: Any, kind: str = "") -> Any:
    """The request that would make this part, of all that is known of it."""
    if isinstance(part, list | tuple):
        return [asked_for(each, kind) for each in part]
    return {name: asked_for(value, name) if name in NEW else value for name, value in part.items() if name in NEW[kind]}


def without_ids(part: Any) -> Any:
    if isinstance(part, list | tuple):
        return [without_ids(each) for each in part]
    return {n: without_ids(v) for n, v in part.items() if n not in OWN} if isinstance(part, dict) else part


async def test_what_is_filled_in_is_what_the_api_would_have_made(database: MakeDatabase) -> None:
    company = a_company(regions=[{"name": name} for name in ("North", "South", "East", "West")])
    worker = await asyncpg.connect(database("customer").worker_url)
    await configure(worker)
    await companies.add(worker, company, Operation(Actor(id="bench", role=Role.ADMIN), "PUT /v1/companies"))
    await fill.queries.fill(worker, COMPANY_ID, 1, 60)
    searches = {row["id"]: row["search"] for row in await worker.fetch("select id, search from customer")}
    async for row in queries.load_customers(worker, COMPANY_ID, list(searches)):
        customer = Customer.model_validate(dict(row))
        known = customer.model_dump()
        made = intake.admit(NewCustomer.model_validate(asked_for(known)), company)
        assert without_ids(known) == without_ids(made.model_dump())
        assert searches[customer.id] == searchable(customer)
    assert len(searches) == 60
    await worker.close()
