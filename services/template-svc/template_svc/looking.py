"""A draft in all its languages, looked at one after the other, so that a company with many keeps no other waiting."""

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, replace
from uuid import UUID

from contracts.profiles import RuleEntry
from contracts.triggers import Trigger
from template_svc.aside import CPU_SECONDS, Aside
from template_svc.domain.drafts import UnfitTemplate, Version, Words
from template_svc.domain.occasions import Untold, united
from template_svc.domain.refusals import CannotRender
from template_svc.domain.scan import Flaw
from template_svc.domain.sizes import TextSizes
from template_svc.domain.variants import Variants
from template_svc.preview import Looked, look_at
from template_svc.store.rules import triggers_of


@dataclass(frozen=True)
class Fit:
    """A draft that may be saved."""

    version: Variants[Version]
    """As it would be published."""
    sizes: Mapping[str, TextSizes]
    """Of a text, by locale."""
    warnings: Sequence[Flaw]
    """What will be taken out of it."""
    untold: Untold
    derived: Mapping[str, str]
    """Of emails without a plain text of their own: the one that is sent, by locale."""


async def look(aside: Aside, company_id: UUID, words: Variants[Words], triggers: Set[Trigger] = frozenset()) -> Fit:
    """The words as they would be published on these occasions; no transaction waits for it.

    Raises `UnfitTemplate` naming every mistake, up to the language that takes too much.
    """
    looked: dict[str, Looked] = {}
    flaws: list[Flaw] = []
    async with aside.place(company_id) as place:
        for locale, variant in words.by_locale.items():
            try:
                looked[locale] = await place.call(CPU_SECONDS, look_at, variant, locale, triggers)
            except UnfitTemplate as unfit:
                flaws += unfit.of(locale)
            except CannotRender as refusal:
                flaws.append(Flaw("html" if variant.html else "text", 1, 1, refusal.detail, locale))
                break
    if flaws:
        raise UnfitTemplate(flaws)
    sizes = {locale: each.size for locale, each in looked.items() if each.size}
    version = Variants(words.default, {locale: each.version for locale, each in looked.items()})
    warnings = [replace(w, locale=locale) for locale, each in looked.items() for w in each.warnings]
    derived = {locale: each.derived for locale, each in looked.items() if each.derived is not None}
    return Fit(version, sizes, warnings, united(each.untold for each in looked.values()), derived)


async def look_for(aside: Aside, company_id: UUID, words: Variants[Words], rules: Sequence[RuleEntry]) -> Fit:
    """The words as they would be published for these rules. Raises `UnfitTemplate`, which names those in the way."""
    try:
        return await look(aside, company_id, words, triggers_of(rules))
    except UnfitTemplate as unfit:
        raise unfit.because_of(rules) from None
