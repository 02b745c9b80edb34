"""Pausing and resuming a company's sending over HTTP."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.responses import JSONResponse
from pydantic import BaseModel, StringConstraints

from contracts.jobs import Role
from contracts.profiles import PauseCause
from notifier_svc.domain import changes
from notifier_svc.domain.pause import Pause, explained
from notifier_svc.http.changes import by
from notifier_svc.store import changes as log
from notifier_svc.store import pauses as store
from notifier_svc.store import volume
from servicekit.auth import Principal, require
from servicekit.db import Tx
from servicekit.http import Body, Db
from servicekit.preconditions import IfMatch, check_singleton, etag

router = APIRouter(prefix="/v1/pause", tags=["pause"])

Office = Annotated[Principal, Depends(require(Role.ADMIN, Role.DISPATCHER))]
Admin = Annotated[Principal, Depends(require(Role.ADMIN))]


class PauseBody(Body):
    """Whether the company's automated messages are to wait."""

    paused: bool
    note: Annotated[str, StringConstraints(min_length=1, max_length=500)] | None = None
    """Why, for colleagues; no customer's data."""


class PauseView(BaseModel):
    """Whether the company's automated messages wait, why, and how many do."""

    version: int
    paused: bool
    paused_for_all: bool
    """By the operator of this installation: then they wait, whatever the company says."""
    cause: PauseCause | None
    explanation: str | None
    note: str | None
    changed_at: datetime | None
    changed_by: str | None
    """The subject of somebody's token; none where it paused by itself."""
    changed_by_name: str | None
    """What their token called them then."""
    waiting: int
    """What waits for the end of the pause; 100,000 where it is more."""


@router.get("", response_model=PauseView)
async def get_pause(who: Office, db: Db) -> JSONResponse:
    """Whether the company is paused, with the ETag that a change must name."""
    async with db.company(who.company) as tx:
        return await _answer(tx, await store.find(tx, who.company))


@router.put("", response_model=PauseView)
async def put_pause(body: PauseBody, request: IfMatch, who: Admin, db: Db) -> JSONResponse:
    """Pause or resume the company. The first time needs no If-Match.

    Who resumes what paused by itself says that what waits is meant: until the hour is over the breaker lets all of the
    company's pass.
    Messages by hand, about accounts and consent go on. What is on its way is not called back; what waited goes out bit
    by bit when resumed, unless it has expired.
    """
    async with db.company(who.company) as tx:
        seen = await store.find(tx, who.company)
        if seen.paused and seen.cause is PauseCause.VOLUME and not body.paused:
            await volume.meant(tx, who.company)  # before the lock, as planners do: no deadlocks
        before = await store.lock(tx, who.company)
        check_singleton(request, before.version)
        pause = await store.put(
            tx, who.company, paused=body.paused, note=body.note, actor=who.subject, actor_name=who.name
        )
        await log.add(tx, by(request, who), changes.of_pause(pause, before))
        return await _answer(tx, pause)


async def _answer(tx: Tx, pause: Pause) -> JSONResponse:
    for_all = await store.paused_since(tx) is not None
    view = PauseView(
        version=pause.version,
        paused=pause.paused,
        paused_for_all=for_all,
        cause=pause.cause if pause.paused else None,
        explanation=explained(pause, for_all=for_all),
        note=pause.note,
        changed_at=pause.changed_at,
        changed_by=pause.actor,
        changed_by_name=pause.actor_name,
        waiting=await store.held(tx, pause.company_id),
    )
    return JSONResponse(view.model_dump(mode="json"), headers={"etag": etag(pause.version)})
