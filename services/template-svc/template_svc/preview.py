"""What authors' words come to, without a trace of them: checked, published, measured, and rendered as a preview."""

from collections.abc import Mapping, Set
from dataclasses import dataclass

from contracts.rendering import RenderContext
from contracts.triggers import Trigger
from template_svc.domain.drafts import Version, Words, finish, publish
from template_svc.domain.rendering import Message, compile_version, render
from template_svc.domain.sizes import TextSizes, sizes
from template_svc.domain.values import values_of
from template_svc.domain.variants import Variants
from template_svc.starters import frame


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
    measured = {locale: sizes(variant, locale) for locale, variant in version.by_locale.items()}
    return Looked(version, {locale: size for locale, size in measured.items() if size})


def render_draft(words: Words, locale: str, context: RenderContext) -> Message:
    """What a preview shows. Raises `UnfitTemplate`, `CannotRender`."""
    compiled = compile_version(finish(words, frame(locale)))
    return render(compiled, values_of(context, locale, compiled.reading))
