"""The alerts and their scenarios as they are written down, and which of them fire when."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import promql_parser as promql
import yaml

from deploy.monitoring.tests.promql import NAME, Labels, Moment, Series, Vector, nameless

FOLDER = Path(__file__).parents[1]
MINUTE = 60.0


def seconds(written: str) -> float:
    """`5m`."""
    return promql.parse_duration(written).total_seconds()


@dataclass(frozen=True)
class Rule:
    """One of alerts.yml: it records a figure, or fires."""

    written: Mapping[str, Any]

    @property
    def name(self) -> str:
        return str(self.written.get("alert") or self.written["record"])

    @property
    def fires(self) -> bool:
        return "alert" in self.written

    @cached_property
    def expression(self) -> promql.Expr:
        return promql.parse(self.written["expr"])

    @property
    def patience(self) -> float:
        """Seconds for which it must hold before it fires."""
        return seconds(self.written["for"]) if "for" in self.written else 0.0


def rules() -> list[Rule]:
    """All of them, in the order in which they are evaluated."""
    groups = yaml.safe_load((FOLDER / "alerts.yml").read_text())["groups"]
    return [Rule(each) for group in groups for each in group["rules"]]


def scenarios() -> list[dict[str, Any]]:
    """What alerts.test.yml tells."""
    tests: list[dict[str, Any]] = yaml.safe_load((FOLDER / "alerts.test.yml").read_text())["tests"]
    return tests


def series_of(scenario: Mapping[str, Any]) -> list[Series]:
    """Its input, as promtool reads it."""
    return [Series(labels_of(each["series"]), list(samples(str(each["values"])))) for each in scenario["input_series"]]


def labels_of(written: str) -> Labels:
    """`name{label="value"}`."""
    selector = promql.parse(written)
    assert isinstance(selector, promql.VectorSelector)
    named = ((matcher.name, matcher.value) for matcher in selector.matchers.matchers)
    return frozenset({(NAME, selector.name or ""), *named})


def samples(written: str) -> Iterator[float | None]:
    """`1x3` is 1 four times, `0+2x3` is 0 2 4 6; `stale` is a series that ends."""
    for part in written.split():
        match re.fullmatch(r"([\d.]+)(?:\+([\d.]+))?(?:x(\d+))?", part):
            case None if part == "stale":
                yield None
            case None:
                raise NotImplementedError(part)
            case found:
                start, step, times = float(found[1]), float(found[2] or 0), int(found[3] or 0)
                yield from (start + step * n for n in range(times + 1))


def firing(all_rules: Sequence[Rule], series: Sequence[Series], at: float) -> set[Labels]:
    """The alerts that fire at `at`, as the labels of ALERTS, evaluated every minute."""
    since: dict[str, dict[Labels, float]] = {rule.name: {} for rule in all_rules}
    begin = max(0.0, at - max(rule.patience for rule in all_rules) - MINUTE)
    now = begin
    while now <= at:
        known = [*series]
        for rule in all_rules:
            found = found_by(rule, Moment(known, MINUTE, now))
            if rule.fires:
                since[rule.name] = {labels: since[rule.name].get(labels, now) for labels in found}
            else:
                known += [recorded(rule, labels, value, now) for labels, value in found.items()]
        now += MINUTE
    return {
        nameless(labels) | {("alertname", rule.name), ("alertstate", "firing"), *rule.written["labels"].items()}
        for rule in all_rules
        if rule.fires
        for labels, began in since[rule.name].items()
        if at - began >= rule.patience
    }


def found_by(rule: Rule, moment: Moment) -> Vector:
    """What it finds then, by its own labels."""
    return {nameless(labels): value for labels, value in moment.vector(rule.expression).items()}


def recorded(rule: Rule, labels: Labels, value: float, now: float) -> Series:
    """A figure as a series; it is only asked for in the same minute."""
    return Series(labels | {(NAME, rule.name)}, [None] * int(now / MINUTE) + [value])
