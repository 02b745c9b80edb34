"""The delivery log over HTTP: who got what, and why not (G1)."""

from collections.abc import AsyncIterator
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query
from fastapi.responses import StreamingResponse

from contracts.deliveries import Channel, DeliveryState, Reason
from contracts.jobs import Role
from notifier_svc.domain.search import Search
from notifier_svc.http import sheet
from notifier_svc.http.copying import CopierOf, offer
from notifier_svc.http.cursors import instant
from notifier_svc.http.delivery_views import (
    CopyView,
    DeliveryDetail,
    DeliveryView,
    fields_of,
    receipt_fields,
    views_of,
)
from notifier_svc.http.timeline import timeline
from notifier_svc.store import copies
from notifier_svc.store import deliveries as store
from notifier_svc.store.deliveries import Filter
from servicekit.auth import Principal, require
from servicekit.db import Database, Tx
from servicekit.errors import NotFound
from servicekit.http import Db, Moment
from servicekit.paging import DEFAULT_LIMIT, MAX_LIMIT, Page, encode_cursor, read_cursor

router = APIRouter(tags=["deliveries"])

Office = Annotated[Principal, Depends(require(Role.ADMIN, Role.DISPATCHER))]


def _wanted(
    job_id: UUID | None = None,
    customer_id: UUID | None = None,
    event_id: UUID | None = None,
    state: Annotated[list[DeliveryState] | None, Query()] = None,
    reason: Annotated[list[Reason] | None, Query()] = None,
    channel: Channel | None = None,
    since: Annotated[Moment | None, Query(description="planned at this moment or later")] = None,
    until: Annotated[Moment | None, Query(description="planned before this moment")] = None,
    search: Annotated[
        str | None,
        Query(
            min_length=2,
            max_length=100,
            pattern=r"^[^\x00]*$",
            description="words of a reader's name or an email's subject, or a piece of an address or phone number",
        ),
    ] = None,
) -> Filter:
    words = Search(search) if search and not search.isspace() else None
    return Filter(job_id, customer_id, event_id, state, channel, reason, since, until, words)


Wanted = Annotated[Filter, Depends(_wanted)]


@router.get("/v1/deliveries")
async def list_deliveries(
    who: Office,
    db: Db,
    wanted: Wanted,
    cursor: str | None = None,
    limit: Annotated[int, Query(ge=1, le=MAX_LIMIT)] = DEFAULT_LIMIT,
) -> Page[DeliveryView]:
    """The log, newest first. Words are looked for in what is kept: subjects go with what was said, after 90 days."""
    after = read_cursor(cursor, instant, UUID) if cursor else None
    async with db.company(who.company) as tx:
        rows = await store.page(tx, wanted, after, limit + 1)
        items = await views_of(tx, rows[:limit])
    last = rows[limit - 1] if len(rows) > limit else None
    return Page(items=items, next_cursor=encode_cursor(last["planned_at"], last["id"]) if last else None)


@router.get("/v1/delivery-exports", response_class=StreamingResponse)
async def export(who: Office, db: Db, wanted: Wanted) -> StreamingResponse:
    """The same as CSV, newest first, however much it is. What could be a formula has a quote in front."""
    headers = {"content-disposition": 'attachment; filename="deliveries.csv"'}
    return StreamingResponse(lines(db, who.company, wanted), media_type="text/csv; charset=utf-8", headers=headers)


async def lines(db: Database, company_id: UUID, wanted: Filter) -> AsyncIterator[str]:
    """The sheet, a page at a time; no transaction waits for whoever reads it."""
    yield sheet.header()
    after = None
    while True:
        async with db.company(company_id) as tx:
            rows = await store.page(tx, wanted, after, MAX_LIMIT)
            views = await views_of(tx, rows)
        if not rows:
            return
        yield sheet.lines(views)
        after = rows[-1]["planned_at"], rows[-1]["id"]


@router.get("/v1/deliveries/{delivery_id}")
async def get_delivery(delivery_id: UUID, who: Office, db: Db, copier: CopierOf) -> DeliveryDetail:
    """One delivery: facts, every try, what was sent, what the office did with it, and whether it can be sent again."""
    async with db.company(who.company) as tx:
        row = await store.find(tx, delivery_id)
        if row is None:
            raise NotFound("There is no such delivery.")
        [fields] = await fields_of(tx, [row])
        tries = [{"number": attempt["n"], **attempt} for attempt in await store.attempts(tx, row)]
        receipts = [receipt_fields(receipt) for receipt in await store.receipts(tx, row)]
        acts = map(dict, await copies.acts_on(tx, row))
        in_hands = await copies.in_hands(tx, delivery_id)
        more = {
            "tries": tries,
            "receipts": receipts,
            "copies": [CopyView.model_validate(dict(copy)) for copy in await copies.copies_of(tx, delivery_id)],
            "timeline": timeline(fields, tries, receipts, acts, in_hands=in_hands),
            "content": await store.rendering(tx, row),
            "resend": await offer(tx, row, copier),
        }
        return DeliveryDetail.model_validate(fields | more)


async def seen(tx: Tx, delivery_id: UUID) -> DeliveryView:
    """A delivery of this transaction's company that is there, as the log shows it."""
    row = await store.find(tx, delivery_id)
    assert row is not None
    [view] = await views_of(tx, [row])
    return view
