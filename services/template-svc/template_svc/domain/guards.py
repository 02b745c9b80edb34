"""Tags of our own around what data must not take over: links, styles, and a message that would be empty."""

import html
import re
from functools import cache, lru_cache
from typing import TextIO

from liquid import BlockNode, Node, RenderContext, Tag, Token, TokenStream
from liquid.exceptions import LiquidError
from liquid.parser import get_parser
from liquid.token import TOKEN_TAG

from template_svc.domain.language import Context, Language

SCHEMES = frozenset({"http", "https", "mailto", "tel", "sms"})
STYLES = frozenset(
    {
        *("background-color", "border", "border-bottom", "border-collapse", "border-left", "border-radius"),
        *("border-right", "border-spacing", "border-top", "color", "display", "font-family", "font-size"),
        *("font-style", "font-weight", "height", "letter-spacing", "line-height", "list-style-type", "margin"),
        *("margin-bottom", "margin-left", "margin-right", "margin-top", "max-width", "min-width", "padding"),
        *("padding-bottom", "padding-left", "padding-right", "padding-top", "text-align", "text-decoration"),
        *("text-transform", "vertical-align", "white-space", "width", "word-break"),
    }
)
USUAL_STYLE = 200  # characters; longer ones are not kept in mind

_IGNORED_BY_BROWSERS = re.compile(r"[\x00-\x20\x7f-\x9f\u200b-\u200f\u2028\u2029\ufeff]")
_SCHEME = re.compile(r"([^/?#]*?):")
_UNSAFE_STYLE = re.compile(r"[\\@<>{}\[\]\n\r\f]|/\*|url\s*\(|expression\s*\(|javascript:", re.IGNORECASE)
_STRANGE_ENTITY = re.compile("&(?!(?:amp|lt|gt|quot|nbsp|#34|#39);)")  # browsers read others unlike us
_CLOSED = re.compile(r"""'[^'"()]*'|"[^'"()]*"|\([^'"()]*\)""")
_OPEN = re.compile(r"""['"()]""")  # could end a string of the author's, and so free what is in it
_VISIBLE = re.compile(r">[^<>&\w]{0,80}\w")  # the usual case, seen at once
_MARKUP = re.compile(r"<(?!img\b)[^>]*>")


class EmptyMessage(LiquidError):
    """Nothing is left to say (D14)."""


def safe_link(value: str) -> str:
    """The link, or `#` where its scheme could run something (fault 47). `value` is an HTML attribute's text."""
    if value.startswith(("https://", "http://", "mailto:", "tel:")):
        return value
    scheme = _SCHEME.match(_IGNORED_BY_BROWSERS.sub("", html.unescape(value)))
    return value if scheme is None or scheme[1].lower() in SCHEMES else "#"


def safe_style(value: str) -> str:
    """The part of a style that tags can change: in it one value ends, others may follow, and the last one begins.

    Nothing where it holds more than plain declarations of `STYLES`. Mostly they are a company's colours, again and
    again the same.
    """
    return _looked_at(value) if len(value) <= USUAL_STYLE else _safe_style(value)


def _safe_style(value: str) -> str:
    said = html.unescape(value)
    unsafe = _UNSAFE_STYLE.search(said) or _STRANGE_ENTITY.search(value) or _OPEN.search(_CLOSED.sub("", said))
    return "" if unsafe or not all(map(_is_known, said.split(";")[1:])) else value


_looked_at = lru_cache(maxsize=2048)(_safe_style)


def _is_known(declaration: str) -> bool:
    name, colon, _ = declaration.partition(":")
    return not declaration.strip() or (bool(colon) and name.strip().lower() in STYLES)


def not_empty(value: str) -> str:
    """The body as it is. Raises `EmptyMessage` where it shows nothing."""
    if not _VISIBLE.search(value) and not html.unescape(_MARKUP.sub("", value)).strip():
        raise EmptyMessage("the message is empty", token=None)
    return value


def body_not_empty(value: str) -> str:
    """The plain text as it is. Raises `EmptyMessage` where it is blank."""
    if not value.strip():
        raise EmptyMessage("the message is empty", token=None)
    return value


def any_value(value: str) -> str:
    """What is escaped already, and nothing else to fear."""
    return value


GUARDS = {
    "guard_value": any_value,
    "guard_link": safe_link,
    "guard_style": safe_style,
    "guard_html": not_empty,
    "guard_text": body_not_empty,
}


class GuardNode(Node):
    """Renders what it encloses, then lets its guard look at the whole."""

    __slots__ = ("block", "guard")

    def __init__(self, token: Token, block: BlockNode) -> None:
        super().__init__(token)
        self.block = block
        self.guard = GUARDS[token.value]
        self.blank = False

    def render_to_output(self, context: RenderContext, buffer: TextIO) -> int:
        """Write what the guard lets through."""
        inner = context.get_buffer(buffer)
        self.block.render(context, inner)
        said = inner.getvalue()
        if self.guard is not any_value:
            assert isinstance(context, Context)
            said = context.work.guarded(self.guard, said)
        return buffer.write(said)

    def children(self, static_context: RenderContext, *, include_partials: bool = True) -> list[Node]:  # noqa: ARG002
        """The enclosed block."""
        return [self.block]


class GuardTag(Tag):
    """Parses `{% guard_x %}...{% endguard_x %}`."""

    def parse(self, stream: TokenStream) -> Node:
        """Parse the enclosed block."""
        token = stream.eat(TOKEN_TAG)
        block = get_parser(self.env).parse_block(stream, frozenset({self.end}))
        stream.expect(TOKEN_TAG, value=self.end)
        return GuardNode(token, block)


def guarded(name: str, source: str) -> str:
    """`source` inside the guard `name`."""
    return f"{{% {name} %}}{source}{{% end{name} %}}"


@cache
def published(*, html: bool) -> Language:
    """The language of published versions: the authors', and the guards that publishing put in."""
    tags = (type("Guard", (GuardTag,), {"name": name, "end": f"end{name}"}) for name in GUARDS)
    return Language(html=html, extra_tags=tuple(tags))
