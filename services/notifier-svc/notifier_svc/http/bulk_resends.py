"""Many messages sent again over HTTP: look first, then start it, and follow it (D14, G2)."""

from collections.abc import Sequence
from functools import partial
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel

from notifier_svc.domain.bulk import BulkResend, Chosen, Preview, Wanted, check, preview
from notifier_svc.http.deliveries import Office
from notifier_svc.http.resends import asker
from notifier_svc.store import bulk as store
from servicekit import clock
from servicekit.auth import Principal
from servicekit.db import Tx
from servicekit.http import Db
from servicekit.idempotency import Once, once
from servicekit.paging import DEFAULT_LIMIT, MAX_LIMIT

router = APIRouter(prefix="/v1/resends", tags=["deliveries"])


class BulkResends(BaseModel):
    """The newest ones."""

    items: Sequence[BulkResend]


@router.post("/preview")
async def preview_resends(chosen: Chosen, who: Office, db: Db) -> Preview:
    """How many messages would be sent again, by state, and what to know before."""
    chosen.check(clock.now())
    async with db.company(who.company) as tx:
        return preview(await store.counts(tx, chosen))


@router.post("", status_code=202, response_model=BulkResend)
async def start_resends(wanted: Wanted, request: Once, who: Office, db: Db) -> Response:
    """Send messages again in the background, those that are chosen now: each with its template and job of today.

    Each goes through all gates; what may not go stands in the log with its reason. They go after all that is more
    urgent. Where it is not known of some whether they arrived, it must be said that they may arrive twice.
    """
    wanted.check(clock.now())
    async with db.company(who.company) as tx:
        return await once(tx, request, who, partial(_start, tx, wanted, who))


async def _start(tx: Tx, wanted: Wanted, who: Principal) -> Response:
    check(preview(await store.counts(tx, wanted)), wanted)
    begun = await store.add(tx, wanted.agreed(), asker(who))
    headers = {"location": f"{router.prefix}/{begun.id}"}
    return Response(begun.model_dump_json(), 202, headers, media_type="application/json")


@router.get("")
async def list_resends(
    who: Office, db: Db, limit: Annotated[int, Query(ge=1, le=MAX_LIMIT)] = DEFAULT_LIMIT
) -> BulkResends:
    """The newest ones, and how far each is."""
    async with db.company(who.company) as tx:
        return BulkResends(items=await store.newest(tx, limit))


@router.get("/{resend_id}")
async def get_resends(resend_id: UUID, who: Office, db: Db) -> BulkResend:
    """How far it is."""
    async with db.company(who.company) as tx:
        return await store.get(tx, resend_id)
