"""Batch edits of preferences over HTTP: look first, then apply; follow it, and take it back (S1.13 to S1.15, D4)."""

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response
from pydantic import BaseModel

from contracts.jobs import Role
from customer_svc.domain.batches import WARNING, BatchEdit, Choice, Edit, Mode, Preview, check_undo
from customer_svc.http.changing import OFFICE
from customer_svc.store import batches as store
from servicekit import clock
from servicekit.auth import Principal, require
from servicekit.db import Tx
from servicekit.errors import Conflict, Forbidden, Problem
from servicekit.http import Db
from servicekit.idempotency import Once, once
from servicekit.paging import DEFAULT_LIMIT, MAX_LIMIT

router = APIRouter(prefix="/v1/batch-edits", tags=["batch edits"])

Office = Annotated[Principal, Depends(require(*OFFICE))]


class Nobody(Conflict):
    """No customer matches."""

    slug = "nobody"


class OverwriteIsTheAdmins(Forbidden):
    """Only an admin may overwrite preferences: it can't be undone."""

    slug = "overwrite-is-the-admins"


class ManyChoose(Problem):
    """The customers of other edits of this company are being chosen. Try again in a moment."""

    status, slug, retry_after = 503, "many-choose", 1


MOST_CHOOSING = 2  # of a company, in this process: of a million it takes long, and there are ten connections for all
_choosing: Counter[UUID] = Counter()


@contextmanager
def choosing(company_id: UUID) -> Iterator[None]:
    """Around what looks for the customers of an edit. Raises `ManyChoose`."""
    if _choosing[company_id] >= MOST_CHOOSING:
        raise ManyChoose
    _choosing[company_id] += 1
    try:
        yield
    finally:
        _choosing[company_id] -= 1
        if not _choosing[company_id]:
            del _choosing[company_id]


class BatchEdits(BaseModel):
    """The newest batch edits."""

    items: Sequence[BatchEdit]


@router.post("/preview")
async def preview_batch_edit(edit: Choice, who: Office, db: Db) -> Preview:
    """What an edit would do, before it is applied: how many customers, and how many of each preference, if any."""
    with choosing(who.company):
        async with db.company(who.company) as tx:
            seen = await store.preview(tx, who.company, edit)
    return seen.model_copy(update={"warning": WARNING if edit.mode is Mode.OVERWRITE else None})


@router.post("", status_code=202, response_model=BatchEdit)
async def start_batch_edit(edit: Edit, request: Once, who: Office, db: Db) -> Response:
    """Apply an edit, in the background; the customers are those that are chosen now."""
    if edit.mode is Mode.OVERWRITE and Role.ADMIN not in who.roles:
        raise OverwriteIsTheAdmins
    with choosing(who.company):
        async with db.company(who.company) as tx:
            return await once(tx, request, who, lambda: _start(tx, edit, who))


async def _start(tx: Tx, edit: Edit, who: Principal) -> Response:
    begun = await store.add(tx, who.company, edit, who.subject, who.name)
    if not begun.total:
        raise Nobody  # nothing is stored, then
    return _answer(begun, 202)


@router.get("")
async def list_batch_edits(
    who: Office, db: Db, limit: Annotated[int, Query(ge=1, le=MAX_LIMIT)] = DEFAULT_LIMIT
) -> BatchEdits:
    """The newest edits, and how far each is."""
    async with db.company(who.company) as tx:
        return BatchEdits(items=await store.newest(tx, who.company, limit))


@router.get("/{edit_id}")
async def get_batch_edit(edit_id: UUID, who: Office, db: Db) -> BatchEdit:
    """How far it is."""
    async with db.company(who.company) as tx:
        return await store.get(tx, who.company, edit_id)


@router.post("/{edit_id}/undo", status_code=202, response_model=BatchEdit)
async def undo(edit_id: UUID, who: Office, db: Db) -> Response:
    """Take it back, within 30 days: the flags that nobody has changed since, nor their owner wanted so (D4)."""
    async with db.company(who.company) as tx:
        check_undo(await store.lock(tx, who.company, edit_id), clock.now())
        await store.undo(tx, edit_id, who.company, who.subject, who.name)
        return _answer(await store.get(tx, who.company, edit_id), 202)


def _answer(edit: BatchEdit, status: int) -> Response:
    headers = {"location": f"{router.prefix}/{edit.id}"}
    return Response(edit.model_dump_json(), status, headers, media_type="application/json")
