"""`/v1/templates`: write a draft, publish it as an immutable version, copy it, archive it."""

from collections.abc import Mapping, Sequence
from typing import Annotated
from uuid import UUID, uuid4

from fastapi import APIRouter, Depends, Query, Request, Response

from contracts.deliveries import Channel
from contracts.jobs import Role
from contracts.profiles import RuleEntry, TemplateState
from servicekit import paging
from servicekit.auth import Principal, require
from servicekit.db import Tx
from servicekit.errors import Conflict, Unprocessable
from servicekit.http import Body, Db
from servicekit.idempotency import Once, once
from servicekit.paging import Page
from servicekit.preconditions import Conditional, IfMatch, check_version, etag, expected_version
from template_svc.aside import Aside
from template_svc.domain.drafts import UnfitTemplate
from template_svc.domain.sizes import TextSizes
from template_svc.http.models import Draft, Name, NewTemplate, TemplateDetail, TemplateOut, TemplateSaved
from template_svc.looking import Fit, look, look_for
from template_svc.shelf import Shelf
from template_svc.store import rules
from template_svc.store import templates as store

router = APIRouter(prefix="/v1/templates", tags=["templates"])

Author = Annotated[Principal, Depends(require(Role.ADMIN))]
Reader = Annotated[Principal, Depends(require(Role.ADMIN, Role.DISPATCHER))]


def by(who: Principal) -> store.By:
    """Who writes, for the log."""
    return store.By(who.subject, who.name)


def _shelf(request: Request) -> Shelf:
    shelf: Shelf = request.app.state.shelf
    return shelf


OurShelf = Annotated[Shelf, Depends(_shelf)]


def _aside(request: Request) -> Aside:
    aside: Aside = request.app.state.aside
    return aside


OurAside = Annotated[Aside, Depends(_aside)]


class Archived(Conflict):
    """An archived template can't be changed."""

    slug = "template-archived"


class NotArchived(Conflict):
    """This template is not archived."""

    slug = "template-not-archived"


class InUse(Conflict):
    """A template that an active rule uses can't be archived."""

    slug = "template-in-use"

    def __init__(self, rules: Sequence[RuleEntry]) -> None:
        names = ", ".join(rule.name for rule in rules)
        super().__init__(f"It is used by: {names}.", rules=[{"id": str(r.id), "name": r.name} for r in rules])


class Copy(Body):
    """What to call a copy."""

    name: Name


async def answer(
    tx: Tx, template: store.Template, fit: Fit | None = None, status: int = 200, **headers: str
) -> Response:
    """The template with the rules that use it; where it was saved, with what it costs and what it can't have."""
    plain = await _plain(tx, template)
    return _response(plain if fit is None else TemplateSaved.saved(plain, fit), status, **headers)


async def _plain(tx: Tx, template: store.Template) -> TemplateOut:
    return TemplateOut.of(template, await rules.of_template(tx, template.id))


def _response(body: TemplateOut, status: int = 200, **headers: str) -> Response:
    return Response(body.model_dump_json(), status, {"etag": etag(body.version), **headers}, "application/json")


async def to_change(tx: Tx, request: Conditional, template_id: UUID, *, archived: bool = False) -> store.Template:
    """The template, locked, if it is the version the client read, and archived or not."""
    expected_version(request)
    template = await store.lock(tx, template_id)
    check_version(request, template.version)
    if archived != (template.state is TemplateState.ARCHIVED):
        raise NotArchived if archived else Archived
    return template


@router.post("", status_code=201, response_model=TemplateSaved)
async def create_template(request: Once, new: NewTemplate, who: Author, db: Db, aside: OurAside) -> Response:
    """Store a draft. 422 names every mistake with its place; the answer says what a text costs, an email can't have."""
    words = new.words(new.channel)
    fit = await look(aside, who.company, words)
    async with db.company(who.company) as tx:

        async def work() -> Response:
            template = await store.create(tx, who.company, uuid4(), new.name, words, by(who))
            return await answer(tx, template, fit, 201, location=f"/v1/templates/{template.id}")

        return await once(tx, request, who, work)


@router.get("")
async def list_templates(
    who: Reader,
    db: Db,
    channel: Channel | None = None,
    state: TemplateState | None = None,
    search: Annotated[str | None, Query(min_length=1, max_length=120, pattern=r"^[^\x00]*$")] = None,
    archived: bool | None = None,
    cursor: str | None = None,
    limit: Annotated[int, Query(ge=1, le=paging.MAX_LIMIT)] = paging.DEFAULT_LIMIT,
) -> Page[TemplateOut]:
    """Templates by name, with the rules that use them; `search` finds a part of the name."""
    wanted = store.Filter(channel, state, search, archived)
    async with db.company(who.company) as tx:
        found = await store.list_page(tx, wanted, _after(cursor), limit + 1)
        used = await rules.using(tx, [template.id for template in found])
    page = found[:limit]
    more = paging.encode_cursor(page[-1].name, page[-1].id) if len(found) > limit else None
    return Page(items=[TemplateOut.of(template, used.get(template.id, ())) for template in page], next_cursor=more)


def _after(cursor: str | None) -> tuple[str, UUID] | None:
    if cursor is None:
        return None
    name, template_id = paging.decode_cursor(cursor, 2)
    try:
        return str(name), UUID(template_id)
    except (ValueError, TypeError, AttributeError):
        raise Unprocessable("This cursor is not one of ours.") from None


@router.get("/{template_id}", response_model=TemplateDetail)
async def get_template(template_id: UUID, who: Reader, db: Db, aside: OurAside) -> Response:
    """One template with its draft, and the rules that use it: on or off, as known here after a moment."""
    async with db.company(who.company) as tx:
        template = await store.get(tx, template_id)
        plain = await _plain(tx, template)
    return _response(TemplateDetail.measured(plain, await _sizes(aside, who, template)))


async def _sizes(aside: Aside, who: Principal, template: store.Template) -> Mapping[str, TextSizes]:
    """Nothing for a draft that was saved once and could not be now."""
    try:
        return (await look(aside, who.company, template.words)).sizes if template.channel is Channel.SMS else {}
    except UnfitTemplate:
        return {}


@router.put("/{template_id}", response_model=TemplateSaved)
async def save_draft(
    request: IfMatch, template_id: UUID, draft: Draft, who: Author, db: Db, aside: OurAside
) -> Response:
    """Replace the draft (If-Match); what is published stays in use until the next publish.

    The same again changes nothing: the template keeps its version.
    """
    async with db.company(who.company) as tx:
        words = draft.words((await to_change(tx, request, template_id)).channel)
        used = await rules.of_template(tx, template_id)
    fit = await look_for(aside, who.company, words, used)
    async with db.company(who.company) as tx:
        template = await to_change(tx, request, template_id)
        saved = await store.save_draft(tx, template, draft.name, words, by(who))
        return await answer(tx, saved, fit)


@router.post("/{template_id}/publish", response_model=TemplateSaved)
async def publish_template(request: IfMatch, template_id: UUID, who: Author, db: Db, aside: OurAside) -> Response:
    """Make the draft the next version, which never changes (If-Match)."""
    async with db.company(who.company) as tx:
        words = (await to_change(tx, request, template_id)).words
        used = await rules.of_template(tx, template_id)
    fit = await look_for(aside, who.company, words, used)
    async with db.company(who.company) as tx:
        template = await to_change(tx, request, template_id)
        return await answer(tx, await store.publish(tx, template, fit.version, fit.untold, by(who)), fit)


@router.post("/{template_id}/duplicate", status_code=201, response_model=TemplateSaved)
async def duplicate_template(
    request: Once, template_id: UUID, copy: Copy, who: Author, db: Db, aside: OurAside
) -> Response:
    """Begin another template with the same draft; no rule uses it yet."""
    async with db.company(who.company) as tx:
        source = await store.get(tx, template_id)
    fit = await look(aside, who.company, source.words)
    async with db.company(who.company) as tx:

        async def work() -> Response:
            how = f"copied from {source.name}"
            template = await store.create(tx, who.company, uuid4(), copy.name, source.words, by(who), how)
            return await answer(tx, template, fit, 201, location=f"/v1/templates/{template.id}")

        return await once(tx, request, who, work)


@router.post("/{template_id}/archive", response_model=TemplateOut)
async def archive_template(request: IfMatch, template_id: UUID, who: Author, db: Db) -> Response:
    """Take the template out of use (If-Match); messages planned with one of its versions still go out.

    409 names the active rules that use it, as far as they are known here: one switched on a moment ago may not be.
    """
    async with db.company(who.company) as tx:
        template = await to_change(tx, request, template_id)
        used = await rules.of_template(tx, template_id)
        if active := [rule for rule in used if rule.active]:
            raise InUse(active)
        return await answer(tx, await store.archive(tx, template, by(who)))


@router.post("/{template_id}/unarchive", response_model=TemplateOut)
async def unarchive_template(request: IfMatch, template_id: UUID, who: Author, db: Db) -> Response:
    """Put an archived template back to use (If-Match), with the version that was current."""
    async with db.company(who.company) as tx:
        template = await to_change(tx, request, template_id, archived=True)
        return await answer(tx, await store.unarchive(tx, template, by(who)))
