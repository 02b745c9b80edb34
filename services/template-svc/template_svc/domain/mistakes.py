"""What the parser says, in words for who writes emails: what is wrong, where, and what to do."""

import re
from collections.abc import Iterator
from itertools import islice

from liquid.exceptions import LiquidError

from template_svc.domain.blocks import BLOCKS, blocks, misplaced
from template_svc.domain.language import Language
from template_svc.domain.scan import MAX_FLAWS, Flaw, Span, flaw_at, spans

CANNOT_BE_READ = "this tag can't be read: compare it with the examples in the list of tags"
_LOOP = "a loop is written {% for line in job.lines %}; after the list may follow limit: 3, offset: 1 or reversed"
_ENDS_EARLY = "something is missing at the end of this condition: compare with a tag or a word, as in job.kind == 'job'"
_NAMES_NOTHING = "no tag is named here: write its name, as in {{ job.number }}"
_FILTER = "after | stands the name of a filter, as in {{ job.title | upcase }}"
_COMPARE = "to compare, write == (or !=, contains), as in {% if job.kind == 'job' %}"

# The parser's message, the kind of tag (`{{`, a name, or any), and what it means.
_MEANINGS: tuple[tuple[str, str, str], ...] = (
    (r"missing expression", "for", "{% for %} names no list: " + _LOOP),
    (r"missing expression", "case", "{% case %} names no tag: write {% case job.kind %}"),
    (r"missing expression", "when", "{% when %} names no word: write {% when 'job' %}"),
    (r"missing expression", "", "this condition says nothing: write {% if job.number %}"),
    (r"unexpected ['\"]\\?['\"]['\"]$", "", "a quote begins here and does not end: close it with the same sign"),
    (r"unexpected .[“”„‘’‚«»`´]", "", "this quote is not one that tags know: write straight ones, ' or \""),
    (r"unexpected .[{}]", "", "a brace stands alone here: a tag begins with {{ or {% and ends with }} or %}"),
    (r"unexpected .[-+*/]", "", "tags don't calculate: take this sign out"),
    (
        r"unknown operator|unexpected ['\"]",
        "",
        "this sign can't stand in a tag: take it out, or put quotes around the words",
    ),
    (r"found '='|found assign", "", _COMPARE),
    (r"disallowed parentheses", "", "conditions have no parentheses: write one {% if %} inside another"),
    (r"disallowed not operator", "", "there is no 'not': write {% unless ... %} instead of {% if not ... %}"),
    (
        r"disallowed ternary",
        "",
        "a tag has no 'if' in it: write {% if ... %} before it, {% else %} and {% endif %} after",
    ),
    (r"found an 'else' tag expression", "", "{% else %} takes no condition: write {% elsif ... %}"),
    (r"expected tag (endif|endunless), found tag", "", "there is one {% else %} in a block, and it is the last part"),
    (r"unexpected tag", "", "between {% case %} and the first {% when %} stands no other tag"),
    (r"inline comment", "", "each line of {% # a note %} begins with #"),
    (r"nesting limit", "", "blocks stand in one another too deep: up to ten are fine"),
    (r"comma separated list", "", "put a comma between what a filter takes, as in truncate: 20, '...'"),
    (r"expected word, found|found dpipe", "", _FILTER),
    (
        r"expected a primitive expression, found pipe",
        "",
        "nothing stands before |: name a tag, as in {{ job.title | upcase }}",
    ),
    (
        r"expected an identifier, found end|path segment|found '\.+'",
        "",
        "a tag's name has its parts between single dots, as in job.number",
    ),
    (r"identifier|expected in\b|'reversed'|\('colon',\)|expected a primitive", "for", _LOOP),
    (r"expected a primitive expression, found end", "{{", _NAMES_NOTHING),
    (r"expected a primitive expression, found end", "", _ENDS_EARLY),
    (
        r"found (string|integer|float|':')",
        "{{",
        "a filter has a colon before what it takes: {{ job.title | truncate: 20 }}",
    ),
    (
        r"found (or|and|contains)$",
        "{{",
        "a tag shows one thing; for words that stand in, write {{ job.title | default: 'your job' }}",
    ),
    (r"found word", "{{", "a tag's name has no blanks, and a filter has | before it, as in {{ job.title | upcase }}"),
    (r"expected end of expression", "", _COMPARE),
    (r"expected a primitive expression", "", _ENDS_EARLY),
)
_TABLE = tuple((re.compile(pattern), kind, meaning) for pattern, kind, meaning in _MEANINGS)


def explained(message: str, kind: str) -> str:
    """What the parser's message about a tag of this kind (`{{`, `if`, ...) means, generally where it is new."""
    for pattern, where, meaning in _TABLE:
        if where in ("", kind) and pattern.search(message):
            return meaning
    return CANNOT_BE_READ


def mistakes(part: str, source: str, language: Language, error: LiquidError) -> list[Flaw]:
    """Why a source can't be parsed: every tag that is at fault, or what the parser said of the whole."""
    flaws = [flaw_at(part, source, index, message) for index, message in misplaced(source)]
    flaws += (
        flaw_at(part, source, index, explained(message, kind), message)
        for index, message, kind in islice(_tag_by_tag(source, language), MAX_FLAWS)
    )
    if not flaws:
        raw = str(error.message)
        flaws = [flaw_at(part, source, error.token.start_index if error.token else 0, explained(raw, ""), raw)]
    return sorted(flaws, key=lambda flaw: (flaw.line, flaw.column))[:MAX_FLAWS]


def _tag_by_tag(source: str, language: Language) -> Iterator[tuple[int, str, str]]:
    """Where, what the parser said, and of which kind the tag is, for each that can't be read by itself."""
    names = {block.span.start: block.name for block in blocks(source)}
    for span in spans(source):
        kind = names.get(span.start, "{{") if source.startswith("{%", span.start) else "{{"
        if kind in _ALONE and (said := _said(source, span, *_ALONE[kind], language)):
            yield *said, kind


# What makes a whole of a tag that stands between others.
_ALONE = {
    "{{": ("", ""),
    "#": ("", ""),
    **{block: ("", f"{{% end{block} %}}") for block in BLOCKS if block != "comment"},
    "elsif": ("{% if job.number %}", "{% endif %}"),
    "else": ("{% if job.number %}", "{% endif %}"),
    "when": ("{% case job.kind %}", "{% endcase %}"),
}


def _said(source: str, span: Span, before: str, after: str, language: Language) -> tuple[int, str] | None:
    try:
        language.template(before + source[span.start : span.end] + after)
    except LiquidError as error:
        within = (error.token.start_index if error.token else 0) - len(before)
        return span.start + max(0, min(within, span.end - span.start - 1)), str(error.message)
    return None
