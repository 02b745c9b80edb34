"""Evaluates what the alerts ask as Prometheus would, as far as they go: series at even steps, no extrapolation."""

import math
import operator
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import promql_parser as promql
from promql_parser import Expr

Labels = frozenset[tuple[str, str]]
Vector = dict[Labels, float]
Sample = float | None

LOOK_BACK = 300.0
NAME = "__name__"
ARITHMETIC: dict[str, Callable[[float, float], float]] = {
    "+": operator.add,
    "*": operator.mul,
    "/": lambda one, other: one / other if other else math.nan,
}
COMPARISONS: dict[str, Callable[[float, float], bool]] = {
    ">": operator.gt,
    ">=": operator.ge,
    "==": operator.eq,
}
AGGREGATES: dict[str, Callable[[Sequence[float]], float]] = {"sum": math.fsum, "max": max, "min": min}


@dataclass
class Series:
    """Samples from the beginning on, `step` seconds apart; where there is None it was not seen."""

    labels: Labels
    samples: list[Sample]


class Moment:
    """What there is to ask at `now`, in seconds since the beginning."""

    def __init__(self, series: Sequence[Series], step: float, now: float) -> None:
        self._series = series
        self._step = step
        self._now = now

    def ask(self, expression: Expr) -> Vector | float:
        """A vector by labels, or a number. Raises `NotImplementedError` for what no alert has asked so far."""
        match expression:
            case promql.NumberLiteral():
                return expression.val
            case promql.ParenExpr():
                return self.ask(expression.expr)
            case promql.VectorSelector():
                return self._selected(expression)
            case promql.AggregateExpr():
                return self._aggregated(expression)
            case promql.Call():
                return self._called(expression)
            case promql.BinaryExpr():
                return self._joined(expression)
        raise NotImplementedError(expression.prettify())

    def vector(self, expression: Expr) -> Vector:
        """What must be a vector."""
        found = self.ask(expression)
        assert isinstance(found, dict), expression.prettify()
        return found

    def _named(self, selector: promql.VectorSelector) -> Iterator[Series]:
        return (each for each in self._series if selects(selector, dict(each.labels)))

    def _selected(self, selector: promql.VectorSelector) -> Vector:
        found = {each.labels: self._window(each, selector, LOOK_BACK) for each in self._named(selector)}
        return {labels: window[-1] for labels, window in found.items() if window and window[-1] is not None}

    def _window(self, series: Series, selector: promql.VectorSelector, seconds: float) -> list[Sample]:
        end = self._now - (selector.offset.total_seconds() if selector.offset else 0)
        first, last = math.ceil((end - seconds) / self._step), math.floor(end / self._step)
        return series.samples[max(0, first) : max(0, last + 1)]

    def _called(self, call: promql.Call) -> Vector:
        name, argument = call.func.name, call.args[-1]
        match name:
            case "clamp_max":
                return {nameless(of): min(value, argument.val) for of, value in self.vector(call.args[0]).items()}
            case "absent":
                return {} if self.vector(argument) else {frozenset(): 1.0}
            case "histogram_quantile":
                return quantiles(call.args[0].val, self.vector(argument))
        seconds, found = argument.range.total_seconds(), Vector()
        for each in self._named(argument.vector_selector):
            seen = [s for s in self._window(each, argument.vector_selector, seconds) if s is not None]
            if (value := over_time(name, seen, seconds)) is not None:
                found[nameless(each.labels)] = value
        return found

    def _aggregated(self, aggregate: promql.AggregateExpr) -> Vector:
        kept = aggregate.modifier.labels if aggregate.modifier else []
        groups: defaultdict[Labels, list[float]] = defaultdict(list)
        for labels, value in self.vector(aggregate.expr).items():
            groups[frozenset(pair for pair in labels if pair[0] in kept)].append(value)
        combine = AGGREGATES[str(aggregate.op)]
        return {labels: combine(values) for labels, values in groups.items()}

    def _joined(self, binary: promql.BinaryExpr) -> Vector:
        sign, left, right = str(binary.op), self.ask(binary.lhs), self.ask(binary.rhs)
        if binary.modifier and (binary.modifier.matching or binary.modifier.return_bool):
            raise NotImplementedError(binary.prettify())
        if sign in ("and", "or"):
            assert isinstance(left, dict)
            assert isinstance(right, dict)
            return together(sign, left, right)
        found: Vector = {}
        for labels, one, other in pairs(left, right):
            if sign in ARITHMETIC:
                found[nameless(labels)] = ARITHMETIC[sign](one, other)
            elif COMPARISONS[sign](one, other):
                found[labels] = one
        return found


def selects(selector: promql.VectorSelector, labels: Mapping[str, str]) -> bool:
    """Whether it asks for a series with these labels, its name among them."""
    if selector.name and selector.name != labels.get(NAME):
        return False
    return all(fits(matcher, labels.get(matcher.name, "")) for matcher in selector.matchers.matchers)


def fits(matcher: promql.Matcher, value: str) -> bool:
    """Whether a label may have this value."""
    by_pattern = matcher.op in (promql.MatchOp.Re, promql.MatchOp.NotRe)
    same = bool(re.fullmatch(matcher.value, value)) if by_pattern else matcher.value == value
    return same == (matcher.op in (promql.MatchOp.Equal, promql.MatchOp.Re))


def nameless(labels: Labels) -> Labels:
    """What is worked out has no name of its own."""
    return frozenset(pair for pair in labels if pair[0] != NAME)


def together(sign: str, left: Vector, right: Vector) -> Vector:
    """`and`, `or`: by labels, whatever the names."""
    theirs = {nameless(labels) for labels in (right if sign == "and" else left)}
    if sign == "and":
        return {labels: value for labels, value in left.items() if nameless(labels) in theirs}
    return left | {labels: value for labels, value in right.items() if nameless(labels) not in theirs}


def pairs(left: Vector | float, right: Vector | float) -> Iterator[tuple[Labels, float, float]]:
    """What stands on both sides; a number stands beside everything."""
    if isinstance(left, dict) and isinstance(right, dict):
        there = {nameless(labels): value for labels, value in right.items()}
        yield from ((own, one, there[nameless(own)]) for own, one in left.items() if nameless(own) in there)
    elif isinstance(left, dict):
        yield from ((own, one, float(right)) for own, one in left.items())  # type: ignore[arg-type]
    elif isinstance(right, dict):
        yield from ((own, left, other) for own, other in right.items())


def over_time(function: str, seen: Sequence[float], seconds: float) -> float | None:
    """What a function makes of the samples of a time; of too few of them nothing."""
    match function:
        case "min_over_time":
            return min(seen, default=None)
        case "increase":
            return rise(seen) if len(seen) > 1 else None
        case "rate":
            return rise(seen) / seconds if len(seen) > 1 else None
    raise NotImplementedError(function)


def rise(seen: Sequence[float]) -> float:
    """By how much a counter rose; where it falls its process began anew."""
    return sum(later - earlier if later >= earlier else later for earlier, later in pairwise(seen))


def quantiles(share: float, buckets: Vector) -> Vector:
    """Of each histogram, evenly spread within its buckets."""
    groups: defaultdict[Labels, dict[float, float]] = defaultdict(dict)
    for labels, value in buckets.items():
        rest = frozenset(pair for pair in labels if pair[0] != "le")
        groups[rest][float(dict(labels)["le"])] = value
    return {labels: quantile(share, counts) for labels, counts in groups.items()}


def quantile(share: float, counts: Mapping[float, float]) -> float:
    """Of buckets that are counted up; in the last one only its begin is known."""
    wanted, below, beneath = share * counts[math.inf], 0.0, 0.0
    for bound, count in sorted(counts.items()):
        if count >= wanted > 0:
            return below if math.isinf(bound) else below + (bound - below) * (wanted - beneath) / (count - beneath)
        below, beneath = bound, count
    return math.nan
