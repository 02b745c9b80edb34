"""The filters that templates may use. Those for typed values word anew what a tag tells, in the locale of the words."""

import re
from collections.abc import Callable, Iterator
from inspect import signature
from typing import Any

from liquid.builtin.expressions import Filter, KeywordArgument, PositionalArgument, StringLiteral
from liquid.builtin.filters import misc, string
from liquid.exceptions import FilterArgumentError
from liquid.filter import string_filter
from liquid.undefined import is_undefined

from contracts.values import Kind
from template_svc.domain import wording
from template_svc.domain.colours import contrast
from template_svc.domain.wording import Said

STYLES = ("short", "medium", "long", "full", "weekday")
TAKES: dict[str, tuple[Kind, ...]] = {
    "date": (Kind.DATE, Kind.MOMENT),
    "time": (Kind.MOMENT,),
    "money": (Kind.MONEY,),
    "number": (Kind.NUMBER,),
    "phone": (Kind.PHONE,),
}

_EXAMPLES = {
    "append": "append: '!'",
    "default": "default: 'your job'",
    "prepend": "prepend: 'No. '",
    "truncate": "truncate: 20, '...'",
    "truncatewords": "truncatewords: 5, '...'",
}
_FIRST_LETTER = re.compile(r"(?<!\S)\w")


def complaints(used: Filter, kind: Kind) -> Iterator[str]:
    """What is wrong with a filter after a value of this kind."""
    if used.name not in FILTERS:
        yield f"there is no filter {used.name[:40]}; there are {', '.join(FILTERS)}"
    elif used.name in TAKES:
        if kind not in TAKES[used.name]:
            yield f"{used.name} is for {' or '.join(TAKES[used.name])}; what stands before it is {kind}"
        if used.args and not (used.name == "date" and len(used.args) == 1 and _is_style(used.args[0])):
            yield f"date takes one of {', '.join(STYLES)}" if used.name == "date" else f"{used.name} takes nothing"
    elif not _fits(used):
        written = _EXAMPLES.get(used.name)
        yield f"{used.name} is written {written}" if written else f"{used.name} takes nothing"


def _fits(used: Filter) -> bool:
    """Whether the filter takes what it is given; else each message would fail."""
    values = [argument.value for argument in used.args if isinstance(argument, PositionalArgument)]
    named = {argument.name: None for argument in used.args if isinstance(argument, KeywordArgument)}
    function = FILTERS[used.name]
    if hasattr(function, "with_environment"):
        named["environment"] = None
    try:
        signature(function).bind(None, *values, **named)
    except TypeError:
        return False
    if used.name == "default":
        return bool(values)
    length = values[0] if values and used.name.startswith("truncate") else None
    return not isinstance(length, StringLiteral) or length.value.isdigit()


def _is_style(argument: object) -> bool:
    value = argument.value if isinstance(argument, PositionalArgument) else None
    return isinstance(value, StringLiteral) and value.value in STYLES


def _typed(name: str, word: Callable[..., str]) -> Callable[..., Any]:
    """A filter that takes values of its kinds only; a missing one stays missing, so that `default` may follow."""
    kinds = TAKES[name]

    def filtered(value: object, *arguments: str) -> Any:
        if is_undefined(value):
            return value
        if not isinstance(value, Said) or value.kind not in kinds:
            raise FilterArgumentError(f"{name} is for {' or '.join(kinds)}", token=None)
        return word(value.told, value.locale, *arguments)

    return filtered


@string_filter
def title(words: str) -> str:
    """Each word with a capital letter, the rest of it as it is: `McDonald's Farm`."""
    return _FIRST_LETTER.sub(lambda letter: letter[0].upper(), words)


FILTERS: dict[str, Callable[..., Any]] = {
    "append": string.append,
    "capitalize": string.capitalize,
    "contrast": contrast,
    "date": _typed("date", wording.date),
    "default": misc.default,
    "downcase": string.downcase,
    "escape": string.escape,
    "money": _typed("money", wording.money),
    "newline_to_br": string.newline_to_br,
    "number": _typed("number", wording.number),
    "phone": _typed("phone", wording.phone),
    "prepend": string.prepend,
    "strip": string.strip,
    "time": _typed("time", wording.time),
    "title": title,
    "truncate": string.truncate,
    "truncatewords": string.truncatewords,
    "upcase": string.upcase,
    "url_encode": string.url_encode,
}
