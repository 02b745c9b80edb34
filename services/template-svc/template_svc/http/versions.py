"""`/v1/templates/{id}/versions`: what was published, and an old version's words as the draft again."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Query, Response

from servicekit.http import Db
from servicekit.paging import DEFAULT_LIMIT, MAX_LIMIT, Page, encode_cursor, read_cursor, row_number
from servicekit.preconditions import IfMatch, etag
from template_svc.http.models import TemplateSaved, VersionLine, VersionOut
from template_svc.http.templates import Author, OurAside, Reader, answer, by, to_change
from template_svc.looking import look_for
from template_svc.store import rules
from template_svc.store import templates as store

router = APIRouter(prefix="/v1/templates/{template_id}/versions", tags=["templates"])

Number = Annotated[int, Path(ge=1, le=2**31 - 1)]


@router.get("")
async def list_versions(
    template_id: UUID,
    who: Reader,
    db: Db,
    cursor: str | None = None,
    limit: Annotated[int, Query(ge=1, le=MAX_LIMIT)] = DEFAULT_LIMIT,
) -> Page[VersionLine]:
    """When and by whom each version was published, newest first."""
    [before] = read_cursor(cursor, row_number) if cursor else (None,)
    async with db.company(who.company) as tx:
        template = await store.get(tx, template_id)
        rows = await store.versions_page(tx, template_id, before, limit + 1)
    current = template.published_version
    items = [VersionLine.model_validate({**row, "current": row["number"] == current}) for row in rows[:limit]]
    return Page(items=items, next_cursor=encode_cursor(items[-1].number) if len(rows) > limit else None)


@router.get("/{number}", response_model=VersionOut)
async def get_version(template_id: UUID, number: Number, who: Reader, db: Db) -> Response:
    """A published version, as it was written."""
    async with db.company(who.company) as tx:
        version = await store.get_version(tx, await store.get(tx, template_id), number)
    body = VersionOut.of(template_id, version).model_dump_json()
    return Response(body, 200, {"etag": etag(number)}, "application/json")


@router.post("/{number}/restore", response_model=TemplateSaved)
async def restore_version(
    request: IfMatch, template_id: UUID, number: Number, who: Author, db: Db, aside: OurAside
) -> Response:
    """Make an old version's words the draft (If-Match, the template's); publish it to have them sent again.

    422 names what may not be said any more, as of any draft.
    """
    async with db.company(who.company) as tx:
        version = await store.get_version(tx, await to_change(tx, request, template_id), number)
        used = await rules.of_template(tx, template_id)
    fit = await look_for(aside, who.company, version.words, used)
    async with db.company(who.company) as tx:
        template = await to_change(tx, request, template_id)
        how = f"restored version {number}"
        saved = await store.save_draft(tx, template, template.name, version.words, by(who), how)
        return await answer(tx, saved, fit)
