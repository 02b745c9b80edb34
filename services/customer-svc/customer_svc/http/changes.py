"""The change log of a customer over HTTP: who changed what, when, from what to what (S4.12, G20)."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query
from pydantic import AwareDatetime, BaseModel

from customer_svc.domain.values import Text
from customer_svc.http.changing import OFFICE
from customer_svc.store import changes as store
from customer_svc.store import customers
from customer_svc.store.changes import Filter
from servicekit.auth import Principal, require
from servicekit.http import Db
from servicekit.paging import DEFAULT_LIMIT, MAX_LIMIT, Page, encode_cursor, read_cursor, row_number

router = APIRouter(prefix="/v1/customers/{customer_id}/changes", tags=["change log"])

Office = Annotated[Principal, Depends(require(*OFFICE))]


class ChangeView(BaseModel):
    """One field that was changed; a part that came or went is there as a whole."""

    id: int
    at: datetime
    version: int
    """The customer's, since then."""
    actor: str
    how: str
    field: str
    part_id: UUID | None
    """The contact, email address, phone, service address or recipient; none for the customer's own fields."""
    old: Any
    new: Any


@router.get("")
async def list_changes(
    customer_id: UUID,
    who: Office,
    db: Db,
    field: Annotated[Text | None, Query(description="this field, or all below it: `contacts.flags`")] = None,
    part_id: Annotated[UUID | None, Query(description="of this contact, address, phone or recipient")] = None,
    actor: Text | None = None,
    since: AwareDatetime | None = None,
    until: Annotated[AwareDatetime | None, Query(description="before this moment")] = None,
    cursor: str | None = None,
    limit: Annotated[int, Query(ge=1, le=MAX_LIMIT)] = DEFAULT_LIMIT,
) -> Page[ChangeView]:
    """What was changed about the customer, newest first."""
    [before] = read_cursor(cursor, row_number) if cursor else (None,)
    wanted = Filter(field, part_id, actor, since, until)
    async with db.company(who.company) as tx:
        await customers.get(tx, who.company, customer_id)
        rows = await store.listed(tx, who.company, customer_id, wanted, before, limit + 1)
    items = [ChangeView.model_validate(dict(row)) for row in rows[:limit]]
    return Page(items=items, next_cursor=encode_cursor(items[-1].id) if len(rows) > limit else None)
