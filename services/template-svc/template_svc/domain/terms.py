"""Expressions as Python: the usual ones inline, all others by way of the interpreter."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

from liquid import Environment
from liquid.builtin.expressions import BooleanExpression, FilteredExpression, Path, PositionalArgument, StringLiteral
from liquid.builtin.expressions.logical import EqExpression, LogicalAndExpression, LogicalOrExpression, NeExpression
from liquid.builtin.expressions.primitive import Literal
from liquid.expression import Expression
from markupsafe import escape

from template_svc.domain.filters import FILTERS
from template_svc.domain.language import AnyOf
from template_svc.domain.source import Place, Plain, Source
from template_svc.domain.values import lists, text_paths


@dataclass
class Loop:
    """What a loop's name stands for inside it: an item, or (`forloop`) the loop itself."""

    holder: str
    fields: tuple[str, ...] = ()
    looked_at: bool = False


Loops = dict[str, Loop]


class Terms:
    """Writes expressions; `loops` are those around them."""

    def __init__(self, source: Source, language: Environment) -> None:
        self._source = source
        self._language = language
        self._html = language.autoescape

    def plain(self, expression: Expression, loops: Loops) -> Plain | None:
        """A tag that needs no more than its value; `None` where it needs more."""
        if isinstance(expression, FilteredExpression) and (place := self._place(expression.left, loops)):
            filters = expression.filters or ()
            if not filters:
                return Plain(place)
            if len(filters) == 1 and (stand_in := _stand_in(filters[0])) is not None:
                return Plain(place, str(escape(stand_in)) if self._html else stand_in)
        return None

    def list_path(self, path: Expression, loops: Loops) -> str | None:
        """The tag of a list; `None` where the path leads to something else."""
        tag = str(path)
        return tag if tag in lists() and tag.partition(".")[0] not in loops else None

    def value(self, expression: Expression, loops: Loops) -> str:
        """What comes out of literals, paths and filters."""
        if isinstance(expression, Literal):
            return self._source.constant(expression.value)
        if place := self._place(expression, loops):
            key, tag = self._source.constant(place.key), self._source.constant(place.tag)
            return f"({place.holder}.get({key}) or missing({tag}))"
        if isinstance(expression, FilteredExpression) and all(map(_is_positional, expression.filters or ())):
            value = self.value(expression.left, loops)
            for used in expression.filters or ():
                arguments = [self.value(argument.value, loops) for argument in used.args]
                value = self._filtered(used.name, [value, *arguments])
            return value
        return self.interpret(expression, loops)

    def _filtered(self, name: str, arguments: list[str]) -> str:
        function = FILTERS[name]
        if hasattr(function, "with_environment"):
            function = partial(function, environment=self._language)
        filter_, listed = self._source.constant(function), ", ".join(arguments)
        return f"chosen({filter_}, {listed})" if name == "default" else f"work.filtered({filter_}, {listed})"

    def condition(self, expression: Expression, loops: Loops) -> str:
        """What is true or false."""
        if isinstance(expression, BooleanExpression):
            return self.condition(expression.expression, loops)
        if isinstance(expression, LogicalAndExpression | LogicalOrExpression):
            joint = "and" if isinstance(expression, LogicalAndExpression) else "or"
            return f"({self.condition(expression.left, loops)} {joint} {self.condition(expression.right, loops)})"
        if isinstance(expression, EqExpression | NeExpression):
            sign = "==" if isinstance(expression, EqExpression) else "!="
            compared = self._compared(expression.left, sign, [expression.right], loops)
        elif place := self._place(expression, loops):
            compared = f"{self._source.constant(place.key)} in {place.holder}"
        elif tag := self.list_path(expression, loops):
            compared = f"{self._source.constant(tag)} in values"
        else:
            compared = ""
        return compared or f"truthy({self.interpret(expression, loops)})"

    def one_of(self, expression: AnyOf, loops: Loops) -> str:
        """Whether a `when` holds."""
        left, *rights = expression.children()
        return self._compared(left, "in", rights, loops) or f"{self.interpret(expression, loops)}[0]"

    def _compared(self, left: Expression, sign: str, rights: list[Expression], loops: Loops) -> str:
        """A text compared with literals; empty for anything else."""
        place = self._place(left, loops)
        literals = [right.value for right in rights if isinstance(right, StringLiteral)]
        if place is None or len(literals) < len(rights):
            return ""
        other = self._source.constant(tuple(literals) if sign == "in" else literals[0])
        return f"({place.holder}.get({self._source.constant(place.key)}) {sign} {other})"

    def interpret(self, expression: Expression, loops: Loops) -> str:
        """By the interpreter, which is lent the loops' items."""
        self._source.interpreted = True
        lent = sorted(set(_heads(expression)) & loops.keys())
        for name in lent:
            loops[name].looked_at = True
        items = "".join(f", {loops[name].holder}" for name in lent)
        return f"evaluated(context, {self._source.constant(expression)}, {self._source.constant(tuple(lent))}{items})"

    def _place(self, path: Expression, loops: Loops) -> Place | None:
        """Where a text is; `None` where the path leads to something else."""
        if not isinstance(path, Path) or len(path.path) != 2:
            return None
        part, name = map(str, path.path)
        tag = f"{part}.{name}"
        if part in loops:
            return Place(loops[part].holder, name, tag) if name in loops[part].fields else None
        return Place("values", tag, tag) if tag in text_paths() else None


def _heads(expression: Expression) -> Iterator[str]:
    """The names that paths begin with."""
    if isinstance(expression, Path):
        yield str(expression.path[0])
    for child in expression.children():
        yield from _heads(child)


def _stand_in(used: Any) -> str | None:
    """The text that stands in for a missing value, where the filter says nothing else."""
    if used.name == "default" and len(used.args) == 1 and _is_positional(used):
        literal = used.args[0].value
        return str(literal.value) if isinstance(literal, StringLiteral) else None
    return None


def _is_positional(used: Any) -> bool:
    return all(isinstance(argument, PositionalArgument) for argument in used.args)
