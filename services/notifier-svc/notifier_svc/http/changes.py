"""The change log over HTTP: who changed which rule or setting, when, from what to what (G20)."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request
from pydantic import BaseModel, Field

from contracts.jobs import Role
from notifier_svc.domain.changes import By, Resource
from notifier_svc.store import changes as store
from notifier_svc.store.changes import Filter
from servicekit.auth import Principal, require
from servicekit.http import Db, Moment
from servicekit.paging import DEFAULT_LIMIT, MAX_LIMIT, Page, encode_cursor, read_cursor, row_number

router = APIRouter(prefix="/v1/changes", tags=["change log"])

Admin = Annotated[Principal, Depends(require(Role.ADMIN))]
Actor = Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[^\x00]*$")]


def by(request: Request, who: Principal) -> By:
    """Who changes something now, and by which operation."""
    return By(who.actor, f"{request.method} {request.scope['route'].path_format}", who.name)


class ChangeView(BaseModel):
    """One field that was changed."""

    id: int
    at: datetime
    resource: Resource
    resource_id: UUID
    """The company's of what it has one of: sender, pause."""
    version: int | None
    """The resource's, since then; a block has none."""
    actor: str
    """The subject of a token; `fieldbell` where nobody did it."""
    actor_name: str | None
    """What their token called them then."""
    role: Role
    how: str
    """The operation, `PUT /v1/rules/{rule_id}`; or `starter`, `breaker`, `pause-all`, `resume-all`."""
    field: str
    """The name of the resource where it came or went: `old` or `new` is the whole then, the other one null."""
    old: Any
    new: Any


@router.get("")
async def list_changes(
    who: Admin,
    db: Db,
    resource: Resource | None = None,
    resource_id: UUID | None = None,
    actor: Actor | None = None,
    since: Moment | None = None,
    until: Annotated[Moment | None, Query(description="before this moment")] = None,
    cursor: str | None = None,
    limit: Annotated[int, Query(ge=1, le=MAX_LIMIT)] = DEFAULT_LIMIT,
) -> Page[ChangeView]:
    """What was changed about the company's rules, sender, pause and blocks, newest first."""
    [before] = read_cursor(cursor, row_number) if cursor else (None,)
    async with db.company(who.company) as tx:
        rows = await store.page(tx, Filter(resource, resource_id, actor, since, until), before, limit + 1)
    items = [ChangeView.model_validate(dict(row)) for row in rows]
    more = len(items) > limit
    items = items[:limit]
    return Page(items=items, next_cursor=encode_cursor(items[-1].id) if more else None)
