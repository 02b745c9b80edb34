"""What an author writes, and what becomes of it when it is published."""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, replace

from liquid.exceptions import BlockNestingError, LiquidError

from contracts.deliveries import Channel
from contracts.profiles import RuleEntry
from contracts.triggers import Trigger
from servicekit.errors import Unprocessable
from template_svc.domain import markup
from template_svc.domain.checking import check
from template_svc.domain.compiler import Beyond, write
from template_svc.domain.guards import guarded, published
from template_svc.domain.inlining import MOST_BYTES, inlined
from template_svc.domain.language import written
from template_svc.domain.occasions import Untold, Use, untold
from template_svc.domain.scan import Flaw, flaw_at
from template_svc.domain.variants import Variants

MAX_LENGTH = {"subject": 200, "preheader": 200, "html": 64_000, "text": 32_000}
MAX_SPOKEN = 1_600  # a text of ten segments, or two minutes of a call


class UnfitTemplate(Unprocessable):
    """This template has mistakes."""

    slug = "unfit-template"

    def __init__(self, flaws: list[Flaw], rules: Sequence[RuleEntry] = ()) -> None:
        first = flaws[0]
        where = f"{first.locale}, {first.part}" if first.locale else first.part
        names = ", ".join(f'"{rule.name}"' for rule in rules)
        super().__init__(
            f"{where}, line {first.line}, column {first.column}: {first.message}"
            + (f". Rules: {names}" if names else ""),
            flaws=[_told(flaw) for flaw in flaws],
            rules=[{"id": str(rule.id), "name": rule.name, "trigger": rule.trigger} for rule in rules],
        )
        self.flaws = flaws

    def because_of(self, rules: Iterable[RuleEntry]) -> "UnfitTemplate":
        """The same, naming those of the rules that stand in the way."""
        triggers = {trigger for flaw in self.flaws for trigger in flaw.triggers}
        return UnfitTemplate(self.flaws, [rule for rule in rules if rule.trigger in triggers])

    def of(self, locale: str) -> list[Flaw]:
        """Its mistakes, as those of one variant."""
        return [replace(flaw, locale=locale) for flaw in self.flaws]

    def __reduce__(self) -> tuple[type["UnfitTemplate"], tuple[list[Flaw]]]:
        """How it gets from one process to another."""
        return UnfitTemplate, (self.flaws,)


def _told(flaw: Flaw) -> dict[str, object]:
    """As the author reads it: the message says for which triggers it is one."""
    return {name: value for name, value in asdict(flaw).items() if name != "triggers"}


@dataclass(frozen=True)
class Words:
    """What an author writes in one language. Emails have subject and html, and may leave the text to be derived."""

    channel: Channel
    subject: str | None = None
    preheader: str | None = None
    """The line that mail programs show after the subject."""
    html: str | None = None
    text: str | None = None

    @property
    def parts(self) -> dict[str, str]:
        """The parts that are there."""
        parts = {"subject": self.subject, "preheader": self.preheader, "html": self.html, "text": self.text}
        return {name: source for name, source in parts.items() if source is not None}


@dataclass(frozen=True)
class Frame:
    """What surrounds every email: logo, colour, footer, styles. `{{ body }}` and `{{ preheader }}` mark the places."""

    html: str
    text: str


@dataclass(frozen=True)
class Version:
    """What is published, in one language, and never changes again. Empty parts belong to other channels."""

    channel: Channel
    subject: str
    html: str
    text: str

    @property
    def size(self) -> int:
        """In characters."""
        return len(self.subject) + len(self.html) + len(self.text)

    @property
    def digest(self) -> bytes:
        """The same for the same words, whoever published them."""
        return hashlib.sha256(repr((self.channel.value, self.subject, self.html, self.text)).encode()).digest()


def _missing_parts(words: Words) -> list[Flaw]:
    email = words.channel is Channel.EMAIL
    needed, optional = (("subject", "html"), ("preheader", "text")) if email else (("text",), ())
    flaws = [flaw_at(part, "", 0, "this part is needed") for part in needed if not words.parts.get(part, "").strip()]
    strange = (part for part in words.parts if part not in (*needed, *optional))
    return flaws + [flaw_at(part, "", 0, "only emails have this part") for part in strange]


def _long_parts(words: Words) -> list[Flaw]:
    limits = MAX_LENGTH if words.channel is Channel.EMAIL else MAX_LENGTH | {"text": MAX_SPOKEN}
    too_long = ((part, limits[part]) for part, source in words.parts.items() if len(source) > limits[part])
    return [
        flaw_at(part, "", 0, f"this part has {len(words.parts[part]):,} characters; {limit:,} are the most")
        for part, limit in too_long
    ]


def publish(draft: Variants[Words], frame: Callable[[str], Frame]) -> Variants[Version]:
    """The words of all languages, each in the frame of its own. Raises `UnfitTemplate` naming every mistake."""
    flaws: list[Flaw] = []
    finished: dict[str, Version] = {}
    for locale, words in draft.by_locale.items():
        try:
            finished[locale] = finish(words, frame(locale))
        except UnfitTemplate as unfit:
            flaws += unfit.of(locale)
    _refuse(flaws)
    return Variants(draft.default, finished)


def finish(words: Words, frame: Frame, triggers: Iterable[Trigger] = ()) -> Version:
    """The words of one language, checked, cleaned, guarded and framed; a draft is saved only if this would succeed.

    Raises `UnfitTemplate` naming every mistake; tags that one of `triggers` never tells are among them.
    """
    _refuse(_flaws(words, Use(words.channel, frozenset(triggers))))
    version = _email(words, frame) if words.channel is Channel.EMAIL else _spoken(words)
    _refuse(_not_to_compile(version))
    return version


def untold_by(words: Words) -> Untold:
    """Of words that are fit: the tags that they need, and that some triggers never tell."""
    parts = words.parts.items()
    return untold({source: written(html=part == "html").template(source) for part, source in parts}, words.channel)


def _flaws(words: Words, use: Use) -> list[Flaw]:
    """Of all parts; one that is missing, strange or too long is not read."""
    flaws = [*_missing_parts(words), *_long_parts(words)]
    unread = {flaw.part for flaw in flaws}
    for part, source in words.parts.items():
        if part not in unread:
            html = part == "html"
            flaws += check(part, source, html=html, use=use) or (markup.sanitise(source)[1] if html else [])
    return flaws


def _refuse(flaws: list[Flaw]) -> None:
    if flaws:
        raise UnfitTemplate(flaws)


def _spoken(words: Words) -> Version:
    return Version(words.channel, "", "", guarded("guard_text", words.text or ""))


def derived(words: Words) -> str | None:
    """The plain text of an email that has none of its own."""
    own = words.channel is not Channel.EMAIL or (words.text and words.text.strip())
    return None if own else markup.to_text(markup.sanitise(words.html or "")[0])


def _email(words: Words, frame: Frame) -> Version:
    body, _ = markup.sanitise(words.html or "")
    text = words.text if words.text and words.text.strip() else markup.to_text(body)
    if not text:
        _refuse(
            [
                flaw_at(
                    "text",
                    "",
                    0,
                    "this part is needed: what emails can have of the HTML has no words to derive it from",
                )
            ]
        )
    document = _fill(frame.html, guarded("guard_html", body), markup.from_text(words.preheader or ""))
    plain = _fill(frame.text, guarded("guard_text", text), "")
    finished = inlined(document)
    if len(finished.encode()) > MOST_BYTES:
        too_large = f"with its styles this email has over {MOST_BYTES // 1000} KB, and mail programs would cut it off"
        _refuse([flaw_at("html", "", 0, too_large)])
    return Version(words.channel, words.subject or "", markup.guard_attributes(finished), plain)


def _not_to_compile(version: Version) -> list[Flaw]:
    """Too much, or blocks that begin in an attribute and end outside: fit as Liquid and as HTML, but not as both."""
    parts = (("subject", version.subject, False), ("html", version.html, True), ("text", version.text, False))
    for part, source, html in parts:
        try:
            write(published(html=html).template(source))
        except Beyond as beyond:
            return [flaw_at(part, "", 0, str(beyond.message))]
        except BlockNestingError:
            return [flaw_at(part, "", 0, "blocks stand in one another too deep: up to ten are fine")]
        except LiquidError:
            return [flaw_at(part, "", 0, "a block must end in the same attribute or text that it began in")]
    return []


def _fill(frame: str, body: str, preheader: str) -> str:
    before, after = frame.split("{{ body }}")
    return before.replace("{{ preheader }}", preheader) + body + after
