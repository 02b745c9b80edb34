"""The change logs of a customer and of the company: who changed what, when, from what to what (S4.12, G20)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, TypeVar
from uuid import UUID

import asyncpg
from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel

from contracts.jobs import Role
from customer_svc.domain.values import Text
from customer_svc.http.changing import OFFICE
from customer_svc.http.companies import Admin
from customer_svc.store import changes as store
from customer_svc.store import customers
from customer_svc.store.changes import Filter
from servicekit.auth import Principal, require
from servicekit.http import Db, Moment
from servicekit.paging import DEFAULT_LIMIT, MAX_LIMIT, Page, encode_cursor, read_cursor, row_number

router = APIRouter(prefix="/v1/customers/{customer_id}/changes", tags=["change log"])
company_router = APIRouter(prefix="/v1/company/changes", tags=["change log"])

Office = Annotated[Principal, Depends(require(*OFFICE))]
Limit = Annotated[int, Query(ge=1, le=MAX_LIMIT)]


class ChangeView(BaseModel):
    """One field that was changed; a part that came or went is there as a whole."""

    id: int
    at: datetime
    version: int
    """The customer's, or the company's, since then."""
    actor: str
    actor_name: str | None
    """What their token called them then; of customers and other systems none."""
    how: str
    field: str
    part_id: UUID | None
    """The contact, email address, phone, service address, recipient or region; none for what there is one of."""
    old: Any
    new: Any


class CompanyChangeView(ChangeView):
    """One setting that was changed; of the allow-list only that it was."""

    role: Role


View = TypeVar("View", bound=ChangeView)


def _filter(
    field: Annotated[Text | None, Query(description="this field, or all below it: `contacts.flags`, `regions`")] = None,
    part_id: Annotated[UUID | None, Query(description="of this contact, address, phone, recipient or region")] = None,
    actor: Text | None = None,
    since: Moment | None = None,
    until: Annotated[Moment | None, Query(description="before this moment")] = None,
) -> Filter:
    return Filter(field, part_id, actor, since, until)


def _before(cursor: str | None = None) -> int | None:
    return int(*read_cursor(cursor, row_number)) if cursor else None


Wanted = Annotated[Filter, Depends(_filter)]
Before = Annotated[int | None, Depends(_before)]


@router.get("")
async def list_changes(
    customer_id: UUID, who: Office, db: Db, wanted: Wanted, before: Before, limit: Limit = DEFAULT_LIMIT
) -> Page[ChangeView]:
    """What was changed about the customer, newest first."""
    async with db.company(who.company) as tx:
        await customers.get(tx, who.company, customer_id)
        rows = await store.listed(tx, who.company, customer_id, wanted, before, limit + 1)
    return _page(ChangeView, rows, limit)


@company_router.get("")
async def list_company_changes(
    who: Admin, db: Db, wanted: Wanted, before: Before, limit: Limit = DEFAULT_LIMIT
) -> Page[CompanyChangeView]:
    """What was changed about the company's settings, regions and defaults, newest first."""
    async with db.company(who.company) as tx:
        rows = await store.listed_of_company(tx, wanted, before, limit + 1)
    return _page(CompanyChangeView, rows, limit)


def _page(view: type[View], rows: Sequence[asyncpg.Record], limit: int) -> Page[View]:
    items = [view.model_validate(dict(row)) for row in rows[:limit]]
    return Page(items=items, next_cursor=encode_cursor(items[-1].id) if len(rows) > limit else None)
