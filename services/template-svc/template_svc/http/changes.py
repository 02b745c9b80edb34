"""The change log of templates over HTTP: who changed which, when, from what to what (G20)."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from servicekit.http import Db, Moment
from servicekit.paging import Page, encode_cursor, read_cursor, row_number
from template_svc.http.templates import Reader
from template_svc.store import changes as store
from template_svc.store.changes import Filter

router = APIRouter(prefix="/v1/templates/changes", tags=["change log"])

# Of whole words, before and after, which have up to 64,000 characters.
DEFAULT_LIMIT, MAX_LIMIT = 20, 50

Actor = Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[^\x00]*$")]


class ChangeView(BaseModel):
    """One field that was changed."""

    id: int
    template_id: UUID
    at: datetime
    version: int
    """The template's, since then."""
    actor: str
    actor_name: str | None
    """What their token called them then."""
    how: str
    field: str
    """`template` where it began; `old` is null then, and `new` what it was called."""
    old: Any
    new: Any


@router.get("")
async def list_changes(
    who: Reader,
    db: Db,
    template_id: UUID | None = None,
    actor: Actor | None = None,
    since: Moment | None = None,
    until: Annotated[Moment | None, Query(description="before this moment")] = None,
    cursor: str | None = None,
    limit: Annotated[int, Query(ge=1, le=MAX_LIMIT)] = DEFAULT_LIMIT,
) -> Page[ChangeView]:
    """What was changed about the company's templates, newest first."""
    [before] = read_cursor(cursor, row_number) if cursor else (None,)
    async with db.company(who.company) as tx:
        rows = await store.listed(tx, Filter(template_id, actor, since, until), before, limit + 1)
    items = [ChangeView.model_validate(dict(row)) for row in rows[:limit]]
    return Page(items=items, next_cursor=encode_cursor(items[-1].id) if len(rows) > limit else None)
