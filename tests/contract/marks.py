"""What tests say of themselves to pytest, read from their source: a comment says nothing, nor does what is not run."""

import ast
from collections.abc import Iterator

NOT_RUN = {"skip", "skipif", "xfail"}


def marked(source: str, mark: str) -> Iterator[object]:
    """What the tests of a module give to `@pytest.mark.<mark>(...)`."""
    for node in ast.parse(source).body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_"):
            marks = [each for decorator in node.decorator_list if (each := _mark(decorator))]
            if not NOT_RUN & {name for name, _ in marks}:
                yield from (value for name, args in marks if name == mark for value in args)


def _mark(decorator: ast.expr) -> tuple[str, list[object]] | None:
    """`pytest.mark.<name>`, and the constants that it is given."""
    made, args = (decorator.func, decorator.args) if isinstance(decorator, ast.Call) else (decorator, [])
    if isinstance(made, ast.Attribute) and ast.unparse(made.value) == "pytest.mark":
        return made.attr, [arg.value for arg in args if isinstance(arg, ast.Constant)]
    return None
