"""The change log of the catalogue over HTTP: who changed which status, when, from what to what (G20)."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, ConfigDict

from contracts.jobs import Role
from servicekit.auth import Principal
from servicekit.http import Db, Moment
from servicekit.paging import DEFAULT_LIMIT, Page, encode_cursor
from status_svc.domain.fields import Title
from status_svc.domain.status_changes import By
from status_svc.http.acting import Admin
from status_svc.http.pages import Cursor, Limit, number_in
from status_svc.store import status_changes as store
from status_svc.store.status_changes import Filter

router = APIRouter(prefix="/v1/statuses/changes", tags=["change log"])


def by(request: Request, who: Principal) -> By:
    """Who changes a status now, and by which operation."""
    return By(who.actor, f"{request.method} {request.scope['route'].path_format}", who.name)


class StatusChange(BaseModel):
    """One field that was changed."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    id: int
    at: datetime
    status_id: UUID
    version: int
    """The status's, since then."""
    actor: str
    """The subject of a token; `fieldbell` where nobody did it."""
    actor_name: str | None
    """What their token called them then."""
    role: Role
    how: str
    """The operation, `PATCH /v1/statuses/{status_id}`; or `starter`."""
    field: str
    """`status` where it came: `old` is null then, and `new` the whole."""
    old: Any
    new: Any


@router.get("", response_model=Page[StatusChange])
async def list_changes(
    who: Admin,
    db: Db,
    status_id: UUID | None = None,
    actor: Title | None = None,
    since: Moment | None = None,
    until: Annotated[Moment | None, Query(description="before this moment")] = None,
    cursor: Cursor = None,
    limit: Limit = DEFAULT_LIMIT,
) -> Page[StatusChange]:
    """What was changed about the company's statuses, newest first."""
    before = number_in(cursor)
    async with db.company(who.company) as tx:
        rows = await store.page(tx, Filter(status_id, actor, since, until), before, limit + 1)
    items = [StatusChange.model_validate(dict(row)) for row in rows[:limit]]
    return Page(items=items, next_cursor=encode_cursor(items[-1].id) if len(rows) > limit else None)
