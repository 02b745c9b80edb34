"""`/v1/templates`: write a draft, publish it as an immutable version, archive it."""

from typing import Annotated
from uuid import UUID, uuid4

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from pydantic import BaseModel

from contracts.deliveries import Channel
from contracts.jobs import Role
from contracts.profiles import TemplateState
from servicekit import paging
from servicekit.auth import Principal, require
from servicekit.db import Tx
from servicekit.errors import Conflict, Unprocessable
from servicekit.http import Db
from servicekit.idempotency import Once, once
from servicekit.paging import Page
from servicekit.preconditions import Conditional, IfMatch, check_version, etag, expected_version
from template_svc import store
from template_svc.domain import drafts
from template_svc.http.models import Draft, NewTemplate, TemplateOut, VersionOut
from template_svc.shelf import Shelf
from template_svc.starters import frame

router = APIRouter(prefix="/v1/templates", tags=["templates"])

Author = Annotated[Principal, Depends(require(Role.ADMIN))]
Reader = Annotated[Principal, Depends(require(Role.ADMIN, Role.DISPATCHER))]


def _shelf(request: Request) -> Shelf:
    shelf: Shelf = request.app.state.shelf
    return shelf


OurShelf = Annotated[Shelf, Depends(_shelf)]


class Archived(Conflict):
    """An archived template can't be changed."""

    slug = "template-archived"


def _answer(body: BaseModel, version: int, status: int = 200, **headers: str) -> Response:
    return Response(body.model_dump_json(), status, {"etag": etag(version), **headers}, "application/json")


def _template(template: store.Template, status: int = 200, **headers: str) -> Response:
    return _answer(TemplateOut.of(template), template.version, status, **headers)


@router.post("", status_code=201, response_model=TemplateOut)
async def create_template(request: Once, new: NewTemplate, who: Author, db: Db) -> Response:
    """Store a draft. 422 names every mistake with locale, part, line and column."""
    words = new.words(new.channel)
    drafts.publish(words, frame)
    async with db.company(who.company) as tx:

        async def work() -> Response:
            template = await store.create(tx, who.company, uuid4(), new.name, words, who.subject)
            return _template(template, 201, location=f"/v1/templates/{template.id}")

        return await once(tx, request, who, work)


@router.get("")
async def list_templates(
    who: Reader,
    db: Db,
    channel: Channel | None = None,
    state: TemplateState | None = None,
    cursor: str | None = None,
    limit: Annotated[int, Query(ge=1, le=paging.MAX_LIMIT)] = paging.DEFAULT_LIMIT,
) -> Page[TemplateOut]:
    """Templates by name."""
    async with db.company(who.company) as tx:
        found = await store.list_page(tx, channel, state, _after(cursor), limit + 1)
    page = found[:limit]
    more = paging.encode_cursor(page[-1].name, page[-1].id) if len(found) > limit else None
    return Page(items=[TemplateOut.of(template) for template in page], next_cursor=more)


def _after(cursor: str | None) -> tuple[str, UUID] | None:
    if cursor is None:
        return None
    name, template_id = paging.decode_cursor(cursor, 2)
    try:
        return str(name), UUID(template_id)
    except (ValueError, TypeError, AttributeError):
        raise Unprocessable("This cursor is not one of ours.") from None


@router.get("/{template_id}", response_model=TemplateOut)
async def get_template(template_id: UUID, who: Reader, db: Db) -> Response:
    """One template with its draft."""
    async with db.company(who.company) as tx:
        return _template(await store.get(tx, template_id))


@router.put("/{template_id}", response_model=TemplateOut)
async def save_draft(request: IfMatch, template_id: UUID, draft: Draft, who: Author, db: Db) -> Response:
    """Replace the draft (If-Match); what is published stays in use until the next publish."""
    async with db.company(who.company) as tx:
        template = await _to_change(tx, request, template_id)
        words = draft.words(template.channel)
        drafts.publish(words, frame)
        return _template(await store.save_draft(tx, template_id, draft.name, words, who.subject))


@router.post("/{template_id}/publish", response_model=TemplateOut)
async def publish_template(request: IfMatch, template_id: UUID, who: Author, db: Db, shelf: OurShelf) -> Response:
    """Make the draft the next version, which never changes (If-Match)."""
    async with db.company(who.company) as tx:
        template = await _to_change(tx, request, template_id)
        version = drafts.publish(template.words, frame)
        template = await store.publish(tx, template_id, version, who.subject)
    shelf.forget(template_id)
    return _template(template)


@router.post("/{template_id}/archive", response_model=TemplateOut)
async def archive_template(request: IfMatch, template_id: UUID, who: Author, db: Db, shelf: OurShelf) -> Response:
    """Take the template out of use (If-Match); messages planned with one of its versions still go out."""
    async with db.company(who.company) as tx:
        await _to_change(tx, request, template_id)
        template = await store.archive(tx, template_id, who.subject)
    shelf.forget(template_id)
    return _template(template)


@router.get("/{template_id}/versions/{number}", response_model=VersionOut)
async def get_version(
    template_id: UUID, number: Annotated[int, Path(ge=1, le=2**31 - 1)], who: Reader, db: Db
) -> Response:
    """A published version, as it was written."""
    async with db.company(who.company) as tx:
        version = await store.get_version(tx, await store.get(tx, template_id), number)
    return _answer(VersionOut.of(template_id, version), number)


async def _to_change(tx: Tx, request: Conditional, template_id: UUID) -> store.Template:
    """The template, locked, if it is the version the client read."""
    expected_version(request)
    template = await store.lock(tx, template_id)
    check_version(request, template.version)
    if template.state is TemplateState.ARCHIVED:
        raise Archived
    return template
