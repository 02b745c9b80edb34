"""The fast path: a part becomes one Python function, equal in every outcome to the interpreter.

A property test compares the two.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import partial

from liquid.builtin.expressions.logical import is_truthy
from liquid.builtin.tags.for_tag import ForLoop
from liquid.exceptions import LiquidError, LiquidTypeError
from liquid.expression import Expression
from liquid.stringify import to_liquid_string
from markupsafe import _escape_inner as escaped  # type: ignore[attr-defined]  # no class around it: half the time

from template_svc.domain.compiler import write
from template_svc.domain.language import Context, Missing, MissingValue, Template
from template_svc.domain.source import Place
from template_svc.domain.values import Values, nested
from template_svc.domain.work import MAX_OUTPUT, Work, full

Fill = Callable[[Values], str]
Step = str | tuple[int, Place, str | None]


def compile_program(template: Template) -> Fill:
    """The function of a parsed part: renders as the interpreter would, and raises what that would raise.

    Raises `Beyond` where the part is too much for a function.
    """
    source = write(template)
    lent = (
        {"new_context": partial(_context, template)} if source.interpreted else {}
    )  # it is three times what is kept else
    function: Fill = source.function(_NAMES | lent)
    return function


def _context(template: Template, values: Values) -> Context:
    return Context(template, globals=nested(values))


def _evaluated(context: Context, expression: Expression, names: Sequence[str], *items: object) -> object:
    """What the interpreter makes of an expression inside these loops."""
    context.scope.push(dict(zip(names, items, strict=True)))
    found = expression.evaluate(context)
    context.scope.pop()
    return found


def _said(value: object, html: bool) -> str:
    """What is written of a value: of a text the interpreter would make the same, in three times the time."""
    if type(value) is str:
        return escaped(value) if html else value
    return to_liquid_string(value, html)


def _chosen(default: Callable[..., object], value: object, *arguments: object) -> object:
    """`default`, which handles no text."""
    try:
        return default(value, *arguments)
    except TypeError as error:
        raise LiquidTypeError(str(error), token=None) from error


def _refused(
    room: int, finished: Callable[[str], str], holders: Sequence[Mapping[str, str]], steps: Sequence[Step]
) -> LiquidError:
    """Why a run that misses a value can't be written: it may have been too long before that."""
    for step in steps:
        if isinstance(step, str):
            room -= len(step)
        else:
            holder, place, stand_in = step
            found = holders[holder].get(place.key)
            if room >= 0 and found is None and stand_in is None:
                return MissingValue(place.tag, None)
            room -= len(stand_in or "" if found is None else finished(found))
    return full()


_NAMES = {
    "__builtins__": {"KeyError": KeyError, "iter": iter, "len": len, "str": str},
    "MAX_OUTPUT": MAX_OUTPUT,
    "Work": Work,
    "chosen": _chosen,
    "escaped": escaped,
    "evaluated": _evaluated,
    "full": full,
    "missing": Missing,
    "new_forloop": ForLoop,
    "refused": _refused,
    "said": _said,
    "truthy": is_truthy,
}
