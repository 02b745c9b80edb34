"""What customers send: texts and calls that Twilio passes on, signed, and the texts as the office reads them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import BaseModel
from starlette.datastructures import FormData

from contracts.inbound import Cause, Meaning, PhoneRef
from contracts.jobs import Role
from notifier_svc.channels import twiml
from notifier_svc.channels.callbacks import PATH
from notifier_svc.domain.answers import answer
from notifier_svc.domain.keys import Keys
from notifier_svc.domain.keywords import heard, is_twilios
from notifier_svc.http.cursors import instant
from notifier_svc.http.signed import TWIML, as_twiml, check_signature, field, form_of
from notifier_svc.store import blocks, senders
from notifier_svc.store import inbound as store
from notifier_svc.store import phones as owners
from notifier_svc.store.blocks import Place
from notifier_svc.store.reading import company_of
from servicekit.auth import Principal, require
from servicekit.db import Tx
from servicekit.errors import NotFound, Unprocessable
from servicekit.http import Db
from servicekit.paging import DEFAULT_LIMIT, MAX_LIMIT, Page, encode_cursor, read_cursor

# After a STOP; else a YES is an answer to a question, and a START means nothing (D12).
GIVING_BACK = frozenset({Meaning.START, Meaning.YES})
LONGEST_BODY = 2000  # Twilio joins no more than 1,600 characters

twilio_router = APIRouter(prefix=PATH, tags=["Twilio"])
router = APIRouter(prefix="/v1/inbound-texts", tags=["inbound texts"])

Office = Annotated[Principal, Depends(require(Role.ADMIN, Role.DISPATCHER))]


class InboundText(BaseModel):
    """A text that came in."""

    id: UUID
    number: str
    """The company's number that it came to."""
    address: str
    """Who wrote."""
    body: str
    meaning: Meaning
    answer: str | None
    """What was replied at once; nothing where Twilio replies, or nobody does."""
    customer_ids: list[UUID]
    """The customers who had this number then."""
    received_at: datetime


@twilio_router.post(
    "/texts",
    response_class=Response,
    responses=TWIML,
    openapi_extra=form_of("MessageSid", "From", "To", "Body", "OptOutType"),
)
async def receive_text(request: Request, db: Db) -> Response:
    """A text to a number of a company. The same one told twice is one (fault 56); one to nobody's number none (68)."""
    async with request.form() as form, db.worker() as tx:
        company_id, by_twilio = await _whose(tx, request, form, "MessageSid")
        place, body = store.place_of(company_id, field(form, "From")), field(form, "Body", LONGEST_BODY)
        said = heard(body, field(form, "OptOutType"))
        phones = await owners.of_number(tx, company_id, place.address)
        new = await store.add(tx, place, field(form, "To"), field(form, "MessageSid"), body, said, phones)
        if new is None:
            return as_twiml(twiml.nothing())
        said, news = await _heed(tx, request.app.state.keys, place, new, said, phones)
        by_twilio = bool(field(form, "OptOutType")) or (by_twilio and is_twilios(body))
        words = answer(said, await company_of(tx, company_id)) if news and not by_twilio else None
        if words is None:
            return as_twiml(twiml.nothing())
        await store.answered(tx, company_id, new, words)
    return as_twiml(twiml.reply(words))


async def _heed(
    tx: Tx, keys: Keys, place: Place, id: UUID, said: Meaning, phones: Sequence[PhoneRef]
) -> tuple[Meaning, bool]:
    """Do and tell what the text says (D12): what it amounts to, and whether that is news to be answered."""
    news = said is Meaning.HELP
    if said in GIVING_BACK and await blocks.lift_own(tx, place.hash(keys), place, Cause.OPTED_OUT):
        said, news = Meaning.START, True
    await store.tell(tx, keys, place, id, said, phones)
    if said is Meaning.STOP:
        news = await blocks.add(tx, place.hash(keys), place, Cause.OPTED_OUT) is not None
    return said, news


@twilio_router.post("/calls", response_class=Response, responses=TWIML, openapi_extra=form_of("CallSid", "From", "To"))
async def receive_call(request: Request, db: Db) -> Response:
    """A call to a number that only texts and calls out: says where the company is reached."""
    async with request.form() as form, db.worker() as tx:
        company_id, _ = await _whose(tx, request, form, "CallSid")
        company = await company_of(tx, company_id)
    return as_twiml(twiml.elsewhere(company.name, company.brand.phone, company.locale))


async def _whose(tx: Tx, request: Request, form: FormData, sid: str) -> tuple[UUID, bool]:
    """The company of the number that was written to or called, if its account signed this. Else 404, or 403."""
    if not field(form, "From") or not field(form, sid):
        raise Unprocessable(f"It has no From or no {sid}.")
    owner = await store.owner_of(tx, field(form, "To"))
    if owner is None:
        raise NotFound("No company has this number.")
    found = await senders.find(tx, owner[0])
    check_signature(request, form, owner[0], found[0].phone if found else None)
    return owner


@router.get("")
async def list_inbound_texts(
    who: Office,
    db: Db,
    customer_id: Annotated[UUID | None, Query(description="of this customer's phones")] = None,
    cursor: str | None = None,
    limit: Annotated[int, Query(ge=1, le=MAX_LIMIT)] = DEFAULT_LIMIT,
) -> Page[InboundText]:
    """What customers wrote, newest first."""
    after = read_cursor(cursor, instant, UUID) if cursor else None
    async with db.company(who.company) as tx:
        rows = await store.page(tx, customer_id, after, limit + 1)
    items = [InboundText.model_validate(dict(row)) for row in rows[:limit]]
    last = items[-1] if len(rows) > limit else None
    return Page(items=items, next_cursor=encode_cursor(last.received_at, last.id) if last else None)


@router.get("/{text_id}")
async def get_inbound_text(text_id: UUID, who: Office, db: Db) -> InboundText:
    """One text: what `InboundTextReceived` names by its id."""
    async with db.company(who.company) as tx:
        row = await store.find(tx, text_id)
    if row is None:
        raise NotFound("There is no such text.")
    return InboundText.model_validate(dict(row))
