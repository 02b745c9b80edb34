"""What a new company begins with: one frame, and emails, texts and calls by occasion, kept as files beside this one."""

import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from contracts.deliveries import Channel
from template_svc.domain.drafts import Frame, Version, Words, publish

_EMAIL = re.compile(
    r"name: (?P<name>.*)\nsubject: (?P<subject>.*)\npreheader: (?P<preheader>.*)\n"
    r"--- html\n(?P<html>.*)--- text\n(?P<text>.*)",
    re.DOTALL,
)
_SPOKEN = re.compile(r"name: (?P<name>.*)\nchannel: (?P<channel>sms|voice)\n--- text\n(?P<text>.*)\n", re.DOTALL)


@dataclass(frozen=True)
class Starter:
    """A template every company gets."""

    slug: str
    name: str
    words: Words
    version: Version


@cache
def frame() -> Frame:
    """The frame around every email."""
    folder = files(__package__)
    return Frame(html=(folder / "layout.html").read_text(), text=(folder / "layout.txt").read_text())


@cache
def starters() -> tuple[Starter, ...]:
    """All starters, by slug."""
    found = (file for file in files(__package__).iterdir() if file.name.endswith(".liquid"))
    return tuple(_starter(file.name.removesuffix(".liquid"), file.read_text()) for file in sorted(found, key=str))


def _starter(slug: str, source: str) -> Starter:
    form = _SPOKEN.fullmatch(source) or _EMAIL.fullmatch(source)
    if form is None:
        raise ValueError(f"{slug} is not in the form of a starter")
    parts = form.groupdict()
    name, channel = parts.pop("name"), Channel(parts.pop("channel", Channel.EMAIL))
    words = Words(channel, **parts)
    return Starter(slug, name, words, publish(words, frame()))
