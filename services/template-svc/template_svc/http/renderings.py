"""`POST /v1/renderings`: the hot call. Bytes in, bytes out; nothing is looked up that is at hand."""

import asyncio
import logging
import time
from collections import defaultdict
from typing import Annotated, Any
from uuid import UUID

import orjson
from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel, Field, TypeAdapter, ValidationError

from contracts.deliveries import Channel
from contracts.jobs import Role
from contracts.rendering import RefusalCode, RenderContext, RenderItem, RenderRequest, RenderResponse
from contracts.segments import TextSize, measure
from contracts.triggers import Trigger
from servicekit.auth import Principal, require
from servicekit.errors import TooLarge, Unprocessable
from servicekit.http import Body, Db
from template_svc.aside import CPU_SECONDS
from template_svc.domain.drafts import UnfitTemplate
from template_svc.domain.refusals import CannotRender
from template_svc.domain.rendering import Message, render
from template_svc.domain.samples import SAMPLE
from template_svc.domain.sizes import TextSizes
from template_svc.domain.values import values_of
from template_svc.domain.variants import MOST, Variants
from template_svc.http.models import FlawOut, LocaleTag, WordsIn
from template_svc.http.templates import OurAside, OurShelf, Reader
from template_svc.looking import look
from template_svc.preview import render_draft
from template_svc.shelf import Book

log = logging.getLogger(__name__)

router = APIRouter(prefix="/v1/renderings", tags=["renderings"])

MAX_ITEMS = 500
MAX_BYTES = 16_000_000
SLICE_SECONDS = 0.005  # of rendering between two looks at what else waits
COMPANY_SECONDS = 1.0  # of CPU that one company's messages may take of a batch; what is left is asked for again
BATCH_SECONDS = 5.0  # of CPU that all may take: whoever asks waits no longer than 15 s

_REQUEST = TypeAdapter(RenderRequest)
_MISTAKE = CannotRender(RefusalCode.FAILED, "it met an error of our own")
_BUSY = CannotRender(RefusalCode.BUSY, "there was no time left for it in this batch")


def _request_schema() -> dict[str, Any]:
    """OpenAPI of the body, which FastAPI never sees; its inner models are in the document already, by the preview."""
    schema = RenderRequest.model_json_schema(ref_template="#/components/schemas/{model}")
    items: dict[str, Any] = schema["properties"]["items"]
    items["items"], items["maxItems"] = schema.pop("$defs")["RenderItem"], MAX_ITEMS
    return {"requestBody": {"content": {"application/json": {"schema": schema}}, "required": True}}


@router.post(
    "",
    response_model=RenderResponse,
    openapi_extra=_request_schema(),
    dependencies=[Depends(require(Role.SERVICE))],
)
async def render_batch(request: Request, db: Db, shelf: OurShelf) -> Response:
    """Render up to 500 messages of any companies; one answer per item, in order: the message, or why there is none."""
    items = await _items(request)
    books = await shelf.fetch(db, items)
    answers, spent, total = [], defaultdict[UUID, float](float), 0.0
    slice_ends = time.thread_time() + SLICE_SECONDS
    for item, book in zip(items, books, strict=True):
        started = time.thread_time()
        on_time = spent[item.company_id] < COMPANY_SECONDS and total < BATCH_SECONDS
        answers.append(_answer(item, book if on_time else _BUSY))
        now = time.thread_time()
        spent[item.company_id] += now - started
        total += now - started
        if now > slice_ends:
            await asyncio.sleep(0)
            slice_ends = time.thread_time() + SLICE_SECONDS
    return Response(orjson.dumps({"items": answers}), media_type="application/json")


async def _items(request: Request) -> tuple[RenderItem, ...]:
    body = await request.body()
    if len(body) > MAX_BYTES:
        raise TooLarge(f"A batch has at most {MAX_BYTES} bytes.")
    try:
        items = _REQUEST.validate_json(body).items
    except ValidationError as error:
        places = [".".join(map(str, e["loc"])) + ": " + e["msg"] for e in error.errors(include_input=False)[:5]]
        raise Unprocessable("; ".join(places)) from None
    if len(items) > MAX_ITEMS:
        raise TooLarge(f"A batch has at most {MAX_ITEMS} items.")
    return items


def _answer(item: RenderItem, book: Book | CannotRender) -> dict[str, Any]:
    if isinstance(book, CannotRender):
        return _refused(item.ref, book, item.template_version)
    try:
        message = render(book.compiled, values_of(item.context, book.locale, book.compiled.reading))
    except CannotRender as refusal:
        return _refused(item.ref, refusal, book.number)
    except Exception:  # a mistake of ours with one message stops none of its neighbours
        log.exception("a message met an error", extra={"delivery_id": str(item.ref)})
        return _refused(item.ref, _MISTAKE, book.number)
    return _rendered(item, book, message)


def _rendered(item: RenderItem, book: Book, message: Message) -> dict[str, Any]:
    return {
        "ref": item.ref,
        "template_version": book.number,
        "channel": book.channel,
        "locale": book.locale,
        "subject": message.subject or None,
        "html": message.html or None,
        "text": message.text,
    }


def _refused(ref: UUID, refusal: CannotRender, number: int | None) -> dict[str, Any]:
    return {"ref": ref, "code": refusal.code, "detail": refusal.detail, "template_version": number}


Previewer = Annotated[Principal, Depends(require(Role.ADMIN, Role.DISPATCHER, Role.SERVICE))]


class DraftToCheck(Body):
    """A draft, saved or not, and what it is meant for."""

    variants: Annotated[dict[LocaleTag, WordsIn], Field(min_length=1, max_length=MOST)]
    """The words, by locale: all, or the one that is being written."""
    channel: Channel = Channel.EMAIL
    triggers: frozenset[Trigger] = frozenset()
    """Of the rules that are to use it."""


class Checked(BaseModel):
    """What there is to say to a draft."""

    flaws: list[FlawOut]
    """The mistakes; none where it may be saved."""
    warnings: list[FlawOut]
    """What emails can't have, and would be left out of what is sent; told where there are no mistakes."""
    derived: dict[str, str]
    """Of emails without a plain text of their own: the one that would be sent, with its tags, by locale."""
    sizes: dict[str, TextSizes]
    """Of a text, by locale and by sample values: the least and the most that it takes."""


class PreviewRequest(Body):
    """A draft in one language, saved or not, and what to fill it with."""

    words: WordsIn
    channel: Channel = Channel.EMAIL
    locale: LocaleTag = "en-US"
    """Of the words."""
    context: RenderContext = SAMPLE
    company_id: UUID | None = None
    """Whose words they are, where a service asks; else it is the token's company."""

    def of(self, who: Principal) -> UUID:
        """The company that waits its turn."""
        return self.company_id if self.company_id and Role.SERVICE in who.roles else who.company


class Preview(Body):
    """What the message would read; the same renderer as the real thing (G10)."""

    subject: str | None
    html: str | None
    text: str
    size: TextSize | None
    """Of a text: what its carrier bills."""


class NotRenderable(Unprocessable):
    """This message could not be sent."""

    slug = "not-renderable"

    def __init__(self, code: RefusalCode, detail: str) -> None:
        super().__init__(detail, code=code)


@router.post("/check")
async def check(asked: DraftToCheck, who: Reader, aside: OurAside) -> Checked:
    """All that a save would refuse or leave out, for an editor that asks while its user types; nothing is kept."""
    words = {locale: variant.words(asked.channel) for locale, variant in asked.variants.items()}
    try:
        fit = await look(aside, who.company, Variants(next(iter(words)), words), asked.triggers)
    except UnfitTemplate as unfit:
        return Checked.model_validate(unfit.extra | {"warnings": [], "derived": {}, "sizes": {}})
    found = {"warnings": fit.warnings, "derived": fit.derived, "sizes": fit.sizes}
    return Checked.model_validate({"flaws": []} | found)


@router.post("/preview")
async def preview(asked: PreviewRequest, who: Previewer, aside: OurAside) -> Preview:
    """Render a draft with a context, or with sample values; 422 names the mistakes, or the missing value."""
    words = asked.words.words(asked.channel)
    try:
        message = await aside.call(asked.of(who), CPU_SECONDS, render_draft, words, asked.locale, asked.context)
    except CannotRender as refusal:
        raise NotRenderable(refusal.code, refusal.detail) from None
    size = measure(message.text) if asked.channel is Channel.SMS else None
    return Preview(subject=message.subject or None, html=message.html or None, text=message.text, size=size)
