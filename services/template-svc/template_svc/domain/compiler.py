"""A parsed part as Python: blocks become real branches and loops, what is between them runs that are joined at once."""

from collections.abc import Iterable, Iterator

from liquid import BlockNode, Node
from liquid.builtin.content import ContentNode
from liquid.builtin.expressions import StringLiteral
from liquid.builtin.output import OutputNode
from liquid.builtin.tags.case_tag import CaseNode, MultiExpressionBlockNode
from liquid.builtin.tags.comment_tag import CommentNode
from liquid.builtin.tags.for_tag import ForNode
from liquid.builtin.tags.if_tag import IfNode
from liquid.builtin.tags.unless_tag import UnlessNode
from liquid.exceptions import ResourceLimitError

from template_svc.domain.guards import GuardNode, any_value
from template_svc.domain.language import AnyOf, Template, size_of
from template_svc.domain.source import Source
from template_svc.domain.terms import Loop, Loops, Terms
from template_svc.domain.values import lists

MAX_SIZE = 1_000  # tags, texts and terms of a part that is compiled
MAX_DEPTH = 16  # of a loop in the source; Liquid and Python both have their limits beyond


class Beyond(ResourceLimitError):
    """More than a function takes."""

    def __init__(self, what: str) -> None:
        super().__init__(what, token=None)


def write(template: Template) -> Source:
    """The function `fill(values)` of a parsed part. Raises `Beyond`."""
    if sum(map(size_of, template.nodes)) > MAX_SIZE:
        raise Beyond("there are too many tags in it")
    source = Source(html=template.env.autoescape)
    terms = Terms(source, template.env)
    _Writer(source, terms).nodes(template.nodes, {}, silent=False)
    source.flush()
    context = ["    context = new_context(values)", "    work = context.work"]
    work = context if source.interpreted else ["    work = Work()"]
    source.lines[:0] = ["def fill(values):", "    out, room = [], MAX_OUTPUT", *work]
    source.line('return "".join(out)')
    return source


class _Writer:
    """Writes nodes. A silent block holds blanks only: it writes nothing, but its loops count."""

    def __init__(self, source: Source, terms: Terms) -> None:
        self._source = source
        self._terms = terms

    def nodes(self, nodes: Iterable[Node], loops: Loops, *, silent: bool) -> None:
        """Write them one after the other."""
        for node in _without_idle_guards(nodes):
            if isinstance(node, ContentNode):
                if not silent:
                    self._source.words(node.text)
            elif isinstance(node, OutputNode):
                self._output(node, loops)
            elif not isinstance(node, CommentNode):
                self._source.flush()
                self._tag(node, loops, silent=silent)

    def _output(self, node: OutputNode, loops: Loops) -> None:
        if plain := self._terms.plain(node.expression, loops):
            self._source.tag(plain)
            return
        self._source.flush()
        said = self._source.name("s")
        html = self._source.html
        self._source.line(f"{said} = said({self._terms.value(node.expression, loops)}, {html})")
        self._source.begin(said)

    def _tag(self, node: Node, loops: Loops, *, silent: bool) -> None:
        if isinstance(node, IfNode | UnlessNode):
            self._choice(node, loops, silent=silent)
        elif isinstance(node, CaseNode):
            self._case(node, loops, silent=silent)
        elif isinstance(node, ForNode):
            self._loop(node, loops, silent=silent)
        elif isinstance(node, GuardNode):
            self._guarded(node, loops)
        else:
            raise TypeError(f"no such tag: {type(node).__name__}")

    def _block(self, head: str, block: BlockNode | None, loops: Loops, *, silent: bool) -> None:
        """A branch, or what a loop repeats."""
        self._source.line(head)
        self._source.depth += 1
        before = len(self._source.lines)
        self._inside(block, loops, silent=silent)
        if len(self._source.lines) == before:
            self._source.line("pass")
        self._source.depth -= 1

    def _inside(self, block: BlockNode | None, loops: Loops, *, silent: bool) -> None:
        if block is not None:
            self.nodes(block.nodes, loops, silent=silent or block.blank)
            self._source.flush()

    def _choice(self, node: IfNode | UnlessNode, loops: Loops, *, silent: bool) -> None:
        no = "not " if isinstance(node, UnlessNode) else ""
        head = f"if {no}({self._terms.condition(node.condition, loops)}):"
        self._block(head, node.consequence, loops, silent=silent)
        for other in node.alternatives:
            head = f"elif {self._terms.condition(other.expression, loops)}:"
            self._block(head, other.block, loops, silent=silent)
        self._otherwise(node.default, loops, silent=silent)

    def _otherwise(self, block: BlockNode | None, loops: Loops, *, silent: bool) -> None:
        if block is not None:
            self._block("else:", block, loops, silent=silent)

    def _case(self, node: CaseNode, loops: Loops, *, silent: bool) -> None:
        """All whose `when` holds, in their order; an `else` where none before it did."""
        none = self._source.name("c")
        self._source.line(f"{none} = True")
        for block in node.blocks:
            if isinstance(block, MultiExpressionBlockNode):
                assert isinstance(block.expression, AnyOf)
                head = f"if {self._terms.one_of(block.expression, loops)}:"
                self._block(head, block.block, loops, silent=silent)
                self._source.line(f"    {none} = False")
            else:
                self._block(f"if {none}:", block, loops, silent=silent)

    def _loop(self, node: ForNode, loops: Loops, *, silent: bool) -> None:
        over, source = node.expression, self._source
        path = self._terms.list_path(over.iterable, loops)
        if path is None or isinstance(over.offset, StringLiteral) or source.depth > MAX_DEPTH:
            raise Beyond(
                "a loop stands too deep in other blocks, goes over no list, or goes on where another one ended"
            )
        items, item, length, counter = map(source.name, ("a", "i", "n", "f"))
        if over.limit is not None or over.offset is not None or over.reversed:
            source.line(f"{items}, {length} = {self._terms.interpret(over, loops)}")
        else:
            source.line(f"{items} = values.get({source.constant(path)}, ())")
            source.line(f"{length} = len({items})")
        source.line(f"if {length}:")
        source.depth += 1
        source.line(f"work.enter({length}, {size_of(node.block)})")
        inner = loops | {"forloop": Loop(counter), over.identifier: Loop(item, lists()[path])}
        start = len(source.lines)
        self._block(f"for {item} in {items}:", node.block, inner, silent=silent)
        if inner["forloop"].looked_at:
            self._counted(start, counter, length)
        source.line(f"work.leave({length})")
        source.depth -= 1
        self._otherwise(node.default, loops, silent=silent)

    def _counted(self, start: int, counter: str, length: str) -> None:
        """The loop that begins at line `start` is counted for those who look at `forloop`."""
        margin = "    " * self._source.depth
        self._source.lines.insert(start + 1, f"{margin}    {counter}.step()")
        self._source.lines.insert(start, f"{margin}{counter} = new_forloop('', iter(()), {length}, None)")

    def _guarded(self, node: GuardNode, loops: Loops) -> None:
        outer, room, said = map(self._source.name, ("w", "r", "s"))
        self._source.line(f"{outer}, {room}, out = out, room, []")
        self._inside(node.block, loops, silent=False)
        self._source.line(f"{said} = work.guarded({self._source.constant(node.guard)}, ''.join(out))")
        self._source.line(f"out, room = {outer}, {room}")
        self._source.begin(said)


def _without_idle_guards(nodes: Iterable[Node]) -> Iterator[Node]:
    """A guard that lets everything through has done its work at parsing."""
    for node in nodes:
        if isinstance(node, GuardNode) and node.guard is any_value and not node.block.blank:
            yield from node.block.nodes
        else:
            yield node
