"""What Twilio tells us: status callbacks, and keys pressed in a call. Every request is signed, or is refused unread."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Request, Response
from starlette.datastructures import FormData

from contracts.deliveries import Channel
from contracts.inbound import Cause
from notifier_svc.channels import observing, twiml
from notifier_svc.channels.callbacks import PATH, Callbacks
from notifier_svc.channels.receipts import of_call, of_text
from notifier_svc.domain.keys import Keys
from notifier_svc.domain.receipts import Receipt, Try
from notifier_svc.http.signed import TWIML, Unsigned, as_twiml, check_signature, field, form_of
from notifier_svc.store import blocks, callbacks, senders
from notifier_svc.store import receipts as store
from notifier_svc.store.blocks import Place
from notifier_svc.store.reading import company_of
from notifier_svc.store.receipts import Told
from servicekit.db import Tx
from servicekit.errors import Forbidden
from servicekit.http import Db

router = APIRouter(prefix=PATH, tags=["Twilio"])


def _try(
    month: Annotated[str, Path(pattern=r"^2\d{3}-(0[1-9]|1[0-2])$")],
    delivery_id: UUID,
    attempt: Annotated[int, Path(ge=1, lt=2**31)],
) -> Try:
    return Try(date.fromisoformat(f"{month}-01"), delivery_id, attempt)


Which = Annotated[Try, Depends(_try)]


STATUS = form_of("MessageSid", "MessageStatus", "CallSid", "CallStatus", "ErrorCode", "AnsweredBy")


@router.post("/{month}/{delivery_id}/{attempt}/status", status_code=204, openapi_extra=STATUS)
async def record_status(which: Which, request: Request, db: Db) -> Response:
    """What became of a text or call. Told twice, out of order or early, it comes to the same (faults 42, 56)."""
    keys: Keys = request.app.state.keys
    async with request.form() as form, db.worker() as tx:
        told = await _signed(tx, which, request, form)
        said, sid = _said(form), field(form, "MessageSid") or field(form, "CallSid")
        if not (said or field(form, "AnsweredBy")) or told.provider_id not in (None, sid):
            raise Forbidden("It says nothing about this message.")
        new = [receipt for receipt in said if await store.add(tx, keys, which, told, receipt, sid)]
    observing.told(told.channel, new)
    return Response(status_code=204)


def _said(form: FormData) -> list[Receipt]:
    code = field(form, "ErrorCode") or None
    if status := field(form, "MessageStatus"):
        return [of_text(status, code)]
    return of_call(field(form, "CallStatus"), code, field(form, "AnsweredBy"))


@router.post(
    "/{month}/{delivery_id}/{attempt}/key",
    response_class=Response,
    responses=TWIML,
    openapi_extra=form_of("CallSid", "Digits"),
)
async def press_key(which: Which, request: Request, db: Db) -> Response:
    """A key pressed in a call: 1 says it again, 9 opts out of calls (D12), 3 takes that back; others are as 1."""
    keys: Keys = request.app.state.keys
    urls: Callbacks = request.app.state.callbacks
    async with request.form() as form, db.worker() as tx:
        told = await _signed(tx, which, request, form)
        company = await company_of(tx, told.company_id)
        words, locale = await callbacks.words(tx, which)
        locale, url = locale or company.locale, urls.key(which.month, which.delivery_id, which.n)
        place, key = Place(told.company_id, Channel.VOICE, told.address or ""), field(form, "Digits")
        if key == twiml.OPT_OUT and told.address:
            await blocks.add(tx, place.hash(keys), place, Cause.OPTED_OUT, by=told.person)
            return as_twiml(twiml.opted_out(company.name, locale, url))
        if key == twiml.UNDO and await blocks.lift_own(tx, place.hash(keys), place, Cause.OPTED_OUT, by=told.person):
            return as_twiml(twiml.taken_back(company.name, locale))
    return as_twiml(twiml.message(words, company.name, locale, url))


async def _signed(tx: Tx, which: Try, request: Request, form: FormData) -> Told:
    """Whose try it is, if its company's account signed this request. Raises `Unsigned`."""
    told = await store.find(tx, which)
    if told is None:
        raise Unsigned
    found = await senders.find(tx, told.company_id)
    check_signature(request, form, told.company_id, found[0].phone if found else None)
    return told
