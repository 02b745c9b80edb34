"""The volume breaker over HTTP: how much goes in this hour, how much is usual, and how much would pause the company."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel

from contracts.jobs import Role
from notifier_svc.domain.volume import Breaker
from notifier_svc.store import volume as store
from servicekit import clock
from servicekit.auth import Principal, require
from servicekit.http import Db

router = APIRouter(prefix="/v1/volume", tags=["pause"])

Office = Annotated[Principal, Depends(require(Role.ADMIN, Role.DISPATCHER))]


class VolumeView(BaseModel):
    """What the company has planned to send in this hour, beside what would pause it by itself."""

    hour: datetime
    """When it began."""
    planned: int
    """Automated messages of what happened in it."""
    usual: float | None
    """Those of a usual hour in the last four weeks; null of a company that has none yet."""
    limit: int
    """So many in an hour pause the company."""
    judged: bool
    """Whether they would; not in an hour in which somebody resumed, who said that they are meant."""


@router.get("")
async def get_volume(who: Office, db: Db, request: Request) -> VolumeView:
    """How near the company is to be paused by itself for sending far more than usual."""
    breaker: Breaker = request.app.state.breaker
    hour = clock.now().replace(minute=0, second=0, microsecond=0)
    async with db.company(who.company) as tx:
        found = await store.of_hour(tx, who.company, hour)
    return VolumeView(
        hour=found.starts_at,
        planned=found.planned,
        usual=found.usual,
        limit=breaker.limit(found.usual),
        judged=found.judged,
    )
