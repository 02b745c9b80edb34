"""Tags that never have a value where a template is used (G9): found by going down every branch that could be taken."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Set
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cache
from itertools import product

from liquid import Node
from liquid.builtin.expressions import BooleanExpression, Path
from liquid.builtin.expressions.logical import (
    LogicalAndExpression,
    LogicalNotExpression,
    LogicalOrExpression,
    is_truthy,
)
from liquid.builtin.output import OutputNode
from liquid.builtin.tags.case_tag import CaseNode, MultiExpressionBlockNode
from liquid.builtin.tags.for_tag import ForNode
from liquid.builtin.tags.if_tag import IfNode
from liquid.builtin.tags.unless_tag import UnlessNode
from liquid.exceptions import ContextDepthError, LiquidError
from liquid.expression import Expression

from contracts.deliveries import Channel
from contracts.triggers import EMAILS_ONLY, Trigger, triggers_of
from template_svc.domain.language import Context, Missing, MissingValue, Out, Template, children_of
from template_svc.domain.samples import SAMPLE
from template_svc.domain.scan import MAX_FLAWS, Flaw, flaw_at
from template_svc.domain.tags import FORLOOP, catalogue
from template_svc.domain.values import nested, values_of

Untold = Mapping[str, tuple[str, ...]]
"""By trigger: the tags that words need and that are never known then."""


@dataclass(frozen=True)
class Use:
    """Where words are sent: by which channel, on which triggers as far as known."""

    channel: Channel = Channel.EMAIL
    triggers: frozenset[Trigger] = frozenset()

    def occasions(self) -> dict[frozenset[str], list[Trigger]]:
        """The tags that are absent, and the triggers for which they are; triggers alike are one occasion."""
        found: defaultdict[frozenset[str], list[Trigger]] = defaultdict(list)
        for trigger in sorted(self.triggers):
            found[_absent(self.channel, trigger)].append(trigger)
        return found or {_absent(self.channel, None): []}


ANYWHERE = Use()


@cache
def _absent(channel: Channel, trigger: Trigger | None) -> frozenset[str]:
    paths = [tag.path for tag in catalogue()]
    by_phone = {path for path in paths if channel is not Channel.EMAIL and path.partition(".")[0] in EMAILS_ONLY}
    return frozenset(by_phone | {path for path in paths if trigger and trigger not in triggers_of(path)})


def never_told(part: str, source: str, template: Template, use: Use) -> Iterator[Flaw]:
    """The tags that would keep the message from ever being sent: absent, without `default` and without an `if`."""
    found: defaultdict[tuple[int, str], list[Trigger]] = defaultdict(list)
    for absent, triggers in use.occasions().items():
        for place in _missed(template, absent):
            found[place] += triggers
    for (index, tag), triggers in found.items():
        yield replace(flaw_at(part, source, index, _message(tag, triggers)), triggers=tuple(triggers))


def untold(sources: Mapping[str, Template], channel: Channel) -> Untold:
    """By trigger, whatever rules there are: the tags that would keep the message from ever being sent."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    occasions = Use(channel, frozenset(Trigger)).occasions()
    for (source, template), (absent, triggers) in product(sources.items(), occasions.items()):
        mentioned = any(path.partition(".")[0] in source for path in absent)  # spares most of the walks
        tags = {tag for _, tag in _missed(template, absent)} if mentioned else set()
        for trigger in triggers if tags else ():
            found[trigger.value] |= tags
    return {trigger: tuple(sorted(tags)) for trigger, tags in found.items()}


def united(each: Iterable[Untold]) -> Untold:
    """What is untold in one language or the other: any of them may be a reader's."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for trigger, tags in (item for one in each for item in one.items()):
        found[trigger].update(tags)
    return {trigger: tuple(sorted(tags)) for trigger, tags in found.items()}


def _missed(template: Template, absent: frozenset[str]) -> Set[tuple[int, str]]:
    """Where in the source which tag would be wanted in vain."""
    if not absent:
        return set()
    rehearsal = _Rehearsal(template, absent)
    rehearsal.walk(template.nodes)
    return rehearsal.missed


def _message(tag: str, triggers: list[Trigger]) -> str:
    if tag.partition(".")[0] in EMAILS_ONLY:
        return f"{tag} is known in emails only; give it a default, or put an if around it"
    names = ", ".join(triggers)
    return f"{tag} is never known for {names}, which uses this template; give it a default, or put an if around it"


class _Rehearsal:
    """A parsed source, filled in where some tags are absent and all others may be anything."""

    def __init__(self, template: Template, absent: frozenset[str]) -> None:
        known = {path: value for path, value in values_of(SAMPLE).items() if path not in absent}
        self._context = Context(template, globals=nested(known))
        self._poorest = Context(template, globals={})
        self._absent = absent
        self.missed: set[tuple[int, str]] = set()
        """Where in the source which tag was wanted in vain."""

    def walk(self, nodes: Iterable[Node]) -> None:
        """Go through the nodes, and into those blocks that could be reached."""
        for node in nodes:
            if isinstance(node, OutputNode):
                self._output(node)
            elif isinstance(node, ForNode):
                self._loop(node)
            elif isinstance(node, IfNode | UnlessNode):
                self._choice(node)
            elif isinstance(node, CaseNode):
                self._case(node)
            else:
                self.walk(children_of(node))

    def _output(self, node: OutputNode) -> None:
        """Once with all that may be known, once with nothing: a `default` must not fall back on what is absent."""
        if len(self.missed) < MAX_FLAWS and any(map(self._is_absent, _paths(node.expression))):
            for context in (self._context, self._poorest):
                try:
                    node.render_to_output(context, Out())
                except MissingValue as error:
                    if ".".join(error.tag.split(".")[:2]) in self._absent and error.token:
                        self.missed.add((error.token.start_index, error.tag))
                except LiquidError:
                    continue  # the sample's own trouble

    def _choice(self, node: IfNode | UnlessNode) -> None:
        first = self._truth(node.condition)
        branches = [(_not(first) if isinstance(node, UnlessNode) else first, node.consequence)]
        branches += [(self._truth(other.expression), other.block) for other in node.alternatives]
        for truth, block in branches:
            if truth is not False:
                self.walk([block])
            if truth:
                return
        if node.default:
            self.walk([node.default])

    def _case(self, node: CaseNode) -> None:
        decided = False
        for block in node.blocks:
            if not isinstance(block, MultiExpressionBlockNode):
                self.walk([] if decided else [block])
                continue
            truth = self._truth(block.expression) if self._is_settled(node.expression) else None
            decided = decided or truth is True
            if truth is not False:
                self.walk([block.block])

    def _loop(self, node: ForNode) -> None:
        items = node.expression.iterable.evaluate(self._context)
        if isinstance(items, list):
            names = {node.expression.identifier: items[0], "forloop": dict.fromkeys(FORLOOP.group, "1")}
            with suppress(ContextDepthError), self._context.extend(names), self._poorest.extend(names):
                self.walk([node.block])
        if node.default:
            self.walk([node.default])

    def _truth(self, condition: Expression) -> bool | None:
        """What the condition is whatever the tags hold that are known; `None` where it depends on them."""
        if isinstance(condition, BooleanExpression):
            return self._truth(condition.expression)
        if isinstance(condition, LogicalNotExpression):
            return _not(self._truth(condition.right))
        if isinstance(condition, LogicalAndExpression | LogicalOrExpression):
            sides = {self._truth(condition.left), self._truth(condition.right)}
            decisive = isinstance(condition, LogicalOrExpression)
            return decisive if decisive in sides else None if None in sides else not decisive
        return self._evaluated(condition) if self._is_settled(condition) else None

    def _evaluated(self, condition: Expression) -> bool | None:
        try:
            value = condition.evaluate(self._context)
        except LiquidError:
            return None
        return any(value) if isinstance(value, list) else is_truthy(value)

    def _is_settled(self, expression: Expression) -> bool:
        return all(map(self._is_absent, _paths(expression)))

    def _is_absent(self, path: Path) -> bool:
        """The sample has every tag: what it lacks is absent."""
        return isinstance(path.evaluate(self._context), Missing)


def _not(truth: bool | None) -> bool | None:
    return None if truth is None else not truth


def _paths(expression: Expression) -> Iterator[Path]:
    if isinstance(expression, Path):
        yield expression
    else:
        for child in expression.children():
            yield from _paths(child)
