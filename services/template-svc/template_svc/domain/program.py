"""The fast path: Liquid's common subset as a plan of closures, equal in every outcome to the interpreter.

A part that uses anything else has no program and is interpreted; a property test compares the two.
"""

from collections.abc import Iterable, Iterator
from functools import partial
from typing import Any

from liquid import BlockNode, Environment, Node
from liquid.builtin.content import ContentNode
from liquid.builtin.expressions import (
    BooleanExpression,
    Filter,
    FilteredExpression,
    Path,
    PositionalArgument,
    StringLiteral,
)
from liquid.builtin.expressions.logical import EqExpression, LogicalAndExpression, LogicalOrExpression, NeExpression
from liquid.builtin.output import OutputNode
from liquid.builtin.tags.for_tag import ForNode
from liquid.builtin.tags.if_tag import IfNode
from liquid.builtin.tags.unless_tag import UnlessNode
from liquid.exceptions import LiquidTypeError
from liquid.expression import Expression
from markupsafe import Markup

from template_svc.domain import steps
from template_svc.domain.filters import FILTERS
from template_svc.domain.guards import GuardNode, any_value
from template_svc.domain.language import Missing, Template, size_of
from template_svc.domain.steps import Condition, Run, Step, Value
from template_svc.domain.values import Values, lists, text_paths

MAX_PAIRS = 50  # texts and tags written between two looks at the room that is left

Loops = dict[str, tuple[str, ...]]  # a loop's name, and what its items have


class Beyond(Exception):
    """Something that only the interpreter does."""


class Program:
    """A compiled part."""

    def __init__(self, plan: list[Step]) -> None:
        self._plan = plan

    def fill(self, values: Values) -> str:
        """Render with `values`. Raises what the interpreter would."""
        run = Run()
        for step in self._plan:
            step(values, run)
        return "".join(run.out)


def compile_program(template: Template) -> Program | None:
    """The program of a parsed part; `None` where only the interpreter will do."""
    try:
        return Program(_Compiler(template.env).plan(template.nodes, {}))
    except Beyond:
        return None


class _Compiler:
    def __init__(self, language: Environment) -> None:
        self._language = language
        self._html = language.autoescape

    def plan(self, nodes: Iterable[Node], loops: Loops) -> list[Step]:
        """One step for each run of texts and plain tags, and one for each other node."""
        plan: list[Step] = []
        pairs: list[tuple[str, str]] = []
        words = ""
        for node in _without_idle_guards(nodes):
            if isinstance(node, ContentNode):
                words += node.text
            elif len(pairs) < MAX_PAIRS and (path := self._plain_tag(node, loops)):
                pairs.append((words, path))
                words = ""
            else:
                plan += [*self._written(pairs, words), self._step(node, loops)]
                pairs, words = [], ""
        return plan + self._written(pairs, words)

    def _plain_tag(self, node: Node, loops: Loops) -> str | None:
        if isinstance(node, OutputNode) and isinstance(node.expression, FilteredExpression):
            left = node.expression.left
            if isinstance(left, Path) and not node.expression.filters:
                return self._text_path(left, loops)
        return None

    def _written(self, pairs: list[tuple[str, str]], words: str) -> list[Step]:
        plan = [steps.plain(pairs, html=self._html)] if pairs else []
        return [*plan, steps.text(words)] if words else plan

    def _step(self, node: Node, loops: Loops) -> Step:
        if isinstance(node, OutputNode):
            return steps.output(self._value(node.expression, loops), html=self._html)
        if isinstance(node, IfNode | UnlessNode):
            return self._choice(node, loops)
        if isinstance(node, ForNode):
            return self._loop(node, loops)
        if isinstance(node, GuardNode):
            return steps.guarded(self._block(node.block, loops), node.guard)
        raise Beyond

    def _block(self, block: BlockNode | None, loops: Loops) -> list[Step]:
        if block is None:
            return []
        plan = self.plan(block.nodes, loops)
        return [steps.silent(plan)] if block.blank else plan

    def _choice(self, node: IfNode | UnlessNode, loops: Loops) -> Step:
        first = self._condition(node.condition, loops)
        branches = [(_not(first) if isinstance(node, UnlessNode) else first, self._block(node.consequence, loops))]
        branches += [(self._condition(a.expression, loops), self._block(a.block, loops)) for a in node.alternatives]
        return steps.choice(branches, self._block(node.default, loops))

    def _loop(self, node: ForNode, loops: Loops) -> Step:
        over = node.expression
        path, name = self._list_path(over.iterable, loops), over.identifier
        if path is None or over.limit or over.offset or over.reversed or name == "forloop":
            raise Beyond
        fields = [(field, f"{name}.{field}") for field in lists()[path]]
        body = self._block(node.block, loops | {name: lists()[path]})
        return steps.loop(path, fields, body, self._block(node.default, loops), size_of(node.block))

    def _text_path(self, path: Path, loops: Loops) -> str:
        if len(path.path) == 2:
            part, name = map(str, path.path)
            if name in loops.get(part, ()) or (part not in loops and f"{part}.{name}" in text_paths()):
                return f"{part}.{name}"
        raise Beyond

    def _list_path(self, expression: Expression, loops: Loops) -> str | None:
        path = str(expression)
        return path if path in lists() and path.partition(".")[0] not in loops else None

    def _value(self, expression: Expression, loops: Loops) -> Value:
        if isinstance(expression, StringLiteral):
            literal = Markup(expression.value) if self._html else expression.value  # noqa: S704  (an author's, checked)
            return lambda _: literal
        if isinstance(expression, Path):
            path = self._text_path(expression, loops)
            return lambda values: values.get(path) or Missing(path)
        if isinstance(expression, FilteredExpression):
            value = self._value(expression.left, loops)
            for used in expression.filters or ():
                value = self._filtered(value, used, loops)
            return value
        raise Beyond

    def _filtered(self, value: Value, used: Filter, loops: Loops) -> Value:
        if not all(isinstance(argument, PositionalArgument) for argument in used.args):
            raise Beyond
        name, function = used.name, FILTERS[used.name]
        arguments = [self._value(argument.value, loops) for argument in used.args]
        if hasattr(function, "with_environment"):
            function = partial(function, environment=self._language)

        def filtered(values: Values) -> Any:
            try:
                return function(value(values), *[argument(values) for argument in arguments])
            except TypeError as error:
                raise LiquidTypeError(f"{name}: {error}", token=None) from error

        return filtered

    def _condition(self, expression: Expression, loops: Loops) -> Condition:
        if isinstance(expression, BooleanExpression):
            return self._condition(expression.expression, loops)
        if isinstance(expression, Path):
            path = self._list_path(expression, loops) or self._text_path(expression, loops)
            return lambda values: values.get(path) is not None
        if isinstance(expression, EqExpression | NeExpression):
            return self._comparison(expression, loops)
        if isinstance(expression, LogicalAndExpression | LogicalOrExpression):
            left, right = self._condition(expression.left, loops), self._condition(expression.right, loops)
            if isinstance(expression, LogicalAndExpression):
                return lambda values: left(values) and right(values)
            return lambda values: left(values) or right(values)
        raise Beyond

    def _comparison(self, expression: EqExpression | NeExpression, loops: Loops) -> Condition:
        if not (isinstance(expression.left, Path) and isinstance(expression.right, StringLiteral)):
            raise Beyond
        path, literal = self._text_path(expression.left, loops), expression.right.value
        if isinstance(expression, EqExpression):
            return lambda values: values.get(path) == literal
        return lambda values: values.get(path) != literal


def _without_idle_guards(nodes: Iterable[Node]) -> Iterator[Node]:
    """A guard that lets everything through has done its work at parsing."""
    for node in nodes:
        if isinstance(node, GuardNode) and node.guard is any_value and not node.block.blank:
            yield from node.block.nodes
        else:
            yield node


def _not(condition: Condition) -> Condition:
    return lambda values: not condition(values)
