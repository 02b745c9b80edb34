"""What authors' words come to, without a trace of them: checked, published, measured, and rendered as a preview."""

from collections.abc import Mapping, Set
from dataclasses import dataclass, replace

from contracts.rendering import RenderContext
from contracts.segments import too_long
from contracts.triggers import Trigger
from template_svc.domain.drafts import UnfitTemplate, Version, Words, finish, publish
from template_svc.domain.rendering import Message, compile_version, render
from template_svc.domain.scan import Flaw
from template_svc.domain.sizes import TextSizes, sizes
from template_svc.domain.values import values_of
from template_svc.domain.variants import Variants
from template_svc.starters import frame

_TOO_LONG = Flaw("text", 1, 1, "with long values and how to stop texts this is longer than a text may be")


@dataclass(frozen=True)
class Looked:
    """A draft that may be saved."""

    version: Variants[Version]
    """As it would be published."""
    sizes: Mapping[str, TextSizes]
    """Of a text, by locale."""


def look_at(draft: Variants[Words], triggers: Set[Trigger]) -> Looked:
    """The draft as it would be published on these occasions. Raises `UnfitTemplate`."""
    version = publish(draft, frame, triggers)
    found = ((locale, sizes(variant, locale)) for locale, variant in version.by_locale.items())
    measured = {locale: size for locale, size in found if size}
    worst = {locale: size.longest for locale, size in measured.items()}
    long = [locale for locale, size in worst.items() if too_long(size.characters, size.segments)]
    if long:
        raise UnfitTemplate([replace(_TOO_LONG, locale=locale) for locale in long])
    return Looked(version, measured)


def render_draft(words: Words, locale: str, context: RenderContext) -> Message:
    """What a preview shows. Raises `UnfitTemplate`, `CannotRender`."""
    compiled = compile_version(finish(words, frame(locale)))
    return render(compiled, values_of(context, locale, compiled.reading))
