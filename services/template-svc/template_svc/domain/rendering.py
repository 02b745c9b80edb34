"""From a published version and a context to a finished message, or to the reason why there is none."""

import re
from dataclasses import dataclass

from liquid.exceptions import LiquidError, ResourceLimitError

from contracts.deliveries import Channel
from contracts.rendering import RefusalCode
from contracts.segments import fold
from template_svc.domain.drafts import Version
from template_svc.domain.guards import EmptyMessage, published
from template_svc.domain.language import MissingValue, Template, asked
from template_svc.domain.markup import tidy
from template_svc.domain.program import compile_program
from template_svc.domain.refusals import CannotRender
from template_svc.domain.values import Reading, Values, nested, reading

_CONTROL = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]")


@dataclass(frozen=True, slots=True)
class Message:
    """The finished parts; empty ones belong to other channels."""

    subject: str
    html: str
    text: str


class Part:
    """One part of a version, parsed once; rendering it shares nothing with the next rendering."""

    __slots__ = ("asks", "fill")

    def __init__(self, source: str, *, html: bool = False) -> None:
        template = published(html=html).template(source)
        self.asks = asked(template)
        """The paths of all tags in it."""
        self.fill = compile_program(template)
        """Render with `values`. Raises `liquid.exceptions.LiquidError`."""


def interpret(template: Template, values: Values) -> str:
    """Render by Liquid's own interpreter: the judge of what the functions do."""
    return template.fill(nested(values))


@dataclass(frozen=True, slots=True)
class Compiled:
    """A version, ready to render."""

    subject: Part | None
    html: Part | None
    text: Part
    reading: Reading
    """The values it asks for."""
    texted: bool = False
    """It is for a phone's screen, where typographic signs may double the price."""


def compile_version(version: Version) -> Compiled:
    """Parse a published version."""
    subject = Part(version.subject) if version.subject else None
    html = Part(version.html, html=True) if version.html else None
    text = Part(version.text)
    asks = frozenset().union(*(part.asks for part in (subject, html, text) if part))
    return Compiled(subject, html, text, reading(asks), texted=version.channel is Channel.SMS)


def render(compiled: Compiled, values: Values) -> Message:
    """The message. Raises `CannotRender`; no template and no data make it raise anything else."""
    try:
        subject = _one_line(compiled.subject.fill(values)) if compiled.subject else ""
        html = compiled.html.fill(values) if compiled.html else ""
        text = tidy(compiled.text.fill(values))
        return Message(subject, html, fold(text) if compiled.texted else text)
    except MissingValue as error:
        raise CannotRender(
            RefusalCode.MISSING_VALUE, f"{error.tag} has no value, and the template gives no default"
        ) from None
    except ResourceLimitError as error:
        raise CannotRender(RefusalCode.LIMIT_EXCEEDED, str(error.message)) from None
    except EmptyMessage as error:
        raise CannotRender(RefusalCode.EMPTY, str(error.message)) from None
    except LiquidError as error:
        raise CannotRender(RefusalCode.FAILED, str(error.message)) from None


def _one_line(subject: str) -> str:
    """A subject fit for a header (fault 46)."""
    if _CONTROL.search(subject):
        raise CannotRender(RefusalCode.FAILED, "the subject would hold a line break or control character")
    if not (tidied := " ".join(subject.split())):
        raise CannotRender(RefusalCode.EMPTY, "the subject is empty")
    return tidied
