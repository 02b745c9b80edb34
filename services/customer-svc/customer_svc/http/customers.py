"""Customers over HTTP: list, create, read, change, archive, block, delete."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Body, Depends, Query, Response
from pydantic import AwareDatetime, TypeAdapter, ValidationError

from contracts.jobs import Role
from contracts.profiles import CustomerKind, CustomerProfile
from customer_svc.domain import customer, intake
from customer_svc.domain.customer import Customer, CustomerChanges
from customer_svc.domain.intake import NewCustomer
from customer_svc.domain.portal import OwnCustomer
from customer_svc.domain.summary import Filter, Order, Position, Preference, Summary, which_way
from customer_svc.domain.values import Text
from customer_svc.http.changing import OFFICE, STAFF, ByAdmin, ByOffice, ByOwner, answer, by, is_limited, own_customer
from customer_svc.store import companies, customers
from servicekit.auth import Principal, require
from servicekit.db import Tx
from servicekit.errors import NotFound, Unprocessable
from servicekit.http import Db
from servicekit.idempotency import Once, once
from servicekit.paging import DEFAULT_LIMIT, MAX_LIMIT, Page, decode_cursor, encode_cursor

router = APIRouter(prefix="/v1/customers", tags=["customers"])

MOST_NAMED = 100

Office = Annotated[Principal, Depends(require(*OFFICE))]
Staff = Annotated[Principal, Depends(require(*STAFF))]
StaffOrOwner = Annotated[Principal, Depends(require(*STAFF, Role.CUSTOMER))]

_POSITION: TypeAdapter[Position] = TypeAdapter(tuple[Text, AwareDatetime, UUID])


@router.get("")
async def list_customers(
    who: Staff,
    db: Db,
    id: Annotated[list[UUID] | None, Query(max_length=MOST_NAMED, description="these, archived or not")] = None,
    search: Annotated[Text | None, Query(description="in a name, email, phone or service address")] = None,
    archived: Annotated[bool, Query(description="the archived ones instead of the active ones")] = False,
    blocked: Annotated[bool | None, Query(description="only those that are blocked, or are not")] = None,
    kind: CustomerKind | None = None,
    region_id: UUID | None = None,
    tag: Annotated[Text | None, Query(description="however it is capitalised")] = None,
    preference: Annotated[Preference | None, Query(description="of some contact, or some email address")] = None,
    preferred: Annotated[bool | None, Query(description="whether that preference is on; else it is")] = None,
    sort: Order = Order.NAME,
    cursor: str | None = None,
    limit: Annotated[int, Query(ge=1, le=MAX_LIMIT)] = DEFAULT_LIMIT,
) -> Page[Summary]:
    """Customers by name, or the newest first; each filter narrows the list (S4.1). Named by id: one page, by name."""
    after = _position(cursor) if cursor else None
    wanted = Filter(archived, blocked, kind, region_id, tag, search, preference, which_way(preference, preferred))
    async with db.company(who.company) as tx:
        if id:
            return Page(items=await customers.named(tx, who.company, id))
        found = await customers.listed(tx, wanted, sort, after, limit + 1)
    more = encode_cursor(*found[limit - 1].position) if len(found) > limit else None
    return Page(items=found[:limit], next_cursor=more)


@router.post("", status_code=201, response_model=Customer)
async def create_customer(body: NewCustomer, request: Once, who: Office, db: Db) -> Response:
    """Create a customer with contacts and service addresses; company defaults are copied where flags are not named."""
    async with db.company(who.company) as tx:
        return await once(tx, request, who, lambda: _create(tx, body, who))


async def _create(tx: Tx, body: NewCustomer, who: Principal) -> Response:
    created = await customers.add(tx, intake.admit(body, await companies.get(tx, who.company)), by(who))
    return answer(created, who, 201, f"{router.prefix}/{created.id}")


@router.get("/{customer_id}", response_model=Customer | CustomerProfile | OwnCustomer)
async def get_customer(customer_id: UUID, who: StaffOrOwner, db: Db) -> Response:
    """The whole customer; technicians don't see the notes, and customers see their own and what concerns them."""
    async with db.company(who.company) as tx:
        if is_limited(who, STAFF):
            if who.customer_id != customer_id:
                raise NotFound("There is no such customer.")
            return answer(await own_customer(tx, who), who)
        return answer(await customers.get(tx, who.company, customer_id), who)


@router.patch("/{customer_id}", response_model=Customer | OwnCustomer)
async def change_customer(body: Annotated[CustomerChanges, Body()], by_owner: ByOwner) -> Response:
    """Change plain fields; those not named stay. Customers change their name and language, and nothing else here."""
    by_owner.limit_owner(body.keys(), {"name", "locale"})
    return await by_owner.change(lambda known, company: customer.change(known, body, company))


@router.delete("/{customer_id}", status_code=204)
async def delete_customer(by_admin: ByAdmin) -> Response:
    """Delete the customer for good; the admin's to do (G20)."""
    return await by_admin.delete()


@router.post("/{customer_id}/archive", response_model=Customer)
async def archive(by_office: ByOffice) -> Response:
    """Archive: nothing is sent any more, the data stays (S4.16)."""
    return await by_office.change(lambda known, _: customer.archive(known, True))


@router.post("/{customer_id}/unarchive", response_model=Customer)
async def unarchive(by_office: ByOffice) -> Response:
    """Bring an archived customer back."""
    return await by_office.change(lambda known, _: customer.archive(known, False))


@router.post("/{customer_id}/block", response_model=Customer)
async def block(by_office: ByOffice) -> Response:
    """Block: no booking, no request, no sign-in (S4.15). Messages about jobs that are booked still go."""
    return await by_office.change(lambda known, _: customer.block(known, True))


@router.post("/{customer_id}/unblock", response_model=Customer)
async def unblock(by_office: ByOffice) -> Response:
    """Let a blocked customer back in."""
    return await by_office.change(lambda known, _: customer.block(known, False))


def _position(cursor: str) -> Position:
    try:
        return _POSITION.validate_python(decode_cursor(cursor, 3))
    except ValidationError as error:
        raise Unprocessable("This cursor is not one of ours.") from error
