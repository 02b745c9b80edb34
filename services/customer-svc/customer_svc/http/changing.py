"""A request that changes a customer: one transaction, one new version, one profile published."""

from collections.abc import Awaitable, Callable, Collection, Coroutine, Iterable
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Response
from pydantic import BaseModel

from contracts.jobs import Role
from contracts.profiles import CompanyProfile
from customer_svc.domain.changes import By
from customer_svc.domain.customer import Customer, profile
from customer_svc.domain.portal import SignInAddress, check_open, own
from customer_svc.store import changes, companies, customers, portal
from servicekit.auth import Principal, require
from servicekit.db import Database, Tx
from servicekit.errors import Forbidden, NotFound
from servicekit.http import Db
from servicekit.idempotency import once
from servicekit.preconditions import Conditional, IfMatch, OnceIfMatch, RepeatableConditional, check_version, etag

OFFICE = (Role.ADMIN, Role.DISPATCHER)
STAFF = (*OFFICE, Role.TECH)
OWN = (*OFFICE, Role.CUSTOMER)
"""Who may change what a customer manages themself."""

Change = Callable[[Customer, CompanyProfile], Customer]
ChangeInTx = Callable[[Tx, Customer], Awaitable[Customer]]
Locks = Callable[[Tx], Awaitable[None]]
Note = Callable[[Tx, Principal, Customer], Awaitable[None]]
Growth = Callable[[Customer, CompanyProfile], tuple[Customer, UUID]]


def answer(customer: Customer, who: Principal, status: int = 200, location: str | None = None) -> Response:
    """The customer and its ETag: whole for the office, as published for technicians (S4.19) and services, their own."""
    if who.roles & set(OFFICE):
        seen: BaseModel = customer
    else:
        seen = profile(customer) if who.roles & {Role.TECH, Role.SERVICE} else own(customer)
    headers = {"etag": etag(customer.version)} | ({"location": location} if location else {})
    return Response(seen.model_dump_json(), status, headers, media_type="application/json")


def by(who: Principal) -> By:
    """For the change log: somebody's own account, or another system's."""
    if who.roles & set(STAFF):
        return By(who.subject, "office", who.name)
    return By(who.subject, "portal" if Role.CUSTOMER in who.roles else "another system")


def is_limited(who: Principal, may_all: Collection[Role]) -> bool:
    """Whether `who` may do it as a customer only, and so to what is theirs."""
    return not who.roles & set(may_all)


async def own_customer(tx: Tx, who: Principal) -> Customer:
    """The customer that signed in. Raises `Forbidden`, `AccountClosed`."""
    if who.customer_id is None:
        raise Forbidden("The token names no customer.")
    customer = await customers.get(tx, who.company, who.customer_id)
    check_open(customer)
    return customer


class Changing:
    """The customer named in the path, about to change."""

    def __init__(
        self, request: Conditional, who: Principal, database: Database, customer_id: UUID, *, limited: bool
    ) -> None:
        """Raises `NotFound` where somebody `limited` to what is their own means somebody else."""
        if limited and who.customer_id != customer_id:
            raise NotFound("There is no such customer.")
        self._request = request
        self._who = who
        self._limited = limited
        self._database = database
        self._customer_id = customer_id

    def limit_owner(self, fields: Iterable[str], allowed: set[str]) -> None:
        """Raise `Forbidden` where a customer would change what is the office's."""
        if self._limited and not allowed.issuperset(fields):
            raise Forbidden(f"Only these can be changed here: {', '.join(sorted(allowed))}.")

    async def change(self, change: Change, also: Note | None = None, first: Locks | None = None) -> Response:
        """Change what is there; If-Match says which version was seen. `also` is noted in the same transaction."""

        async def changed(tx: Tx, before: Customer) -> Customer:
            return change(before, await companies.get(tx, self._who.company))

        return await self.change_in(changed, also, first)

    async def change_flags(self, change: Change, part_id: UUID, flags: Iterable[str]) -> Response:
        """The same of a part whose `flags` are named; by their owner they are set even where they stay as they are."""
        return await self.change(change, self._kept(part_id, flags))

    async def change_address(self, email_id: UUID, change: Change, flags: Iterable[str] = ()) -> Response:
        """Change or remove an email address; customers none that somebody signs in with."""

        async def changed(tx: Tx, before: Customer) -> Customer:
            account = await portal.account(tx, self._who.company, email_id) if self._limited else None
            if account is not None and account.confirmed_at is not None:
                raise SignInAddress
            return change(before, await companies.get(tx, self._who.company))

        return await self.change_in(changed, self._kept(email_id, flags))

    def _kept(self, part_id: UUID, flags: Iterable[str]) -> Note | None:
        named = {(part_id, flag) for flag in flags}

        async def noted(tx: Tx, who: Principal, after: Customer) -> None:
            await changes.add_kept(tx, after, by(who), named)

        return noted if self._limited else None

    async def change_number(self, phone_id: UUID, change: Change, also: Note) -> Response:
        """The same of a phone's number: others who have it may be changed in `also`."""

        async def locked(tx: Tx) -> None:
            number = await customers.number_of(tx, self._who.company, phone_id)
            await customers.lock_with_number(tx, self._who.company, number, self._customer_id)

        return await self.change(change, also, locked)

    async def change_in(self, change: ChangeInTx, also: Note | None = None, first: Locks | None = None) -> Response:
        """The same, where the change depends on what else is stored; `first` locks others, before the customer."""
        async with self._database.company(self._who.company) as tx:
            if first:
                await first(tx)
            before = await self._before(tx)
            check_version(self._request, before.version)
            after = await customers.save(tx, before, await change(tx, before), by(self._who))
            if also:
                await also(tx, self._who, after)
        return answer(after, self._who)

    async def _before(self, tx: Tx) -> Customer:
        """The customer, locked; a customer's own only while the account is open."""
        before = await customers.lock(tx, self._who.company, self._customer_id)
        if self._limited:
            check_open(before)
        return before

    async def delete(self) -> Response:
        """Remove the customer for good."""
        async with self._database.company(self._who.company) as tx:
            before = await customers.lock_to_delete(tx, self._who.company, self._customer_id)
            check_version(self._request, before.version)
            await customers.delete(tx, before, by(self._who))
        return Response(status_code=204)


class Adding(Changing):
    """The customer named in the path, about to get one part more."""

    def __init__(
        self, request: RepeatableConditional, who: Principal, database: Database, customer_id: UUID, *, limited: bool
    ) -> None:
        super().__init__(request, who, database, customer_id, limited=limited)
        self._repeatable = request

    async def add(self, growth: Growth) -> Response:
        """Add a part, once per Idempotency-Key. Adding overwrites nothing, so If-Match is heeded but not asked for."""
        async with self._database.company(self._who.company) as tx:
            return await once(tx, self._repeatable, self._who, lambda: self._add(tx, growth))

    async def _add(self, tx: Tx, growth: Growth) -> Response:
        before = await self._before(tx)
        if "if-match" in self._request.headers:
            check_version(self._request, before.version)
        grown, part_id = growth(before, await companies.get(tx, self._who.company))
        after = await customers.save(tx, before, grown, by(self._who))
        return answer(after, self._who, 201, f"{self._request.url.path}/{part_id}")


def _by(*roles: Role) -> Callable[..., Coroutine[Any, Any, Changing]]:
    async def changing(
        customer_id: UUID, request: IfMatch, who: Annotated[Principal, Depends(require(*roles))], db: Db
    ) -> Changing:
        return Changing(request, who, db, customer_id, limited=is_limited(who, set(roles) - {Role.CUSTOMER}))

    return changing


def _adding_by(*roles: Role) -> Callable[..., Coroutine[Any, Any, Adding]]:
    async def adding(
        customer_id: UUID, request: OnceIfMatch, who: Annotated[Principal, Depends(require(*roles))], db: Db
    ) -> Adding:
        return Adding(request, who, db, customer_id, limited=is_limited(who, set(roles) - {Role.CUSTOMER}))

    return adding


ByAdmin = Annotated[Changing, Depends(_by(Role.ADMIN))]
ByAdminOrService = Annotated[Changing, Depends(_by(Role.ADMIN, Role.SERVICE))]
ByOffice = Annotated[Changing, Depends(_by(*OFFICE))]
ByOwner = Annotated[Changing, Depends(_by(*OWN))]
AddingByOwner = Annotated[Adding, Depends(_adding_by(*OWN))]
AddingByStaffOrOwner = Annotated[Adding, Depends(_adding_by(*STAFF, Role.CUSTOMER))]
