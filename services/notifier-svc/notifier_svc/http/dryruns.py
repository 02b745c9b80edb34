"""`POST /v1/dry-runs`: who would get what, and why not, if something happened now (G15). Nothing is written or sent."""

from collections.abc import Sequence
from typing import Annotated, Any, Protocol

from fastapi import APIRouter, Depends, Request

from notifier_svc import dryrun
from notifier_svc.domain.delivery import Delivery
from notifier_svc.domain.dryrun import Fate
from notifier_svc.domain.triggers import Occurrence
from notifier_svc.http.dryrun_views import DryRunView, view
from notifier_svc.http.imagining import Asked, DryRunBody, imagined
from notifier_svc.http.occasions import Office
from notifier_svc.http.turns import TurnsOf
from notifier_svc.store import dryrun as store
from servicekit import clock
from servicekit.db import Tx
from servicekit.http import Db

router = APIRouter(prefix="/v1/dry-runs", tags=["previews"])

MOST_ROWS = 200


class Stage(Protocol):
    """A row that was asked again."""

    @property
    def fate(self) -> Fate: ...
    @property
    def cleared(self) -> object | None: ...


class Rehearsal(Protocol):
    """The sender's way up to the wire."""

    async def ask_again(self, tx: Tx, planned: Sequence[tuple[Delivery, Occurrence]]) -> Sequence[Stage]: ...
    async def fill_in(self, stages: Sequence[Any], most: int) -> list[Fate]: ...


def _rehearsal(request: Request) -> Rehearsal:
    rehearsal: Rehearsal = request.app.state.rehearsal()
    return rehearsal


Way = Annotated[Rehearsal, Depends(_rehearsal)]


@router.post("")
async def dry_run(body: DryRunBody, request: Request, who: Office, db: Db, turns: TurnsOf, way: Way) -> DryRunView:
    """Who would get what, by which channel, when and in which words, and who would not, and why; nothing is sent.

    Decided by the planner that real events go through, and asked again as before sending, as things stand now.
    """
    asked = Asked(body, who.company, clock.now(), request.app.state.update_window)
    async with turns.turn(who.company):
        async with db.company(who.company) as tx:
            await store.read_only(tx)
            happened = await imagined(tx, request.app.state.keys, asked)
            planned = await dryrun.planned(tx, request.app.state.keys, who.company, happened)
            stages = await way.ask_again(tx, planned.rows[:MOST_ROWS])
        fates = await way.fill_in(stages, body.previews)
    return view(body.trigger, happened, planned, fates)
