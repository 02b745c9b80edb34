"""A message sent again, or stopped before it goes (D5, G2)."""

from functools import partial
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field

from contracts.deliveries import DeliveryState
from notifier_svc.domain.copies import How, SentAgainMeanwhile
from notifier_svc.domain.recheck import Due
from notifier_svc.http.copying import Copier, CopierOf, original_of
from notifier_svc.http.deliveries import Office, seen
from notifier_svc.http.delivery_views import DeliveryView
from notifier_svc.store import copies as store
from notifier_svc.store import deliveries
from notifier_svc.store.copies import Asker
from servicekit.auth import Principal
from servicekit.db import Tx
from servicekit.errors import NotFound
from servicekit.http import Body, Db
from servicekit.idempotency import Once, once

router = APIRouter(prefix="/v1/deliveries", tags=["deliveries"])


class ResendBody(Body):
    """How a message is sent again."""

    how: Annotated[How, Field(description="`as_it_was`: word for word; `fresh`: with template and job as they are now")]


class ResentView(BaseModel):
    """The copy, which waits for its turn."""

    delivery: DeliveryView


def asker(who: Principal) -> Asker:
    """Who asks, as the log keeps it."""
    return Asker(who.actor, who.name)


@router.post("/{delivery_id}/resend", status_code=202, response_model=ResentView)
async def resend(delivery_id: UUID, request: Once, body: ResendBody, who: Office, db: Db, copier: CopierOf) -> Response:
    """Send a message again that has ended: one more delivery, to the same reader, who may have another address by now.

    All gates are asked again, so an opt-out or block, or a preference that is off, refuses it. What has become of the
    job since is asked of a `fresh` one only.
    """
    async with db.company(who.company) as tx:
        return await once(tx, request, who, partial(_resend, tx, delivery_id, body.how, copier, who))


async def _resend(tx: Tx, delivery_id: UUID, how: How, copier: Copier, who: Principal) -> Response:
    copy = await copier.copied(tx, await _original(tx, delivery_id), how)
    if not await store.add(tx, [copy], asker(who)):
        raise SentAgainMeanwhile
    return _answer(await seen(tx, copy.due.id))


async def _original(tx: Tx, delivery_id: UUID) -> Due:
    """What is sent again, which stays as it is until the transaction ends. Raises where it can't be."""
    row = await deliveries.find(tx, delivery_id)
    if row is None:
        raise NotFound("There is no such delivery.")
    return await original_of(tx, row, await store.lock(tx, row))


@router.post("/{delivery_id}/cancel")
async def cancel(delivery_id: UUID, who: Office, db: Db) -> DeliveryView:
    """Stop a message that waits; once is enough. What a sender has begun to hand over can't be stopped (409).

    Of what waited to go once more, because an earlier try may have arrived, that stays unknown.
    """
    async with db.company(who.company) as tx:
        row = await deliveries.find(tx, delivery_id)
        if row is None:
            raise NotFound("There is no such delivery.")
        if row["state"] != DeliveryState.CANCELLED and not await store.was_cancelled(tx, row):
            found = await store.originals(tx, [(row["occurred_month"], delivery_id)])
            for claimed in (*found.dues, *found.unreadable):
                await store.cancel(tx, claimed, asker(who))
        return await seen(tx, delivery_id)


def _answer(view: DeliveryView) -> Response:
    content: Any = ResentView(delivery=view).model_dump_json()
    return Response(content, 202, {"location": f"/v1/deliveries/{view.id}"}, "application/json")
