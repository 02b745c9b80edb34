"""What SendGrid tells us of emails: events in lots, signed, or refused unread."""

from typing import Any

import orjson
from fastapi import APIRouter, Request, Response

from notifier_svc.channels import observing
from notifier_svc.channels.sendgrid import ARGUMENT, SIGNATURE, TIMESTAMP, Webhook, receipt_of
from notifier_svc.channels.verp import Tokens
from notifier_svc.domain.keys import Keys
from notifier_svc.http.signed import LONGEST
from notifier_svc.store import receipts as store
from servicekit.errors import Forbidden, NotFound, Unprocessable
from servicekit.http import Db

PATH = "/v1/sendgrid/events"
router = APIRouter(tags=["SendGrid"])

_TEXT = {"type": "string"}
# Whatever they are: one that can't be read is passed over, and keeps none of its lot from being told.
_TOLD: dict[str, Any] = {name: {} for name in ("event", ARGUMENT, "sg_message_id", "status", "type")}
_EVENT = {"type": "object", "properties": _TOLD}
_SIGNED: dict[str, Any] = {
    "parameters": [
        {"name": name, "in": "header", "required": True, "schema": _TEXT} for name in (SIGNATURE, TIMESTAMP)
    ],
    "requestBody": {
        "required": True,
        "content": {"application/json": {"schema": {"type": "array", "items": _EVENT}}},
    },
}


class UnsignedEvents(Forbidden):
    """The request is not signed by the installation's account at SendGrid."""

    slug = "unsigned"


@router.post(PATH, status_code=204, openapi_extra=_SIGNED)
async def take_events(request: Request, db: Db) -> Response:
    """What became of emails. Told twice, or out of order, it comes to the same; about others' mail it is nothing."""
    webhook: Webhook | None = request.app.state.sendgrid
    if webhook is None:
        raise NotFound("This installation does not send by SendGrid.")
    body, headers = await request.body(), request.headers
    if not webhook.signed(body, headers.get(TIMESTAMP, ""), headers.get(SIGNATURE, "")):
        raise UnsignedEvents
    for event in _events(body):
        await _take(event, request.app.state.keys, db)
    return Response(status_code=204)


def _events(body: bytes) -> list[dict[str, Any]]:
    try:
        events = orjson.loads(body)
    except orjson.JSONDecodeError:
        events = None
    if not isinstance(events, list) or not all(isinstance(event, dict) for event in events):
        raise Unprocessable("It is no list of events.")
    return events


async def _take(event: dict[str, Any], keys: Keys, db: Db) -> None:
    """One event, in a transaction of its own: none waits for another, nor undoes it."""
    which, receipt = Tokens(keys).try_of(str(event.get(ARGUMENT, ""))), receipt_of(event)
    if which is None or receipt is None:
        return
    sid = event.get("sg_message_id")
    async with db.worker() as tx:
        told = await store.find(tx, which)
        sender = sid[:LONGEST] if isinstance(sid, str) and sid.isprintable() else ""
        new = told is not None and await store.add(tx, keys, which, told, receipt, sender)
    if told and new:
        observing.told(told.channel, [receipt])
