"""A request that changes a customer: one transaction, one new version, one profile published."""

from collections.abc import Awaitable, Callable, Coroutine
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Request, Response

from contracts.jobs import Role
from contracts.profiles import CompanyProfile
from customer_svc.domain.changes import By
from customer_svc.domain.customer import Customer, profile
from customer_svc.store import companies, customers
from servicekit.auth import Principal, require
from servicekit.db import Database, Tx
from servicekit.http import Db
from servicekit.idempotency import once
from servicekit.preconditions import check_version, etag

OFFICE = (Role.ADMIN, Role.DISPATCHER)
STAFF = (*OFFICE, Role.TECH)

Change = Callable[[Customer, CompanyProfile], Customer]
ChangeInTx = Callable[[Tx, Customer], Awaitable[Customer]]
Note = Callable[[Tx, Principal, Customer], Awaitable[None]]
Growth = Callable[[Customer, CompanyProfile], tuple[Customer, UUID]]


def answer(customer: Customer, who: Principal, status: int = 200, location: str | None = None) -> Response:
    """The whole customer and its ETag. Technicians get what is published: the notes are the office's (S4.19)."""
    seen = customer if who.roles & set(OFFICE) else profile(customer)
    headers = {"etag": etag(customer.version)} | ({"location": location} if location else {})
    return Response(seen.model_dump_json(), status, headers, media_type="application/json")


def by(who: Principal) -> By:
    """For the change log: somebody's own account, or another system's."""
    return By(who.subject, "office" if who.roles & set(STAFF) else "another system")


class Changing:
    """The customer named in the path, about to change."""

    def __init__(self, request: Request, who: Principal, database: Database, customer_id: UUID) -> None:
        self._request = request
        self._who = who
        self._database = database
        self._customer_id = customer_id

    async def change(self, change: Change, also: Note | None = None) -> Response:
        """Change what is there; If-Match says which version was seen. `also` is noted in the same transaction."""

        async def changed(tx: Tx, before: Customer) -> Customer:
            return change(before, await companies.get(tx, self._who.company))

        return await self.change_in(changed, also)

    async def change_in(self, change: ChangeInTx, also: Note | None = None) -> Response:
        """The same, where the change depends on what else is stored."""
        async with self._database.company(self._who.company) as tx:
            before = await customers.lock(tx, self._who.company, self._customer_id)
            check_version(self._request, before.version)
            after = await customers.save(tx, before, await change(tx, before), by(self._who))
            if also:
                await also(tx, self._who, after)
        return answer(after, self._who)

    async def add(self, growth: Growth) -> Response:
        """Add a part, once per Idempotency-Key. Adding overwrites nothing, so If-Match is heeded but not asked for."""
        async with self._database.company(self._who.company) as tx:
            return await once(tx, self._request, self._who, lambda: self._add(tx, growth))

    async def _add(self, tx: Tx, growth: Growth) -> Response:
        before = await customers.lock(tx, self._who.company, self._customer_id)
        if "if-match" in self._request.headers:
            check_version(self._request, before.version)
        grown, part_id = growth(before, await companies.get(tx, self._who.company))
        after = await customers.save(tx, before, grown, by(self._who))
        return answer(after, self._who, 201, f"{self._request.url.path}/{part_id}")

    async def delete(self) -> Response:
        """Remove the customer for good."""
        async with self._database.company(self._who.company) as tx:
            before = await customers.lock(tx, self._who.company, self._customer_id)
            check_version(self._request, before.version)
            await customers.delete(tx, before, by(self._who))
        return Response(status_code=204)


def _by(*roles: Role) -> Callable[..., Coroutine[Any, Any, Changing]]:
    async def changing(
        customer_id: UUID, request: Request, who: Annotated[Principal, Depends(require(*roles))], db: Db
    ) -> Changing:
        return Changing(request, who, db, customer_id)

    return changing


ByAdmin = Annotated[Changing, Depends(_by(Role.ADMIN))]
ByAdminOrService = Annotated[Changing, Depends(_by(Role.ADMIN, Role.SERVICE))]
ByOffice = Annotated[Changing, Depends(_by(*OFFICE))]
ByStaff = Annotated[Changing, Depends(_by(*STAFF))]
