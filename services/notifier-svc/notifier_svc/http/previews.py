"""`POST /v1/previews`: a message as it would be sent about a real job, or about a made-up one (G10)."""

from typing import Annotated
from uuid import UUID, uuid4

from fastapi import APIRouter
from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from contracts.deliveries import Channel
from contracts.opt_out import with_opt_out
from contracts.rendering import RefusalCode, Refused, RenderContext, RenderItem, RenderRequest
from contracts.segments import TextSize, measure, segments, too_long
from notifier_svc.channels import twiml
from notifier_svc.channels.templates import BatchRefused, RendererAway, TemplateService, WordsRefused
from notifier_svc.domain.speech import spoken
from notifier_svc.http.occasions import Office, Templates, Tried, occasion_of
from servicekit.auth import Principal
from servicekit.errors import NotFound, Unavailable, Unprocessable
from servicekit.http import Body, Db

router = APIRouter(prefix="/v1/previews", tags=["previews"])

ANY_KEY_URL = "https://example.com/" + "x" * 180
"""As long as the real one, which is in the same document as the words."""


class NotRenderable(Unprocessable):
    """This message could not be sent."""

    slug = "not-renderable"


def _whole(value: str) -> str:
    if any("\ud800" <= character <= "\udfff" for character in value):
        raise ValueError("holds half of a character (a lone surrogate)")
    return value


Line = Annotated[str, Field(max_length=1_000), AfterValidator(_whole)]
Text = Annotated[str, Field(max_length=100_000), AfterValidator(_whole)]


class Words(Body):
    """Words that are no template yet."""

    model_config = ConfigDict(str_strip_whitespace=False)

    subject: Line | None = None
    preheader: Line | None = None
    html: Text | None = None
    text: Text | None = None


class PreviewBody(Tried):
    """What to look at: a published template, or words."""

    template_id: UUID | None = None
    words: Words | None = None


class FirstText(BaseModel):
    """The text to a number that got none for long: it says how to stop them."""

    text: str
    size: TextSize


class PreviewView(BaseModel):
    """All parts of the message, as they would be sent; links of the reader's own lead nowhere."""

    channel: Channel
    template_version: int | None
    """None of words that are no template."""
    locale: str
    """Of the words: the nearest that the template has."""
    subject: str | None
    html: str | None
    text: str
    """The words of a text or call; an email's plain part."""
    size: TextSize | None
    """Of a text."""
    first: FirstText | None
    """Of a text."""
    spoken: str | None
    """Of a call: what is heard."""
    too_long: bool
    """Whether it would fail because of its length."""


class _Filled(BaseModel):
    template_version: int | None = None
    locale: str
    subject: str | None
    html: str | None
    text: str


@router.post("")
async def preview(body: PreviewBody, who: Office, db: Db, templates: Templates) -> PreviewView:
    """Fill in a template, or words, by the renderer and the values of the real thing; 422 says why it could not be."""
    if (body.template_id is None) == (body.words is None):
        raise Unprocessable("Name a template, or give its words.")
    async with db.company(who.company) as tx:
        occasion = await occasion_of(tx, who.company, body)
    try:
        filled = await _filled(body, who, templates, body.locale or occasion.locale, occasion.context(body.channel))
    except RendererAway:
        raise Unavailable("The template service does not answer.") from None
    return _view(body.channel, filled, occasion.company.name)


async def _filled(
    body: PreviewBody, who: Principal, templates: TemplateService, locale: str, context: RenderContext
) -> _Filled:
    try:
        if body.words is not None:
            looked = await templates.look(who.company, body.words, body.channel, locale, context)
            return _Filled(**vars(looked), locale=locale)
        assert body.template_id is not None
        ids = {"ref": uuid4(), "company_id": who.company, "template_id": body.template_id}
        item = RenderItem(**ids, locale=locale, context=context)
        [answer] = (await templates.render(RenderRequest(items=(item,)))).items
    except BatchRefused:
        raise NotRenderable("Its values were refused.") from None
    except WordsRefused as refused:
        told = {name: refused.problem[name] for name in ("code", "flaws", "errors") if name in refused.problem}
        raise NotRenderable(refused.problem.get("detail", ""), **told) from None
    if isinstance(answer, Refused):
        if answer.code is RefusalCode.UNKNOWN_TEMPLATE:
            raise NotFound("There is no such template.")
        raise NotRenderable(answer.detail, code=answer.code)
    if answer.channel is not body.channel:
        raise NotRenderable(f"The template is one of channel {answer.channel}.")
    return _Filled.model_validate(answer, from_attributes=True)


def _view(channel: Channel, filled: _Filled, company: str) -> PreviewView:
    text, locale, of_text = filled.text, filled.locale, channel is Channel.SMS
    first = with_opt_out(text, locale)
    return PreviewView(
        channel=channel,
        **vars(filled),
        size=measure(text) if of_text else None,
        first=FirstText(text=first, size=measure(first)) if of_text else None,
        spoken=spoken(text, locale) if channel is Channel.VOICE else None,
        too_long=_too_long(channel, first, company, locale),
    )


def _too_long(channel: Channel, words: str, company: str, locale: str) -> bool:
    if channel is Channel.SMS:
        return too_long(len(words), segments(words))
    try:
        return channel is Channel.VOICE and not twiml.message(words, company, locale, ANY_KEY_URL)
    except twiml.TooLong:
        return True
