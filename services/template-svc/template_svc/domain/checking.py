"""Is this source fit to be saved? Every tag is looked up before any customer could see it missing (G9)."""

from collections.abc import Iterator
from itertools import islice

from liquid import Node
from liquid.builtin.expressions import Filter, FilteredExpression, Path, StringLiteral
from liquid.builtin.expressions.logical import (
    EqExpression,
    GeExpression,
    GtExpression,
    LeExpression,
    LtExpression,
    NeExpression,
)
from liquid.builtin.expressions.primitive import RangeLiteral
from liquid.builtin.output import OutputNode
from liquid.builtin.tags.for_tag import ForNode
from liquid.exceptions import LiquidError
from liquid.expression import Expression

from contracts.values import Kind
from template_svc.domain.filters import complaints
from template_svc.domain.language import MAX_FILTERS, Template, children_of, written
from template_svc.domain.mistakes import mistakes
from template_svc.domain.occasions import ANYWHERE, Use, never_told
from template_svc.domain.scan import MAX_FLAWS, Flaw, find_flaws, flaw_at
from template_svc.domain.tags import FORLOOP, Shape, did_you_mean, root

ONE_LINE = {"subject", "preheader"}
COMPARED = {Kind.TEXT, Kind.CODE, Kind.METHOD, Kind.NUMBER, Kind.NAMES}
# What is rendered for these only stands for the reader's own link, which takes its place in the body when it is sent.
PUT_IN_LATER = (("links", "preferences"), ("invitation", "url"))

Scope = dict[str, Shape]


def check(part: str, source: str, *, html: bool, use: Use = ANYWHERE) -> list[Flaw]:
    """What is wrong with one part of a template where it is used; nothing when it may be saved."""
    if flaws := [*_control_characters(part, source), *find_flaws(part, source)]:
        return flaws
    language = written(html=html)
    try:
        template = language.template(source)
    except LiquidError as error:
        return mistakes(part, source, language, error)
    found = [*_Checker(part, source, html=html).flaws(template), *never_told(part, source, template, use)]
    return sorted(set(found), key=lambda flaw: (flaw.line, flaw.column))[:MAX_FLAWS]


def _control_characters(part: str, source: str) -> Iterator[Flaw]:
    allowed = "" if part in ONE_LINE else "\n\r\t"
    for index, character in enumerate(source):
        if not character.isprintable() and character < "\xa0" and character not in allowed:
            yield flaw_at(part, source, index, "line breaks and control characters can't stand here")
            return
        if "\ud800" <= character <= "\udfff":
            yield flaw_at(part, source, index, "half of a character (a lone surrogate) can't stand here")
            return


def _is_put_in_later(expression: Expression) -> bool:
    return isinstance(expression, Path) and tuple(expression.path) in PUT_IN_LATER


def _is_counted(path: Path) -> bool:
    return path.path[0] == "forloop" or path.path[-1] == "size"


class _Checker:
    """Walks a parsed source with the names that loops bring into scope."""

    def __init__(self, part: str, source: str, *, html: bool) -> None:
        self._part = part
        self._source = source
        self._html = html

    def flaws(self, template: Template) -> list[Flaw]:
        """What the language has to say against it."""
        return list(islice((flaw for node in template.nodes for flaw in self._node(node, {})), MAX_FLAWS))

    def _flaw(self, place: Expression | Node, message: str) -> Flaw:
        return flaw_at(self._part, self._source, place.token.start_index, message)

    def _node(self, node: Node, scope: Scope) -> Iterator[Flaw]:
        if isinstance(node, ForNode):
            yield from self._loop(node, scope)
            return
        for expression in node.expressions():
            yield from self._expression(expression, scope, printed=isinstance(node, OutputNode))
        for child in children_of(node):
            yield from self._node(child, scope)

    def _loop(self, node: ForNode, scope: Scope) -> Iterator[Flaw]:
        iterable, item = node.expression.iterable, None
        if isinstance(iterable, Path):
            shape = self._resolve(iterable, scope)
            item = shape.item if shape else None
        if item is None:
            yield self._flaw(node, f"a loop goes over a list, such as job.lines; {iterable} is none")
            return
        inner = scope | {node.expression.identifier: item, "forloop": FORLOOP}
        for argument in (node.expression.limit, node.expression.offset):
            if argument is not None:
                yield from self._expression(argument, scope, printed=False)
        for child in children_of(node):
            yield from self._node(child, inner)

    def _expression(self, expression: Expression, scope: Scope, *, printed: bool) -> Iterator[Flaw]:
        if isinstance(expression, Path):
            yield from self._path(expression, scope, printed=printed)
        elif isinstance(expression, RangeLiteral):
            yield self._flaw(expression, "ranges are not available")
        elif isinstance(expression, StringLiteral) and self._html and {"<", ">"} & set(expression.value):
            yield self._flaw(expression, "write HTML outside of tags")
        elif isinstance(expression, EqExpression | NeExpression):
            yield from self._comparison(expression, scope)
        elif isinstance(expression, LtExpression | LeExpression | GtExpression | GeExpression):
            yield from self._order(expression)
        if isinstance(expression, FilteredExpression):
            yield from self._filters(expression, scope)
        for child in expression.children():
            if not isinstance(expression, Path):
                yield from self._expression(child, scope, printed=printed)

    def _comparison(self, expression: EqExpression | NeExpression, scope: Scope) -> Iterator[Flaw]:
        for side, other in ((expression.left, expression.right), (expression.right, expression.left)):
            kind = self._kind(side, scope)
            if isinstance(other, StringLiteral) and kind not in COMPARED:
                yield self._flaw(side, f"{side} is {kind}: it reads differently in each language, and equals no text")

    def _order(self, expression: LtExpression | LeExpression | GtExpression | GeExpression) -> Iterator[Flaw]:
        """Only what is counted is more or less; all else is words by then."""
        for side in (expression.left, expression.right):
            if isinstance(side, StringLiteral) or (isinstance(side, Path) and not _is_counted(side)):
                yield self._flaw(
                    side, f"{side} is words, which < and > can't compare; use == or !=, or an if around it"
                )

    def _filters(self, expression: FilteredExpression, scope: Scope) -> Iterator[Flaw]:
        filters = expression.filters or []
        kind = self._kind(expression.left, scope)
        for used in filters:
            for complaint in complaints(used, kind):
                yield flaw_at(self._part, self._source, used.token.start_index, complaint)
            kind = kind if used.name == "default" and self._keeps(kind, used, scope) else Kind.TEXT
        if len(filters) > MAX_FILTERS:
            yield self._flaw(expression, f"at most {MAX_FILTERS} filters in one tag")
        if any(used.name != "default" for used in filters):
            for path in filter(_is_put_in_later, expression.children()):
                yield self._flaw(path, f"{path} is put in when the email is sent; no filter but default can change it")

    def _kind(self, expression: Expression, scope: Scope) -> Kind:
        shape = self._resolve(expression, scope) if isinstance(expression, Path) else None
        return shape.kind if shape else Kind.TEXT

    def _keeps(self, kind: Kind, default: Filter, scope: Scope) -> bool:
        """Whether what stands in for a missing value is of its kind, too."""
        return all(self._kind(argument.value, scope) is kind for argument in default.args)

    def _path(self, path: Path, scope: Scope, *, printed: bool) -> Iterator[Flaw]:
        shape = self._resolve(path, scope)
        if shape is None:
            yield self._flaw(path, f"there is no tag {path}{did_you_mean(str(path), scope)}")
        elif printed and not shape.is_text:
            yield self._flaw(path, f"{path} is a group of tags; say which of them")
        elif self._part in ONE_LINE and _is_put_in_later(path):
            yield self._flaw(path, f"{path} is put in when the email is sent, which is done in its body only")

    def _resolve(self, path: Path, scope: Scope) -> Shape | None:
        shape: Shape | None = Shape(group=root().group | scope)
        for step in path.path:
            shape = shape.at(step) if shape and isinstance(step, str) else None
        return shape
