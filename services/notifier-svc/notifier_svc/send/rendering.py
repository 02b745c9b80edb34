"""Has messages rendered by template-svc, a batch in one HTTP call."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from opentelemetry.trace import SpanKind, get_current_span
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from contracts import values
from contracts.deliveries import Channel, Reason
from contracts.rendering import RefusalCode, Refused, Rendered, RenderItem, RenderRequest
from notifier_svc.channels.templates import RendererAway, TemplateService
from notifier_svc.domain.outcome import Outcome, again, failed
from notifier_svc.domain.recheck import Due
from notifier_svc.send.present import Cleared
from servicekit import clock
from servicekit.telemetry import continued

TEMPLATE_MAY_BE_NEW = timedelta(minutes=1)  # a new company's first job can overtake its starter templates

_propagator = TraceContextTextMapPropagator()

REASONS: dict[RefusalCode, Reason] = {
    RefusalCode.MISSING_VALUE: Reason.MISSING_VALUE,
    RefusalCode.EMPTY: Reason.EMPTY_MESSAGE,
    RefusalCode.UNKNOWN_TEMPLATE: Reason.TEMPLATE_UNUSABLE,
    RefusalCode.NOT_PUBLISHED: Reason.TEMPLATE_UNUSABLE,
    RefusalCode.LIMIT_EXCEEDED: Reason.TEMPLATE_UNUSABLE,
    RefusalCode.FAILED: Reason.TEMPLATE_UNUSABLE,
}


class Renderer:
    """Batches of deliveries, rendered."""

    def __init__(self, templates: TemplateService) -> None:
        self._templates = templates

    async def render(self, batch: Sequence[Cleared]) -> list[tuple[Cleared, Rendered | Outcome]]:
        """Each delivery with its message, or how it ends without one. Raises `RendererAway`, `BatchRefused`."""
        worded = [(cleared, words) for cleared in batch if (words := cleared.words or _own_words(cleared))]
        rest = [cleared for cleared in batch if not (cleared.words or cleared.due.occurrence.words)]
        return [*worded, *(await self._render(rest) if rest else ())]

    async def _render(self, batch: Sequence[Cleared]) -> list[tuple[Cleared, Rendered | Outcome]]:
        first, *others = batch
        with continued("render messages", first.due.traceparent, SpanKind.CLIENT, **{"batch.size": str(len(batch))}):
            for other in others:
                _link(other.due.traceparent)
            response = await self._templates.render(RenderRequest(items=tuple(map(_item, batch))))
        answers = {answer.ref: answer for answer in response.items}
        if len(answers) != len(batch):
            raise RendererAway("not every message was answered for")
        now = clock.now()
        return [(cleared, _usable(answers[cleared.due.id], cleared.due, now)) for cleared in batch]


def _own_words(cleared: Cleared) -> Rendered | None:
    """The message, where what happened brings its words along, the company's own; template version 0 is none."""
    due, locale = cleared.due, values.locale(cleared.company.locale)
    words = due.occurrence.words
    return Rendered(ref=due.id, template_version=0, channel=due.channel, locale=locale, text=words) if words else None


def _item(cleared: Cleared) -> RenderItem:
    due = cleared.due
    assert due.template_id is not None
    return RenderItem(
        ref=due.id,
        company_id=due.company_id,
        template_id=due.template_id,
        template_version=due.template_version,
        locale=cleared.locale,
        context=cleared.context,
    )


def _usable(answer: Rendered | Refused, due: Due, now: datetime) -> Rendered | Outcome:
    """The message, if it can be sent by its channel (G9)."""
    if isinstance(answer, Refused):
        if answer.code is RefusalCode.BUSY:
            return again(answer.detail, delay=1)
        if answer.code is RefusalCode.UNKNOWN_TEMPLATE and now - due.occurred_at < TEMPLATE_MAY_BE_NEW:
            return again(answer.detail, delay=2)
        return failed(REASONS[answer.code], answer.detail)
    if answer.channel is not due.channel:
        return failed(Reason.TEMPLATE_UNUSABLE, f"The template is not one of channel {due.channel}.")
    if not answer.text.strip() or (due.channel is Channel.EMAIL and not (answer.subject or "").strip()):
        return failed(Reason.EMPTY_MESSAGE, "The subject or the text came out empty.")
    return answer


def _link(traceparent: str | None) -> None:
    """Let the span of the batch point to the trace of one more of its messages."""
    if not get_current_span().is_recording():
        return
    other = get_current_span(_propagator.extract({"traceparent": traceparent or ""})).get_span_context()
    if other.is_valid:
        get_current_span().add_link(other)
