"""What authors' words come to, without a trace of them: checked, published, measured, and rendered as a preview."""

from collections.abc import Sequence, Set
from dataclasses import dataclass

from contracts.rendering import RenderContext
from contracts.segments import too_long
from contracts.triggers import Trigger
from template_svc.domain.drafts import UnfitTemplate, Version, Words, derived, finish, untold_by
from template_svc.domain.occasions import Untold
from template_svc.domain.removed import removed
from template_svc.domain.rendering import Message, compile_version, render
from template_svc.domain.scan import Flaw
from template_svc.domain.sizes import TextSizes, sizes
from template_svc.domain.values import values_of
from template_svc.starters import frame

_TOO_LONG = Flaw("text", 1, 1, "with long values and how to stop texts this is longer than a text may be: shorten it")


@dataclass(frozen=True)
class Looked:
    """Words of one language that may be saved."""

    version: Version
    """As they would be published."""
    size: TextSizes | None
    """Of a text."""
    warnings: Sequence[Flaw]
    """What will be taken out of them."""
    untold: Untold
    derived: str | None
    """Of an email without a plain text of its own: the one that is derived, with its tags."""


def look_at(words: Words, locale: str, triggers: Set[Trigger]) -> Looked:
    """The words as they would be published on these occasions. Raises `UnfitTemplate`."""
    version = finish(words, frame(locale), triggers)
    size = sizes(version, locale)
    if size and too_long(size.longest.characters, size.longest.segments):
        raise UnfitTemplate([_TOO_LONG])
    return Looked(version, size, removed(words.html) if words.html else (), untold_by(words), derived(words))


def render_draft(words: Words, locale: str, context: RenderContext) -> Message:
    """What a preview shows. Raises `UnfitTemplate`, `CannotRender`."""
    compiled = compile_version(finish(words, frame(locale)))
    return render(compiled, values_of(context, locale, compiled.reading))
