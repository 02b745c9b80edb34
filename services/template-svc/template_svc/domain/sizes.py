"""How large a text may come out: its author sees it before a customer's long name does (G10)."""

from dataclasses import dataclass
from typing import Any, TypeVar

from contracts.deliveries import Channel
from contracts.model import Contract
from contracts.opt_out import with_opt_out
from contracts.rendering import RenderContext
from contracts.segments import TextSize, measure
from template_svc.domain.drafts import Version
from template_svc.domain.refusals import CannotRender
from template_svc.domain.rendering import compile_version, render
from template_svc.domain.samples import SAMPLE
from template_svc.domain.values import values_of

C = TypeVar("C", bound=Contract)

# A short and a long value where they differ most; all else is as in the sample. No value itself costs more than GSM-7.
EXTREMES = {
    "company.name": ("Acme", "Northside Plumbing, Heating & Air Conditioning"),
    "customer.name": ("Al Wu", "Maximiliana Featherstone-Rodriguez"),
    "recipient.name": ("Al Wu", "Maximiliana Featherstone-Rodriguez"),
    "recipient.first_name": ("Al", "Maximiliana"),
    "service_address.line": ("1 Elm St", "12450 North Independence Boulevard, Building 4"),
    "service_address.city": ("Ely", "Rancho Santa Margarita"),
    "job.number": ("7", "104250"),
    "job.title": ("Tune-up", "Replace the kitchen faucet and the disposal, repair the leak below the sink"),
    "job.status": ("Done", "Waiting for parts from the manufacturer"),
    "visit.technician": (("Sam",), ("Sam Rivera", "Alexandra Montgomery", "Christopher Lee")),
    "request.summary": ("Leak", "The kitchen faucet drips, and there is a puddle below the sink every morning."),
    "request.reason": ("No.", "We are fully booked that week, and the one after. We are sorry."),
    "region.name": ("East", "Greater Rancho Santa Margarita"),
}


@dataclass(frozen=True, slots=True)
class TextSizes:
    """The least and the most that the same words take."""

    shortest: TextSize
    longest: TextSize
    """With the sentence that says how to stop texts, which the first one to a number carries."""


def sizes(version: Version, locale: str) -> TextSizes | None:
    """Of a text in one language, with short and long sample values; none of other channels, or where no sample fits."""
    if version.channel is not Channel.SMS or not (texts := _texts(version, locale)):
        return None
    longest = max((measure(with_opt_out(text, locale)) for text in texts), key=_cost)
    return TextSizes(min(map(measure, texts), key=_cost), longest)


def _texts(version: Version, locale: str) -> list[str]:
    compiled, texts = compile_version(version), []
    for context in (_with_extremes(_bare(SAMPLE), 0), _with_extremes(SAMPLE, 0), _with_extremes(SAMPLE, 1)):
        try:
            texts.append(render(compiled, values_of(context, locale, compiled.reading)).text)
        except CannotRender:
            continue
    return texts


def _cost(size: TextSize) -> tuple[int, int]:
    return size.segments, size.characters


def _bare(context: RenderContext) -> RenderContext:
    """Every group, with what it always has and nothing else."""
    return context.model_copy(update={name: _needed(group) for name, group in context})


def _needed(group: C) -> C:
    fields = type(group).model_fields.items()
    return group.model_copy(update={name: field.default for name, field in fields if not field.is_required()})


def _with_extremes(context: RenderContext, which: int) -> RenderContext:
    """The context with the short (0) or long (1) values; what is absent stays so."""
    changes: dict[str, dict[str, Any]] = {}
    for path, values in EXTREMES.items():
        group, _, name = path.partition(".")
        if getattr(getattr(context, group), name):
            changes.setdefault(group, {})[name] = values[which]
    groups = {group: getattr(context, group).model_copy(update=values) for group, values in changes.items()}
    return context.model_copy(update=groups)
