"""Asking the service as someone, and looking at what it would publish."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import httpx

from contracts.jobs import Role
from contracts.model import Contract
from contracts.topics import MESSAGES
from customer_svc.tests.factories import customer_body
from servicekit.db import Database
from servicekit.testing import DatabaseUrls, TestIssuer


class Person:
    """Someone with a role in a company."""

    def __init__(self, client: httpx.AsyncClient, headers: dict[str, str]) -> None:
        self._client = client
        self._headers = headers

    async def get(self, path: str, **params: Any) -> httpx.Response:
        """GET."""
        return await self._client.get(path, params=params, headers=self._headers)

    async def post(self, path: str, body: Any = None, **headers: str) -> httpx.Response:
        """POST; header names with underscores."""
        return await self.send("POST", path, body, **headers)

    async def change(self, method: str, path: str, body: Any = None, *, version: int) -> httpx.Response:
        """A request with If-Match."""
        return await self.send(method, path, body, if_match=f'"{version}"')

    async def send(self, method: str, path: str, body: Any = None, **headers: str) -> httpx.Response:
        """Any request; bytes go as they are."""
        named = self._headers | {name.replace("_", "-"): value for name, value in headers.items()}
        if isinstance(body, bytes):
            return await self._client.request(method, path, content=body, headers=named)
        return await self._client.request(method, path, json=body, headers=named)


@dataclass
class Api:
    """The people of one company."""

    company_id: UUID
    admin: Person
    dispatcher: Person
    tech: Person
    customer: Person
    platform: "Platform"

    async def create_customer(self, **over: Any) -> Any:
        """Create a customer as a dispatcher; its JSON."""
        response = await self.dispatcher.post("/v1/customers", customer_body(**over))
        assert response.status_code == 201, response.text
        return response.json()


class Platform:
    """The app under test, asked as the platform's own service."""

    def __init__(self, client: httpx.AsyncClient, issuer: TestIssuer, database: Database, urls: DatabaseUrls) -> None:
        self._issuer = issuer
        self.urls = urls
        self.anyone = client
        self.database = database
        self.service = self._person(Role.SERVICE, None)

    def _person(self, role: Role, company_id: UUID | None) -> Person:
        return Person(self.anyone, self._issuer.headers(role, company_id))

    def customer(self, company_id: UUID, customer_id: str | None) -> Person:
        """Somebody who signed in to the portal."""
        return Person(self.anyone, self._issuer.headers(Role.CUSTOMER, company_id, customer_id=customer_id))

    def service_of(self, company_id: UUID) -> Person:
        """Another service, acting for one company."""
        return self._person(Role.SERVICE, company_id)

    def people_of(self, company_id: UUID) -> Api:
        """One person of each role."""
        return Api(
            company_id=company_id,
            admin=self._person(Role.ADMIN, company_id),
            dispatcher=self._person(Role.DISPATCHER, company_id),
            tech=self._person(Role.TECH, company_id),
            customer=self._person(Role.CUSTOMER, company_id),
            platform=self,
        )

    async def create_company(self, **body: Any) -> Any:
        """Create a company; its JSON."""
        response = await self.service.post("/v1/companies", body)
        assert response.status_code == 201, response.text
        return response.json()

    async def published(self, topic: str) -> list[Contract]:
        """What waits in the outbox for a topic, read as its receivers read it, oldest first."""
        async with self.database.worker() as tx:
            rows = await tx.fetch("select headers, body from outbox where topic = $1 order by id", topic)
        return [MESSAGES[row["headers"]["ce_type"]].model_validate_json(row["body"]) for row in rows]
