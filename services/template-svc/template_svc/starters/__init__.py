"""What a new company begins with: one frame, and emails, texts and calls by occasion, kept as files beside this one."""

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from contracts.deliveries import Channel
from template_svc.domain.drafts import Frame, Version, Words, publish, untold_by
from template_svc.domain.occasions import Untold, united
from template_svc.domain.variants import ENGLISH, Variants

_EMAIL = re.compile(
    r"name: (?P<name>.*)\nsubject: (?P<subject>.*)\npreheader: (?P<preheader>.*)\n"
    r"--- html\n(?P<html>.*)--- text\n(?P<text>.*)",
    re.DOTALL,
)
_SPOKEN = re.compile(r"name: (?P<name>.*)\nchannel: (?P<channel>sms|voice)\n--- text\n(?P<text>.*)\n", re.DOTALL)
_MARK = re.compile(r"\{\{ (lang|say\.\w+) \}\}")


@dataclass(frozen=True)
class Starter:
    """A template every company gets."""

    slug: str
    name: str
    channel: Channel
    words: Variants[Words]
    version: Variants[Version]
    untold: Untold


@cache
def frame(locale: str = ENGLISH) -> Frame:
    """The frame around every email in a language; its own words are English where it has none."""
    folder = files(__package__)
    words = _frame_words()
    said = {f"say.{name}": word for name, word in words.get(locale.partition("-")[0], words[ENGLISH]).items()}
    marks = said | {"lang": locale}

    def filled(source: str) -> str:
        return _MARK.sub(lambda mark: marks[mark[1]], source)

    return Frame(html=filled((folder / "layout.html").read_text()), text=filled((folder / "layout.txt").read_text()))


@cache
def _frame_words() -> dict[str, dict[str, str]]:
    return tomllib.loads((files(__package__) / "layout.toml").read_text())


@cache
def starters() -> tuple[Starter, ...]:
    """All starters, by slug."""
    found = (file for file in files(__package__).iterdir() if file.name.endswith(".liquid"))
    sources = {file.name.removesuffix(".liquid"): file.read_text() for file in sorted(found, key=str)}
    return tuple(starter_of(slug, sources) for slug in sources if "." not in slug)


def starter_of(slug: str, sources: dict[str, str]) -> Starter:
    """From `<slug>.liquid`, in English, and those of other languages beside it, `<slug>.es.liquid`."""
    name, main = _read(slug, sources[slug])
    others = {key.removeprefix(f"{slug}."): source for key, source in sources.items() if key.startswith(f"{slug}.")}
    words = {ENGLISH: main} | {locale: _read(f"{slug}.{locale}", source)[1] for locale, source in others.items()}
    variants = Variants(ENGLISH, words)
    return Starter(slug, name, main.channel, variants, publish(variants, frame), united(map(untold_by, words.values())))


def _read(slug: str, source: str) -> tuple[str, Words]:
    form = _SPOKEN.fullmatch(source) or _EMAIL.fullmatch(source)
    if form is None:
        raise ValueError(f"{slug} is not in the form of a starter")
    parts = form.groupdict()
    return parts.pop("name"), Words(Channel(parts.pop("channel", Channel.EMAIL)), **parts)
