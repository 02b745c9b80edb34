"""Words in several languages: one variant per locale, and which of them a reader gets."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import Generic, TypeVar

from babel import Locale, UnknownLocaleError

ENGLISH = "en"
MOST = 20

T = TypeVar("T")
U = TypeVar("U")


@dataclass(frozen=True)
class Variants(Generic[T]):
    """What there is, by locale (BCP 47)."""

    default: str
    """What readers of all other languages get."""
    by_locale: Mapping[str, T]

    @property
    def main(self) -> T:
        """The default variant."""
        return self.by_locale[self.default]

    @property
    def others(self) -> dict[str, T]:
        """All but the default."""
        return {locale: variant for locale, variant in self.by_locale.items() if locale != self.default}

    @cached_property
    def locales(self) -> tuple[str, ...]:
        """Of all variants, the default first."""
        return (self.default, *self.others)

    def locale_for(self, wanted: str) -> str:
        """Which of them a reader gets."""
        return nearest(wanted, self.locales)

    def nearest(self, wanted: str) -> T:
        """The variant a reader gets."""
        return self.by_locale[self.locale_for(wanted)]

    def led_by(self, wanted: str) -> "Variants[T]":
        """The same, with the variant as default that a reader of `wanted` gets."""
        return replace(self, default=self.locale_for(wanted))

    def map(self, change: Callable[[T], U]) -> "Variants[U]":
        """Each variant changed."""
        return Variants(self.default, {locale: change(variant) for locale, variant in self.by_locale.items()})


@lru_cache(maxsize=4096)
def nearest(wanted: str, locales: tuple[str, ...]) -> str:
    """Which of `locales` a reader gets: the most exact that fits, else the first (RFC 4647, 3.4: lookup)."""
    known = {locale.lower(): locale for locale in locales}
    steps = wanted.lower().split("-")
    while steps:
        if found := known.get("-".join(steps)):
            return found
        steps.pop()
        if steps and len(steps[-1]) == 1:
            steps.pop()
    return locales[0]


@lru_cache(maxsize=4096)
def told_in(wanted: str, locale: str) -> str:
    """Where values are worded: as the reader does, if that is a kind of the words' language, else as the words."""
    return wanted if f"{wanted}-".lower().startswith(f"{locale}-".lower()) else locale


def canonical(tag: str) -> str:
    """The tag, if it is a known locale in its usual form. Raises `ValueError`."""
    try:
        usual = str(Locale.parse(tag, sep="-")).replace("_", "-")
    except UnknownLocaleError as error:
        raise ValueError("is no locale, such as es or es-US") from error
    if usual != tag:
        raise ValueError(f"is written {usual}")
    return tag
