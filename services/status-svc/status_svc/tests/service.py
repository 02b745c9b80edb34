"""The service as a test drives it: the real app on a real database, seeded by the events of others."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import httpx

from contracts.jobs import JobKind, Role
from contracts.model import Contract, starter_id
from contracts.profiles import CompanyProfile, CustomerKind, CustomerProfile, ServiceAddress
from contracts.topics import TYPE_PREFIX
from servicekit.cloudevents import Event, decode
from servicekit.db import Database
from servicekit.testing import TestIssuer
from status_svc import events
from status_svc.tests.factories import NOW

PUBLIC_URL = "https://jobs.fieldbell.example"


def event(data: Any) -> Event[Any]:
    """`data` as it arrives from the service that owns it."""
    type_ = TYPE_PREFIX + type(data).__name__
    return Event(str(uuid4()), type_, "/customer-svc", str(data.id), datetime.now(UTC), data.company_id, data)


def a_company(id: UUID | None = None, **over: Any) -> CompanyProfile:
    id = id or uuid4()
    known = {
        "id": id,
        "company_id": id,
        "version": 1,
        "name": "Northside",
        "slug": "northside",
        "zone": "America/Denver",
    }
    return CompanyProfile.model_validate(known | over)


def a_profile(company_id: UUID, **over: Any) -> CustomerProfile:
    site = ServiceAddress(
        id=uuid4(), line="12 Elm St", city="Denver", state="CO", postal_code="80202", zone="America/Denver"
    )
    known = {"id": uuid4(), "company_id": company_id, "version": 1, "name": "Maria Lee", "service_addresses": (site,)}
    return CustomerProfile.model_validate({"kind": CustomerKind.RESIDENTIAL} | known | over)


@dataclass
class Service:
    """status-svc with one company that has one customer."""

    client: httpx.AsyncClient
    database: Database
    issuer: TestIssuer
    company: CompanyProfile = field(default_factory=a_company)
    customer: CustomerProfile = field(init=False)

    def __post_init__(self) -> None:
        self.customer = a_profile(self.company.id)

    async def seed(self) -> "Service":
        await self.hear(self.company, self.customer)
        return self

    def beside(self) -> "Service":
        """Another company of the same service."""
        return Service(self.client, self.database, self.issuer)

    async def hear(self, *snapshots: Contract) -> None:
        """Handle what customer-svc publishes."""
        async with self.database.worker() as tx:
            for snapshot in snapshots:
                on = events.on_companies if isinstance(snapshot, CompanyProfile) else events.on_customers
                await on(tx, [event(snapshot)])

    async def call(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        role: Role = Role.DISPATCHER,
        customer_id: UUID | None = None,
        **headers: str,
    ) -> httpx.Response:
        """A request of someone of the company; header names are written with underscores."""
        person = {"name": f"The {role}", "customer_id": customer_id and str(customer_id)}
        sent = self.issuer.headers(role, self.company.id, **person)
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        return await self.client.request(method, path, json=body, headers=sent)

    async def ok(self, method: str, path: str, body: Any = None, **more: Any) -> Any:
        """The JSON of a request that must succeed."""
        response = await self.call(method, path, body, **more)
        assert response.is_success, response.text
        return response.json()

    async def refusal(self, method: str, path: str, body: Any = None, **more: Any) -> tuple[int, str]:
        """The status and slug of a request that must be refused."""
        response = await self.call(method, path, body, **more)
        assert response.headers["content-type"] == "application/problem+json", response.text
        return response.status_code, response.json()["type"].rpartition("/")[2]

    def draft(self, **over: Any) -> dict[str, Any]:
        """The body that books a job of 480.00 with one visit."""
        visit = {"starts_at": NOW.isoformat(), "ends_at": NOW.replace(hour=17).isoformat()}
        return {
            "title": "Water heater",
            "customer_id": str(self.customer.id),
            "service_address_id": str(self.customer.service_addresses[0].id),
            "visits": [visit | {"technicians": [{"id": str(uuid4()), "name": "Sam Rivera"}]}],
            "lines": [{"description": "Labour", "quantity": "2", "unit_price": str(Decimal(240))}],
        } | over

    async def booked(self, **over: Any) -> Any:
        """A job, just booked."""
        return await self.ok("POST", "/v1/jobs", self.draft(**over))

    async def estimate(self) -> Any:
        """An estimate, just made."""
        return await self.booked(kind=JobKind.ESTIMATE)

    def status_id(self, slug: str) -> str:
        """The id of a starter status."""
        return str(starter_id(self.company.id, "status", slug))

    async def published(self, topic: str = "jobs.v1") -> list[Event[Any]]:
        """What waits in the outbox for `topic`, read as a consumer would, oldest first."""
        query = "select headers, body from outbox where topic = $1 and company_id = $2 order by id"
        async with self.database.worker() as tx:
            rows = await tx.fetch(query, topic, self.company.id)
        found = [decode(row["headers"], row["body"]) for row in rows]
        return [each for each in found if each]

    async def names(self, topic: str = "jobs.v1") -> list[str]:
        """The types of what was published."""
        return [each.type.removeprefix(TYPE_PREFIX) for each in await self.published(topic)]
