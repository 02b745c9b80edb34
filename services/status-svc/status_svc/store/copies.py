"""What is kept here of customers and companies."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from contracts.jobs import Job
from servicekit import copies
from servicekit.cloudevents import Event
from servicekit.db import Tx
from status_svc.domain.customers import (
    CompanyNotKnownYet,
    CustomerNotKnownYet,
    KnownCompany,
    KnownCustomer,
    zone_of_days,
)

CUSTOMERS = "customers"
COMPANIES = "companies"


async def keep_customers(tx: Tx, events: Iterable[Event[Any]]) -> None:
    """Take over newer customers and deletions."""
    await copies.apply(tx, CUSTOMERS, events)


async def keep_companies(tx: Tx, events: Iterable[Event[Any]]) -> None:
    """Take over newer companies."""
    await copies.apply(tx, COMPANIES, events)


async def known_customer(tx: Tx, id: UUID) -> KnownCustomer | None:
    """A customer; `None` where there is none, or not yet, or no more."""
    found = (await copies.get(tx, CUSTOMERS, [id])).get(id)
    return None if found is None else KnownCustomer.model_validate(found)


async def customer(tx: Tx, id: UUID) -> KnownCustomer:
    """A customer. Raises `CustomerNotKnownYet`: this service can't tell a new one from none."""
    found = await known_customer(tx, id)
    if found is None:
        raise CustomerNotKnownYet
    return found


async def company(tx: Tx, id: UUID) -> KnownCompany:
    """A company. Raises `CompanyNotKnownYet`."""
    found = (await copies.get(tx, COMPANIES, [id])).get(id)
    if found is None:
        raise CompanyNotKnownYet
    return KnownCompany.model_validate(found)


async def zone_of(tx: Tx, job: Job) -> str:
    """The zone in which the job's days end; a deleted customer's too."""
    known = await known_customer(tx, job.customer_id)
    return zone_of_days(await company(tx, job.company_id), known, job.service_address_id)
