"""Which blocks of a source are left open, closed by nobody, or of no kind there is: told by the tags' names alone."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches

from template_svc.domain.scan import MAX_FLAWS, Span, spans

BLOCKS = ("if", "unless", "for", "case", "comment")
_BETWEEN = {"elsif": ("if", "unless"), "else": ("if", "unless", "for", "case"), "when": ("case",)}
KNOWN = (*BLOCKS, *_BETWEEN, *(f"end{block}" for block in BLOCKS))
_NAME = re.compile(r"\{%-?\s*(#|[^\s%#-]*)")
_MEANT = {"elseif": "elsif", "elif": "elsif", "end": "endif", "foreach": "for", "switch": "case"}

Mistake = tuple[int, str]
"""Where, and what."""


@dataclass(frozen=True, slots=True)
class Block:
    """A tag in `{% %}`; an inline comment has the name `#`."""

    name: str
    span: Span


def blocks(source: str) -> Iterator[Block]:
    """In their order; what stands in a comment is none."""
    silent = False
    for span in spans(source):
        if (name := _NAME.match(source, span.start, span.end)) and not (silent and name[1] != "endcomment"):
            silent = name[1] == "comment"
            yield Block(name[1], span)


def misplaced(source: str) -> list[Mistake]:
    """The first of them, as many as are told."""
    found: list[Mistake] = []
    around: list[Block] = []
    for block in blocks(source):
        if len(found) >= MAX_FLAWS:
            return found
        name = block.name
        if name in BLOCKS:
            around.append(block)
        elif name.startswith("end") and name in KNOWN:
            found += _closed(block, around)
        elif name in _BETWEEN:
            if not around or around[-1].name not in _BETWEEN[name]:
                found.append((block.span.start, _no_place(name)))
        elif name != "#":
            found.append((block.span.start, _unknown(name)))
    return found + [(open_.span.start, _left_open(open_.name)) for open_ in around[:MAX_FLAWS]]


def _closed(block: Block, around: list[Block]) -> Iterator[Mistake]:
    """What is open closes; those inside that are still open are told."""
    wanted = block.name.removeprefix("end")
    if all(open_.name != wanted for open_ in reversed(around)):
        yield block.span.start, f"{{% {block.name} %}} closes nothing: there is no {{% {wanted} %}} before it"
        return
    while (open_ := around.pop()).name != wanted:
        yield open_.span.start, _left_open(open_.name)


def _left_open(name: str) -> str:
    return f"{{% {name} %}} begins here and is not closed: write {{% end{name} %}} where it ends"


def _no_place(name: str) -> str:
    inside = " or ".join(f"{{% {block} %}}" for block in _BETWEEN[name])
    return f"{{% {name} %}} stands alone: it belongs between {inside} and its end"


def _unknown(name: str) -> str:
    if not name:
        return "{% %} says nothing: write what it is to do, such as {% if job.number %}, or take it out"
    near = _MEANT.get(name.lower()) or next(iter(get_close_matches(name.lower(), KNOWN, 1, 0.75)), None)
    hint = f"did you mean {{% {near} %}}?" if near else f"there are {', '.join((*BLOCKS, *_BETWEEN))}"
    return f"there is no {{% {name[:40]} %}}; {hint}"
