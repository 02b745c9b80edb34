"""What clients of the templates API send and get."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from contracts.deliveries import Channel
from contracts.profiles import RuleEntry, TemplateState
from contracts.values import Locale
from servicekit.http import Body
from template_svc.domain.drafts import Words
from template_svc.domain.sizes import TextSizes
from template_svc.domain.variants import MOST, Variants, canonical
from template_svc.looking import Fit
from template_svc.store import templates as store

Name = Annotated[str, Field(min_length=1, max_length=120)]
LocaleTag = Annotated[Locale, AfterValidator(canonical)]


class WordsIn(Body):
    """The words of a template in one language; spaces stay, so that lines and columns are the author's."""

    model_config = ConfigDict(str_strip_whitespace=False)

    subject: str | None = None
    preheader: str | None = None
    html: str | None = None
    text: str | None = None

    def words(self, channel: Channel) -> Words:
        """The words as the domain takes them."""
        return Words(channel, self.subject, self.preheader, self.html, self.text)


class Draft(Body):
    """A template as its author writes it, in one language or several."""

    name: Name
    default_locale: LocaleTag
    """The variant that readers of all other languages get."""
    variants: Annotated[dict[LocaleTag, WordsIn], Field(min_length=1, max_length=MOST)]
    """The words, by locale (BCP 47): a reader of `es-US` gets those of `es-US`, else of `es`."""

    @model_validator(mode="after")
    def _has_its_default(self) -> Self:
        if self.default_locale not in self.variants:
            raise ValueError("the default locale is none of the variants")
        return self

    def words(self, channel: Channel) -> Variants[Words]:
        """The words as the domain takes them."""
        return Variants(self.default_locale, {locale: w.words(channel) for locale, w in self.variants.items()})


class NewTemplate(Draft):
    """A template to create; its channel stays."""

    channel: Channel = Channel.EMAIL


class WordsOut(BaseModel):
    """The words of a template in one language."""

    model_config = ConfigDict(from_attributes=True)

    subject: str | None
    preheader: str | None
    html: str | None
    text: str | None


class RuleUse(BaseModel):
    """A rule of the notifier that sends a template's words."""

    id: UUID
    name: str
    trigger: str
    active: bool


class TemplateOut(BaseModel):
    """A template with its draft."""

    id: UUID
    version: int
    name: str
    channel: Channel
    state: TemplateState
    default_locale: str
    variants: dict[str, WordsOut]
    published_version: int | None
    changed_since_published: bool
    created_at: datetime
    updated_at: datetime
    updated_by: str
    updated_by_name: str | None
    """What their token called them then."""
    used_by: list[RuleUse]
    """The rules that send it, by name; a rule changed a moment ago may not be here yet."""

    @classmethod
    def of(cls, template: store.Template, rules: Iterable[RuleEntry]) -> "TemplateOut":
        """The template as clients see it."""
        used_by = [vars(rule) for rule in rules]
        return cls.model_validate({**vars(template), **_words(template.words), "used_by": used_by})


class VersionLine(BaseModel):
    """That a version was published; its words are at its own address."""

    number: int
    published_at: datetime
    published_by: str
    published_by_name: str | None
    current: bool
    """It is the one in use, unless the template is archived."""


class TemplateDetail(TemplateOut):
    """One template, and what its draft would cost."""

    sizes: dict[str, TextSizes]
    """Of a text, by locale and by sample values: the least and the most that it takes."""

    @classmethod
    def measured(cls, plain: TemplateOut, sizes: Mapping[str, TextSizes]) -> "TemplateDetail":
        """The template as its author sees it."""
        return cls(**vars(plain), sizes=dict(sizes))


class FlawOut(BaseModel):
    """Something at a place of a draft; line and column count from 1."""

    model_config = ConfigDict(from_attributes=True)

    locale: str
    part: str
    line: int
    column: int
    message: str
    detail: str
    """What the parser of the language said, where it is about that; else empty."""


class TemplateSaved(TemplateDetail):
    """A template as it was just saved."""

    warnings: list[FlawOut]
    """What emails can't have, and so was left out of what is sent; the draft keeps it."""

    @classmethod
    def saved(cls, plain: TemplateOut, fit: Fit) -> "TemplateSaved":
        """The template as its author sees it."""
        return cls.model_validate({**vars(plain), "sizes": fit.sizes, "warnings": fit.warnings})


class VersionOut(BaseModel):
    """A published version, as it was written."""

    template_id: UUID
    number: int
    channel: Channel
    default_locale: str
    variants: dict[str, WordsOut]
    published_at: datetime
    published_by: str
    published_by_name: str | None

    @classmethod
    def of(cls, template_id: UUID, version: store.PublishedVersion) -> "VersionOut":
        """The version as clients see it."""
        channel = version.words.main.channel
        return cls.model_validate(
            {"template_id": template_id, "channel": channel, **vars(version), **_words(version.words)}
        )


def _words(words: Variants[Words]) -> dict[str, Any]:
    return {"default_locale": words.default, "variants": words.by_locale}
