"""What tests start from: contexts, words, and rendering in one step."""

import re
from typing import Any
from uuid import UUID, uuid4

from contracts.deliveries import Channel
from contracts.profiles import RuleEntry, TemplateEntry, TemplateState
from contracts.rendering import CompanyTags, CustomerTags, RecipientTags, RenderContext
from contracts.triggers import Trigger
from template_svc.domain.drafts import Version, Words, finish
from template_svc.domain.rendering import Message, compile_version, render
from template_svc.domain.samples import SAMPLE
from template_svc.domain.values import values_of
from template_svc.starters import frame


def a_context(**parts: Any) -> RenderContext:
    """The sample, with whole parts replaced or (None) absent."""
    return SAMPLE.model_copy(update=parts)


def the_least() -> RenderContext:
    """What every context has, and nothing more."""
    return RenderContext(
        company=CompanyTags(name="Northside"),
        customer=CustomerTags(name="Maria Lopez"),
        recipient=RecipientTags(name="Maria Lopez", first_name="Maria"),
    )


def an_email(**parts: str) -> Words:
    """An email that says hello."""
    return Words(Channel.EMAIL, **{"subject": "Hello", "html": "<p>Hello</p>"} | parts)


def a_text(text: str) -> Words:
    """A text message."""
    return Words(Channel.SMS, text=text)


def a_rule_entry(company_id: UUID, template_id: UUID, **over: Any) -> RuleEntry:
    """An active rule that sends a receipt."""
    fields = {"id": uuid4(), "company_id": company_id, "version": 1, "name": "Receipt", "channel": Channel.EMAIL}
    return RuleEntry.model_validate(
        fields | {"trigger": Trigger.PAYMENT_RECEIVED, "template_id": template_id, "active": True} | over
    )


def a_template_entry(company_id: UUID, template_id: UUID, **over: Any) -> TemplateEntry:
    """A template with one version, as others know it."""
    fields = {"id": template_id, "company_id": company_id, "version": 2, "name": "Hello", "channel": Channel.EMAIL}
    return TemplateEntry.model_validate(fields | {"published_version": 1, "state": TemplateState.PUBLISHED} | over)


def rendered(words: Words, context: RenderContext = SAMPLE, locale: str = "en-US") -> Message:
    """Publish, compile and render. Raises `UnfitTemplate` or `CannotRender`."""
    return shown(finish(words, frame(locale)), context, locale)


def shown(version: Version, context: RenderContext = SAMPLE, locale: str = "en-US") -> Message:
    """What a published version reads. Raises `CannotRender`."""
    compiled = compile_version(version)
    return render(compiled, values_of(context, locale, compiled.reading))


def bare(html: str) -> str:
    """HTML without the styles that publishing writes into each element."""
    return re.sub(r' style="[^"]*"', "", html)
