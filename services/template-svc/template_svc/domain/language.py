"""The Liquid that people may write: few tags, few filters, every limit on, and a missing value is loud."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache, partial
from io import StringIO
from typing import Any, ClassVar, Never, TextIO

from liquid import BlockNode, BoundTemplate, Environment, Node, RenderContext, Tag, Token, Undefined
from liquid.builtin.content import Literal
from liquid.builtin.expressions import LoopExpression, Path
from liquid.builtin.expressions.logical import ContainsExpression
from liquid.builtin.illegal import Illegal
from liquid.builtin.output import Output, OutputNode
from liquid.builtin.tags.case_tag import CaseNode, CaseTag, MultiExpressionBlockNode, _AnyExpression
from liquid.builtin.tags.comment_tag import CommentTag
from liquid.builtin.tags.for_tag import ForNode, ForTag
from liquid.builtin.tags.if_tag import IfTag
from liquid.builtin.tags.inline_comment_tag import InlineCommentTag
from liquid.builtin.tags.unless_tag import UnlessTag
from liquid.exceptions import UndefinedError
from liquid.expression import Expression
from liquid.mode import Mode
from liquid.stringify import to_liquid_string
from liquid.undefined import UNDEFINED

from template_svc.domain.filters import FILTERS
from template_svc.domain.work import MAX_LOOP, MAX_OUTPUT, Work, full

MAX_FILTERS = 8  # in one tag
CONTAINS = 10  # times as costly as a comparison


class MissingValue(UndefinedError):
    """A tag without a value was used with neither `default` nor an `if` around it (G9)."""

    def __init__(self, tag: str, token: Token | None) -> None:
        super().__init__(f"{tag} has no value", token=token)
        self.tag = tag


class Missing(Undefined):
    """An absent value: false in conditions, nothing in loops, replaced by `default`; anything else raises."""

    __slots__ = ()

    def _refuse(self, *_: object) -> Never:
        raise MissingValue(self.name, self.token)

    __str__ = __int__ = __getitem__ = _refuse


class Out(StringIO):
    """A buffer that stops a part that grows without end."""

    def __init__(self, room: int = MAX_OUTPUT) -> None:
        super().__init__()
        self.room = room

    def write(self, text: str) -> int:
        """Append; raises `OutputStreamLimitError` when full."""
        self.room -= len(text)
        if self.room < 0:
            raise full()
        return super().write(text)


class Context(RenderContext):
    """Plain dictionaries in, whole tag names in complaints, loops and filters charged for the work they cause."""

    def __init__(self, template: BoundTemplate, *, globals: Mapping[str, object]) -> None:
        super().__init__(template, globals=globals)
        self.work = Work()
        self.autoescape = False  # else Liquid takes literals for markup; `EscapedNode` escapes what it writes

    def get(self, path: list[Any], *, token: Token | None, default: object = UNDEFINED) -> object:  # noqa: ARG002
        """The value at `path`, `Missing` where there is none."""
        try:
            found: Any = self.scope[path[0]]
            for step in path[1:]:
                found = found[step]
        except (KeyError, TypeError):
            found = super().get(path, token=token, default=None)  # `first`, `last`, `size`
        return Missing(".".join(map(str, path)), token=token) if found is None else found

    def filter(self, name: str, token: Token | None) -> Callable[..., object]:
        """The filter, charged for the characters it handles; `default` only chooses."""
        function = super().filter(name, token)
        return function if name == "default" else partial(self.work.filtered, function)

    def get_buffer(self, buf: TextIO | None = None) -> StringIO:
        """A buffer for a block whose output is looked at; it has the room that is left."""
        return Out(buf.room) if isinstance(buf, Out) else Out()


class Template(BoundTemplate):
    """A parsed template that renders one mapping under the limits."""

    context_class = Context

    def fill(self, values: Mapping[str, object]) -> str:
        """Render with `values`. Raises `liquid.exceptions.LiquidError`."""
        out = Out()
        self.render_with_context(Context(self, globals=values), out)
        return out.getvalue()


def children_of(node: Node) -> Iterable[Node]:
    """The nodes inside a node; nothing is loaded from elsewhere, so no context is needed."""
    return node.children(None)  # type: ignore[arg-type]


def asked(template: BoundTemplate) -> frozenset[tuple[str, ...]]:
    """The paths of all tags in a template, as their steps."""
    return frozenset(path for node in template.nodes for path in _asked(node))


def _asked(node: Node) -> Iterator[tuple[str, ...]]:
    for expression in node.expressions():
        yield from _paths(expression)
    for child in children_of(node):
        yield from _asked(child)


def _paths(expression: Expression) -> Iterator[tuple[str, ...]]:
    if isinstance(expression, Path):
        yield tuple(map(str, expression.path))
    for child in expression.children():
        yield from _paths(child)


def size_of(node: Node) -> int:
    """How many tags, texts and terms a node holds, itself included."""
    return 1 + sum(map(size_of, children_of(node))) + sum(map(_terms_of, node.expressions()))


def _terms_of(expression: Expression) -> int:
    own = CONTAINS if isinstance(expression, ContainsExpression) else 1 if len(list(expression.children())) > 1 else 0
    return own + sum(map(_terms_of, expression.children()))


class CountedFor(ForNode):
    """`for`, charged for its iterations times what it holds."""

    __slots__ = ("size",)

    def __init__(
        self, token: Token, expression: LoopExpression, block: BlockNode, default: BlockNode | None = None
    ) -> None:
        super().__init__(token, expression, block, default)
        self.size = size_of(block)

    def render_to_output(self, context: RenderContext, buffer: TextIO) -> int:
        """Charge, then loop."""
        assert isinstance(context, Context)
        _, length = self.expression.evaluate(context)
        context.work.charge(length * self.size)
        return super().render_to_output(context, buffer)


class CountedForTag(ForTag):
    """Parses `for` into a `CountedFor`."""

    node_class = CountedFor


class AnyOf(Expression):
    """Is it one of these? Liquid's own would render the block once for each that it is."""

    def __init__(self, several: _AnyExpression) -> None:
        super().__init__(several.token)
        self.several = several

    def evaluate(self, context: RenderContext) -> list[bool]:
        """One answer."""
        return [any(self.several.evaluate(context))]

    def children(self) -> list[Expression]:
        """What is compared: the first with each of the others."""
        return [self.several.left, *self.several.expressions]


class SingleCase(CaseNode):
    """`case` whose blocks are rendered once at most."""

    def __init__(
        self, token: Token, expression: Expression, blocks: list[MultiExpressionBlockNode | BlockNode]
    ) -> None:
        super().__init__(token, expression, blocks)
        for block in blocks:
            if isinstance(block, MultiExpressionBlockNode):
                block.expression = AnyOf(block.expression)  # type: ignore[assignment]


class SingleCaseTag(CaseTag):
    """Parses `case` into a `SingleCase`."""

    node_class = SingleCase


class EscapedNode(OutputNode):
    """`{{ }}`, whose literals are words like all others: escaped in HTML."""

    __slots__ = ()

    def render_to_output(self, context: RenderContext, buffer: TextIO) -> int:
        """Write the value."""
        return buffer.write(to_liquid_string(self.expression.evaluate(context), context.env.autoescape))


class Escaped(Output):
    """Parses `{{ }}` into an `EscapedNode`."""

    node_class = EscapedNode


TAGS: tuple[type[Tag], ...] = (IfTag, UnlessTag, SingleCaseTag, CountedForTag, CommentTag, InlineCommentTag)


class Language(Environment):
    """An environment with our tags and filters and no others; nothing is loaded from anywhere."""

    template_class = Template
    block_nesting_limit: ClassVar[int] = 12
    context_depth_limit: ClassVar[int] = 12
    loop_iteration_limit: ClassVar[int | None] = MAX_LOOP
    local_namespace_limit: ClassVar[int | None] = 1  # nothing allowed can fill it
    output_stream_limit: ClassVar[int | None] = MAX_OUTPUT

    def __init__(self, *, html: bool, extra_tags: tuple[type[Tag], ...] = ()) -> None:
        self._extra_tags = extra_tags
        super().__init__(undefined=Missing, autoescape=html)

    def setup_tags_and_filters(self, *, extra: bool = False) -> None:  # noqa: ARG002
        """Register the allow-lists."""
        tags: tuple[type[Tag], ...] = (Literal, Escaped, Illegal, *TAGS, *self._extra_tags)
        for tag in tags:
            self.add_tag(tag)
        self.filters.update(FILTERS)

    def template(self, source: str) -> Template:
        """Parse. Raises `liquid.exceptions.LiquidError`."""
        parsed = self.from_string(source)
        assert isinstance(parsed, Template)
        return parsed


class StrictIfTag(IfTag):
    """`if` whose `else` takes no condition, and of which there is one."""

    mode = Mode.STRICT


class StrictUnlessTag(UnlessTag):
    """The same for `unless`."""

    mode = Mode.STRICT


@cache
def written(*, html: bool) -> Language:
    """The language of authors: what a template is checked against. What was published may be less strict."""
    return Language(html=html, extra_tags=(StrictIfTag, StrictUnlessTag))
