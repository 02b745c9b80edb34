"""What texts and calls a company uses over HTTP, and the cap on a month of it (G19)."""

from datetime import date, timedelta
from typing import Annotated, Self

from fastapi import APIRouter, Depends
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field

from contracts.jobs import Role
from notifier_svc.domain import changes
from notifier_svc.domain.usage import SENTENCES, Cap, Month, Standing, month_at
from notifier_svc.http.changes import by
from notifier_svc.store import changes as log
from notifier_svc.store import usage as store
from servicekit import clock
from servicekit.auth import Principal, require
from servicekit.http import Body, Db
from servicekit.preconditions import IfMatch, check_singleton, etag

router = APIRouter(prefix="/v1", tags=["usage"])

Office = Annotated[Principal, Depends(require(Role.ADMIN, Role.DISPATCHER))]
Admin = Annotated[Principal, Depends(require(Role.ADMIN))]
Most = Annotated[int, Field(ge=0, le=10_000_000)]
A_YEAR = timedelta(days=365)


class CapBody(Body):
    """What a month may cost; what is absent or null is not capped."""

    segments: Most | None = None
    """Of texts: what a provider bills by."""
    calls: Most | None = None


class CapView(BaseModel):
    """The cap as it is; version 0 until it is set for the first time."""

    version: int
    segments: int | None
    calls: int | None


class MonthView(BaseModel):
    """What providers took in a month, by the UTC calendar; what is in doubt is counted, as it may be billed."""

    month: date
    texts: int
    segments: int
    calls: int

    @classmethod
    def of(cls, month: Month) -> Self:
        return cls(month=month.starts_on, texts=month.texts, segments=month.segments, calls=month.calls)


class UsageView(BaseModel):
    """What the company uses, this month and before."""

    this_month: MonthView
    cap: CapView
    standing: Standing
    explanation: str | None
    """What that means, where the cap is near or reached."""
    before: list[MonthView]
    """Up to a year, newest first; months without any are left out."""


@router.get("/usage")
async def get_usage(who: Office, db: Db) -> UsageView:
    """How many texts, segments and calls the company used, and how near its monthly cap is."""
    now = month_at(clock.now())
    async with db.company(who.company) as tx:
        cap = await store.cap(tx, who.company)
        months = await store.months(tx, who.company, month_at(clock.now() - A_YEAR))
    current = months.pop(now, Month(now))
    standing = current.standing(cap)
    return UsageView(
        this_month=MonthView.of(current),
        cap=_view(cap),
        standing=standing,
        explanation=SENTENCES.get(standing),
        before=[MonthView.of(month) for month in months.values()],
    )


@router.get("/monthly-cap", response_model=CapView)
async def get_monthly_cap(who: Office, db: Db) -> JSONResponse:
    """What a month of texts and calls may cost, with the ETag that a change must name."""
    async with db.company(who.company) as tx:
        return _answer(await store.cap(tx, who.company))


@router.put("/monthly-cap", response_model=CapView)
async def put_monthly_cap(body: CapBody, request: IfMatch, who: Admin, db: Db) -> JSONResponse:
    """Set the cap. The first time needs no If-Match. Once it is raised, what waits goes within a quarter of an hour."""
    async with db.company(who.company) as tx:
        before = await store.lock_cap(tx, who.company)
        check_singleton(request, before.version)
        cap = Cap(who.company, before.version + 1, body.segments, body.calls)
        await store.put_cap(tx, cap)
        await log.add(tx, by(request, who), changes.of_cap(cap, before))
    return _answer(cap)


def _view(cap: Cap) -> CapView:
    return CapView(version=cap.version, segments=cap.segments, calls=cap.calls)


def _answer(cap: Cap) -> JSONResponse:
    return JSONResponse(_view(cap).model_dump(), headers={"etag": etag(cap.version)})
