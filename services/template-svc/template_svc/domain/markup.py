"""HTML with Liquid in it: cleaned, guarded, turned into plain text, without harming the Liquid."""

import html
import re
from collections.abc import Callable
from html.parser import HTMLParser

import nh3

from template_svc.domain.guards import SCHEMES, STYLES, guarded
from template_svc.domain.scan import Flaw, flaw_at, outside_tags, spans

# Without tbody: the parser would put its own around the first row only, inside a loop over rows.
_TAGS = {
    *("a", "abbr", "b", "blockquote", "br", "code", "div", "em", "h1", "h2", "h3", "h4", "hr", "i", "img", "li", "ol"),
    *("p", "pre", "s", "small", "span", "strong", "sub", "sup"),
    *("table", "td", "tfoot", "th", "thead", "tr", "u", "ul"),
}
_ATTRIBUTES = {
    "*": {"align", "class", "dir", "lang", "style", "title", "valign", "width", "height", "bgcolor", "role"},
    "a": {"href", "target"},
    "img": {"src", "alt", "border"},
    "table": {"border", "cellpadding", "cellspacing"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan", "scope"},
}
MARK = "data-fieldbell"  # an attribute that cleaning keeps where it is asked what it keeps


def _cleaner(**more: set[str]) -> nh3.Cleaner:
    return nh3.Cleaner(
        tags=_TAGS,
        attributes=_ATTRIBUTES | more,
        url_schemes=set(SCHEMES),
        strip_comments=False,
        filter_style_properties=set(STYLES),
        link_rel="noopener noreferrer",
    )


_CLEANER = _cleaner()
_MARKING_CLEANER = _cleaner(**{"*": _ATTRIBUTES["*"] | {MARK}})
_HTML_TAG = re.compile(r"<[^<>]*>")
_COMMENT = re.compile(r"<!--(.*?)-->", re.DOTALL)
_ATTRIBUTE = re.compile(r'([^\s="<>]+)="([^"]*)"')
_OPENING_TAG = re.compile(r'<[a-zA-Z][^\s<>"]*(?:\s+[^\s="<>]+(?:="[^"]*")?)*\s*/?>')
_GUARD_OF = {"style": "guard_style", "href": "guard_link", "src": "guard_link", "background": "guard_link"}


class Masked:
    """A source whose Liquid tags are replaced by words that no HTML tool minds."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.spans = list(spans(source))
        self.word = "fbliquid"
        while self.word in source:
            self.word += "x"
        self._mark = re.compile(rf"<!--{self.word}(\d+)z-->|{self.word}(\d+)z")
        self.text = self._hide()

    def _hide(self) -> str:
        """Each tag becomes `<word><n>z`."""
        parts, position = [], 0
        for n, span in enumerate(self.spans):
            parts += [self.source[position : span.start], f"{self.word}{n}z"]
            position = span.end
        return "".join([*parts, self.source[position:]])

    def control_tags_as_comments(self) -> str:
        """The text with `{% %}` between HTML tags as comments, which may stand anywhere, in tables too."""
        blocks = {n for n, span in enumerate(self.spans) if self.source.startswith("{%", span.start)}

        def comment(text: str) -> str:
            return self._mark.sub(lambda m: f"<!--{m[0]}-->" if int(m[2]) in blocks else m[0], text)

        return _between_html_tags(self.text, comment)

    def is_tag(self, text: str) -> bool:
        """Whether `text` stands for one Liquid tag, and nothing else."""
        return self._mark.fullmatch(text) is not None

    def order(self, text: str) -> list[int]:
        """The Liquid tags of `text`, as numbers, in the order they stand."""
        return [int(mark[1] or mark[2]) for mark in self._mark.finditer(text)]

    def around(self, text: str) -> tuple[str, str, str]:
        """What stands before the first Liquid tag, from there to the last, and after it."""
        marks = list(self._mark.finditer(text))
        start, end = marks[0].start(), marks[-1].end()
        return text[:start], text[start:end], text[end:]

    def reveal(self, text: str) -> str:
        """`text` with the Liquid tags back in their places."""

        def tag(mark: re.Match[str]) -> str:
            span = self.spans[int(mark[1] or mark[2])]
            return self.source[span.start : span.end]

        return self._mark.sub(tag, text)


def _between_html_tags(text: str, change: Callable[[str], str]) -> str:
    parts, position = [], 0
    for tag in _HTML_TAG.finditer(text):
        parts += [change(text[position : tag.start()]), tag[0]]
        position = tag.end()
    return "".join([*parts, change(text[position:])])


def sanitise(source: str) -> tuple[str, list[Flaw]]:
    """An email's body without anything that could run or hide; or flaws, where Liquid stands in an impossible place."""
    masked = Masked(source)
    clean = _CLEANER.clean(masked.control_tags_as_comments())
    clean = _COMMENT.sub(lambda m: m[0] if masked.is_tag(m[0]) else "", clean)  # an author's would hide what follows
    survived = masked.order(clean)
    if survived == list(range(len(masked.spans))):
        return masked.reveal(clean), []
    # Gone, moved, or there twice: HTML repeats links and the like in each block that they reach into.
    lost = next((n for n in range(len(masked.spans)) if survived[n : n + 1] != [n]), survived[-1] if survived else 0)
    return "", [
        flaw_at(
            "html", source, masked.spans[lost].start, "a tag can't stand here: emails can't have the HTML around it"
        )
    ]


def marking(masked: Masked) -> str:
    """What cleaning leaves, of tags that have a `MARK`; for looking at only, with words for Liquid tags."""
    return _MARKING_CLEANER.clean(masked.control_tags_as_comments())


def guard_attributes(source: str) -> str:
    """The source with a guard in each attribute that data can change.

    Takes HTML as the cleaner writes it: attributes in double quotes, no `<` but that of a tag. With the guards in, a
    block that begins in an attribute and ends outside does not parse, and so is found.
    """
    masked = Masked(source)

    def guard(attribute: re.Match[str]) -> str:
        name, value = attribute.groups()
        if not masked.order(value):
            return attribute[0]
        before, changing, after = masked.around(value) if name == "style" else ("", value, "")
        return f'{name}="{before}{guarded(_GUARD_OF.get(name, "guard_value"), changing)}{after}"'

    return masked.reveal(_OPENING_TAG.sub(lambda tag: _ATTRIBUTE.sub(guard, tag[0]), masked.text))


def from_text(source: str) -> str:
    """Words with Liquid in them, for a place in HTML."""
    return outside_tags(source, html.escape)


class _Words(HTMLParser):
    """Collects what a reader sees: paragraphs apart, table cells side by side, links with their address."""

    _PARAGRAPHS = frozenset({"p", "h1", "h2", "h3", "h4", "table", "ul", "ol", "blockquote", "pre", "hr"})
    _LINES = frozenset({"div", "tr", "li", "br"})

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.words: list[str] = []
        self._href: str | None = None
        self._start = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._break(tag)
        if tag == "li":
            self.words.append("- ")
        elif tag == "a":
            self._href, self._start = dict(attrs).get("href"), len(self.words)

    def handle_endtag(self, tag: str) -> None:
        if tag in {"td", "th"}:
            self.words.append(" ")
        elif tag == "a" and self._href:
            said = "".join(self.words[self._start :]).strip()
            address = self._href.removeprefix("mailto:").removeprefix("tel:")
            self.words.append("" if said == address else f" ({address})" if said else address)
            self._href = None
        elif tag != "br":
            self._break(tag)

    def handle_data(self, data: str) -> None:
        self.words.append(re.sub(r"\s+", " ", data))

    def _break(self, tag: str) -> None:
        if tag in self._PARAGRAPHS:
            self.words.append("\n\n")
        elif tag in self._LINES:
            self.words.append("\n")


def tidy(text: str) -> str:
    """Plain text without trailing blanks and without more than one empty line."""
    if " \n" in text or "\n " in text or "\t" in text:
        text = "\n".join(line.strip(" \t") for line in text.split("\n"))
    while "\n\n\n" in text:  # a third fewer each time; the pattern for it takes three times as long
        text = text.replace("\n\n\n", "\n\n")
    return text.strip()


def to_text(source: str) -> str:
    """The plain-text twin of an email's body."""
    masked = Masked(source)
    words = _Words()
    words.feed(masked.text)
    words.close()
    return masked.reveal(tidy("".join(words.words)))
