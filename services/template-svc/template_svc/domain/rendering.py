"""From a published version and a context to a finished message, or to the reason why there is none."""

import re
from dataclasses import dataclass
from typing import Any

from liquid.exceptions import LiquidError, ResourceLimitError

from contracts.rendering import RefusalCode, RenderContext
from template_svc.domain.drafts import Version
from template_svc.domain.guards import EmptyMessage, published
from template_svc.domain.language import MissingValue, Template
from template_svc.domain.markup import tidy

MAX_VALUE = 10_000  # characters of one value

_CONTROL = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]")

Values = dict[str, Any]


class CannotRender(Exception):
    """This message must not be sent."""

    def __init__(self, code: RefusalCode, detail: str) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail


@dataclass(frozen=True, slots=True)
class Message:
    """The finished parts; empty ones belong to other channels."""

    subject: str
    html: str
    text: str


@dataclass(frozen=True, slots=True)
class Compiled:
    """A version, parsed once; rendering it shares nothing with the next rendering."""

    subject: Template | None
    html: Template | None
    text: Template


def compile_version(version: Version) -> Compiled:
    """Parse a published version."""
    return Compiled(
        _parse(version.subject), _parse(version.html, html=True), published(html=False).template(version.text)
    )


def _parse(source: str, *, html: bool = False) -> Template | None:
    return published(html=html).template(source) if source else None


def values_of(context: RenderContext) -> Values:
    """The context as plain dictionaries, without what is absent or blank: a blank value is a missing one (G9)."""
    return _present(context.model_dump())


def _present(group: dict[str, Any]) -> Values:
    found: Values = {}
    for name, value in group.items():
        if isinstance(value, str):
            if value and not value.isspace():
                found[name] = _checked(name, value)
        elif isinstance(value, dict):
            found[name] = _present(value)
        elif value:  # a list; an empty one counts as absent
            found[name] = [_present(item) for item in value]
    return found


def _checked(name: str, value: str) -> str:
    if len(value) > MAX_VALUE:
        raise CannotRender(RefusalCode.LIMIT_EXCEEDED, f"{name} has more than {MAX_VALUE} characters")
    if "\x00" in value:
        raise CannotRender(RefusalCode.FAILED, f"{name} holds a NUL character")
    return value


def render(compiled: Compiled, values: Values) -> Message:
    """The message. Raises `CannotRender`; no template and no data make it raise anything else."""
    try:
        subject = _one_line(compiled.subject.fill(values)) if compiled.subject else ""
        html = compiled.html.fill(values) if compiled.html else ""
        return Message(subject, html, tidy(compiled.text.fill(values)))
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
