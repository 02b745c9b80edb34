"""The status catalogue."""

from typing import Annotated
from uuid import UUID, uuid4

from fastapi import APIRouter, Request, Response
from pydantic import Field

from contracts.profiles import StatusEntry
from servicekit.http import Db
from servicekit.idempotency import Once, once
from servicekit.paging import Page
from servicekit.preconditions import IfMatch, check_version, etag
from status_svc.domain import catalogue
from status_svc.domain.catalogue import StatusDraft, StatusEdit
from status_svc.domain.fields import Draft
from status_svc.http.acting import Admin, Staff, json
from status_svc.http.status_changes import by
from status_svc.store import statuses

router = APIRouter(prefix="/v1/statuses", tags=["statuses"])

BY_ID = "/{status_id:uuid}"  # an id only: "changes" and "order" are other resources


class Order(Draft):
    """All statuses in use, in the order they should stand."""

    ids: Annotated[tuple[UUID, ...], Field(max_length=catalogue.LIMIT)]


@router.get("", response_model=Page[StatusEntry])
async def list_statuses(who: Staff, db: Db) -> Page[StatusEntry]:
    """The whole catalogue (100 at most, so always one page): those in use in their order, then the retired ones."""
    async with db.company(who.company) as tx:
        return Page(items=await statuses.catalogue(tx))


@router.get(BY_ID, response_model=StatusEntry)
async def read_status(status_id: UUID, who: Staff, db: Db) -> Response:
    """One status; its ETag is what a change must name."""
    async with db.company(who.company) as tx:
        return _answer(await statuses.status(tx, status_id))


@router.post("", status_code=201, response_model=StatusEntry)
async def add(body: StatusDraft, request: Once, who: Admin, db: Db) -> Response:
    """Add a custom status, last in the order."""
    async with db.company(who.company) as tx:

        async def work() -> Response:
            existing = await statuses.locked_catalogue(tx, who.company)
            entry = catalogue.add(existing, body, id=uuid4(), company_id=who.company)
            await statuses.add_missing(tx, [entry], by(request, who))
            return _answer(entry, 201)

        return await once(tx, request, who, work)


@router.patch(BY_ID, response_model=StatusEntry)
async def edit_status(status_id: UUID, body: StatusEdit, request: IfMatch, who: Admin, db: Db) -> Response:
    """Change a status, or retire it with `active: false`. Needs If-Match."""
    async with db.company(who.company) as tx:
        existing = await statuses.locked_catalogue(tx, who.company)
        entry = await statuses.status(tx, status_id)
        check_version(request, entry.version)
        after = catalogue.edit(existing, entry, body)
        if after is not entry:
            await statuses.save(tx, existing, [after], by(request, who))
        return _answer(after)


@router.put("/order", response_model=Page[StatusEntry])
async def reorder(body: Order, request: Request, who: Admin, db: Db) -> Page[StatusEntry]:
    """Put the statuses in order. Naming all of them is the precondition: a list that is out of date is refused."""
    async with db.company(who.company) as tx:
        existing = await statuses.locked_catalogue(tx, who.company)
        await statuses.save(tx, existing, catalogue.reorder(existing, body.ids), by(request, who))
        return Page(items=await statuses.catalogue(tx))


def _answer(entry: StatusEntry, status: int = 200) -> Response:
    return json(entry, status, etag=etag(entry.version))
