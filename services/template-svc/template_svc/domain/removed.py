"""What cleaning takes out of an email's HTML, and where its author wrote it: told, so that nobody wonders."""

import re
from collections import Counter
from collections.abc import Iterator

from template_svc.domain.guards import SCHEMES
from template_svc.domain.html_tags import Found, tags
from template_svc.domain.markup import MARK, Masked, marking
from template_svc.domain.scan import MAX_FLAWS, Flaw, flaw_at, spans

_HARMLESS = frozenset({"tbody"})  # tables look the same without
_REASONS = {
    "!": "a declaration was taken out: every email gets its own",
    "!--": "a comment was taken out: for words to the office there is {% comment %}",
    **dict.fromkeys(("script", "style"), "<{}> was taken out, with all that it holds"),
    **dict.fromkeys(("html", "head", "body", "title", "meta"), "<{}> was taken out: every email gets its own"),
}
_LINKS = frozenset({"href", "src"})
_LONGEST_NAME = 40

# Left open, they are opened anew in whatever follows (HTML, 13.2.4.3); beyond so many times nothing else is looked for.
_REOPENED = frozenset({"b", "big", "code", "em", "font", "i", "s", "small", "strike", "strong", "tt", "u"})
_MOST_REOPENED = 50_000
_CLOSES = re.compile(r"</([a-zA-Z]+)")

_HIDDEN_IN_STYLES = re.compile(r"""'[^']*'|"[^"]*"|\([^()]*\)""")
_PROPERTY = re.compile(r"(?:^|;)\s*([-\w]+)\s*:")


def removed(source: str) -> list[Flaw]:
    """What `sanitise` takes out, each kind once, at its first place: to know, not to mend."""
    filled = _filled(source)
    written = list(tags(filled))
    if left_open := _left_open(filled, written):
        return _grouped(source, left_open)
    kept = {tag.attributes[MARK]: tag for tag in tags(_marked(source, written)) if MARK in tag.attributes}
    found = [(tag.index, message) for n, tag in enumerate(written) for message in _lost(tag, kept.get(str(n)))]
    return _grouped(source, found)


def _left_open(filled: str, written: list[Found]) -> list[tuple[int, str]]:
    """Where so many are that to tell them apart would take too long."""
    begun = [tag for tag in written if tag.name in _REOPENED]
    left = Counter(tag.name for tag in begun) - Counter(closes[1].lower() for closes in _CLOSES.finditer(filled))
    if left.total() * len(written) <= _MOST_REOPENED:
        return []
    return [(tag.index, f"a <{tag.name}> is not closed: write </{tag.name}>") for tag in begun if tag.name in left]


def _filled(source: str) -> str:
    """The source with letters over its Liquid, so that all else is where it was."""
    parts, position = [], 0
    for span in spans(source):
        parts += [source[position : span.start], "l" * (span.end - span.start)]
        position = span.end
    return "".join([*parts, source[position:]])


def _marked(source: str, written: list[Found]) -> str:
    """What cleaning leaves of the source where each tag has its number."""
    parts, position = [], 0
    for number, tag in enumerate(written):
        if not tag.name.startswith("!"):
            after_name = tag.index + 1 + len(tag.name)
            parts += [source[position:after_name], f' {MARK}="{number}"']
            position = after_name
    return marking(Masked("".join([*parts, source[position:]])))


def _lost(written: Found, kept: Found | None) -> Iterator[str]:
    name = written.name[:_LONGEST_NAME]
    if kept:
        yield from _lost_of(written, kept)
    elif name not in _HARMLESS:
        yield _REASONS.get(name, "<{}> was taken out").replace("{}", name)


def _lost_of(written: Found, kept: Found) -> Iterator[str]:
    for name in written.attributes.keys() - kept.attributes.keys():
        why = f": it must begin with {', '.join(sorted(SCHEMES))}" if name in _LINKS else ""
        yield f"{name[:_LONGEST_NAME]} of <{written.name}> was taken out{why}"
    before, after = (_properties(tag.attributes.get("style", "")) for tag in (written, kept))
    for name in before - after:
        yield f"{name[:_LONGEST_NAME]} in the style of <{written.name}> was taken out"


def _properties(style: str) -> set[str]:
    return {name.lower() for name in _PROPERTY.findall(_HIDDEN_IN_STYLES.sub("", style))}


def _grouped(source: str, found: list[tuple[int, str]]) -> list[Flaw]:
    times = Counter(message for _, message in found)
    first = {message: index for index, message in reversed(found)}
    flaws = [
        flaw_at("html", source, index, message + (f" ({times[message]} times)" if times[message] > 1 else ""))
        for message, index in sorted(first.items(), key=lambda pair: (pair[1], pair[0]))
    ]
    return flaws[:MAX_FLAWS]
