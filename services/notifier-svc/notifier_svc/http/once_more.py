"""Over HTTP: of which categories an email is sent once more where nobody knows whether it arrived (D14)."""

from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.responses import JSONResponse
from pydantic import BaseModel

from contracts.deliveries import Category
from contracts.jobs import Role
from notifier_svc.domain import changes
from notifier_svc.domain.once_more import OnceMore
from notifier_svc.http.changes import by
from notifier_svc.store import changes as log
from notifier_svc.store import once_more as store
from servicekit.auth import Principal, require
from servicekit.http import Body, Db
from servicekit.preconditions import IfMatch, check_singleton, etag

router = APIRouter(prefix="/v1/once-more", tags=["sender"])

Office = Annotated[Principal, Depends(require(Role.ADMIN, Role.DISPATCHER))]
Admin = Annotated[Principal, Depends(require(Role.ADMIN))]


class OnceMoreBody(Body):
    """Of which categories emails in doubt are sent once more; of all others they stay unknown."""

    categories: frozenset[Category]
    """Their readers may get an email twice, and never oftener."""


class OnceMoreView(BaseModel):
    """The company's choice as it is; version 0 until it is made for the first time."""

    version: int
    categories: list[Category]


@router.get("", response_model=OnceMoreView)
async def get_once_more(who: Office, db: Db) -> JSONResponse:
    """Of which categories emails in doubt are sent once more, with the ETag that a change must name."""
    async with db.company(who.company) as tx:
        return _answer(await store.find(tx, who.company))


@router.put("", response_model=OnceMoreView)
async def put_once_more(body: OnceMoreBody, request: IfMatch, who: Admin, db: Db) -> JSONResponse:
    """Choose them. The first time needs no If-Match.

    It counts for what is looked at from now on, so for what ended in doubt a moment ago, too. Texts and calls are never
    concerned: of those Twilio is asked.
    """
    async with db.company(who.company) as tx:
        before = await store.lock(tx, who.company)
        check_singleton(request, before.version)
        chosen = OnceMore(who.company, before.version + 1, body.categories)
        await store.put(tx, chosen)
        await log.add(tx, by(request, who), changes.of_once_more(chosen, before))
    return _answer(chosen)


def _answer(chosen: OnceMore) -> JSONResponse:
    view = OnceMoreView(version=chosen.version, categories=sorted(chosen.categories))
    return JSONResponse(view.model_dump(mode="json"), headers={"etag": etag(chosen.version)})
