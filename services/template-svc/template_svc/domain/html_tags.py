"""The tags of HTML with their places, as browsers' tokenizers find them: in linear time, whatever it is."""

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

_BEGINS = re.compile(r"<(?:(?P<comment>!--)|(?P<closes>/)|(?P<declares>[!?])|(?P<tag>[a-zA-Z][^\s/>]*))")
_ATTRIBUTE = re.compile(
    r"""[\s/]*(?P<name>[^\s/>][^\s/>=]*)(?:\s*=\s*(?:"(?P<double>[^"]*)"|'(?P<single>[^']*)'|(?P<bare>[^\s>"'][^\s>]*)))?"""
)
_ENDS = re.compile(r"[\s/]*>")
_WORDS_ONLY = {name: re.compile(f"</{name}", re.IGNORECASE) for name in ("script", "style", "textarea", "title")}


@dataclass(frozen=True, slots=True)
class Found:
    """An opening tag; or a comment (`!--`) or declaration (`!`), by that name."""

    index: int
    name: str
    attributes: dict[str, str] = field(default_factory=dict)


def tags(text: str) -> Iterator[Found]:
    """In their order; what is not closed swallows the rest."""
    position: int | None = 0
    while position is not None and (begins := _BEGINS.search(text, position)):
        if name := begins["tag"]:
            attributes: dict[str, str] = {}
            position = _end_of_tag(text, begins.end(), attributes)
            if position is not None:
                yield Found(begins.start(), name.lower(), attributes)
                position = _after_words(text, name.lower(), position)
            continue
        if not begins["closes"]:
            yield Found(begins.start(), "!--" if begins["comment"] else "!")
        position = _after(text, "-->" if begins["comment"] else ">", begins.start() + 2)


def _after(text: str, mark: str, position: int) -> int | None:
    found = text.find(mark, position)
    return None if found < 0 else found + len(mark)


def _end_of_tag(text: str, position: int, attributes: dict[str, str]) -> int | None:
    """Where a tag ends; of attributes of one name the first counts."""
    while not (ends := _ENDS.match(text, position)):
        if not (attribute := _ATTRIBUTE.match(text, position)):
            return None
        value = attribute["double"] or attribute["single"] or attribute["bare"] or ""
        attributes.setdefault(attribute["name"].lower(), html.unescape(value))
        position = attribute.end()
    return ends.end()


def _after_words(text: str, name: str, position: int) -> int | None:
    """In some elements there are no tags but the one that closes them."""
    if name not in _WORDS_ONLY:
        return position
    closes = _WORDS_ONLY[name].search(text, position)
    return closes.start() if closes else None
