"""Copies of the planner's code, each with one gate taken out."""

import ast
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Cut = Callable[[Any], None]


@dataclass(frozen=True)
class Mutant:
    """A file with one gate less."""

    path: Path
    line: int
    dropped: str
    source: str


def mutants(path: Path) -> Iterator[Mutant]:
    """One for each gate in the file: entries of tables, preferences that must be on, `if`s, conditions."""
    text = path.read_text()
    tree = ast.parse(text)
    for place, node in enumerate(ast.walk(tree)):
        for gate, cut in _gates(node):
            copy = deepcopy(tree)
            cut(list(ast.walk(copy))[place])
            yield Mutant(path, gate.lineno, ast.get_source_segment(text, gate) or "", ast.unparse(copy))


def _gates(node: ast.AST) -> Iterator[tuple[ast.expr, Cut]]:
    """Each gate that `node` holds, and what takes it out of a copy of `node`."""
    match node:
        case ast.Tuple(elts=found) | ast.Set(elts=found) if all(
            _is(each, "Flag", "Category", "Scope") for each in found
        ):
            yield from ((entry, _remove(n, "elts")) for n, entry in enumerate(found))
        case ast.Dict(keys=keys, values=values):
            for n, (key, value) in enumerate(zip(keys, values, strict=True)):
                if key and _is(key, "Flag"):  # this preference is always on
                    yield value, _put(n, True)
                elif _is(value, "Scope"):
                    yield value, _remove(n, "keys", "values")
        case ast.If(test=test) | ast.IfExp(test=test) | ast.While(test=test):
            yield test, _never
        case ast.BoolOp(op=op, values=values):
            yield from ((value, _put(n, isinstance(op, ast.And))) for n, value in enumerate(values))
        case ast.comprehension(ifs=conditions):
            yield from ((condition, _remove(n, "ifs")) for n, condition in enumerate(conditions))


def _remove(n: int, *fields: str) -> Cut:
    def cut(copy: Any) -> None:
        for field in fields:
            del getattr(copy, field)[n]

    return cut


def _put(n: int, value: bool) -> Cut:
    def cut(copy: Any) -> None:
        copy.values[n] = ast.Constant(value)

    return cut


def _never(copy: Any) -> None:
    copy.test = ast.Constant(False)


def _is(node: ast.expr, *names: str) -> bool:
    """Whether it is an entry of one of these enums, as `Flag.TEXT`."""
    return isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in names
