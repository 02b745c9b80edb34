"""All that the alerts and the dashboard ask, and what of it nothing exports."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import promql_parser as promql
from prometheus_client.parser import text_string_to_metric_families

from deploy.monitoring.tests.promql import NAME, selects
from deploy.monitoring.tests.rules import FOLDER, rules

EXPORTED_BY_PROMETHEUS = ({NAME: "up", "job": "notifier-svc"}, {NAME: "ALERTS", "alertstate": "firing"})
Exported = Mapping[str, str]


@dataclass(frozen=True)
class Asked:
    """One series selector of a query, and the labels that the query keeps."""

    selector: promql.VectorSelector
    kept: frozenset[str]

    def is_answered_by(self, exported: Iterable[Exported]) -> bool:
        """Whether there is a series that it selects, with all of the labels."""
        return any(selects(self.selector, labels) and self.kept <= labels.keys() for labels in exported)


def expressions() -> list[str]:
    """As they are written, the dashboard's with a time where Grafana puts one in."""
    return [str(rule.written["expr"]) for rule in rules()] + [
        target["expr"].replace("$__rate_interval", "1m") for panel in panels() for target in panel["targets"]
    ]


def panels() -> list[dict[str, Any]]:
    """Those of the dashboard."""
    found: list[dict[str, Any]] = json.loads((FOLDER / "dashboard.json").read_text())["panels"]
    return found


def asked(expression: promql.Expr, kept: frozenset[str] = frozenset()) -> Iterator[Asked]:
    """What it selects; labels of the innermost `by` count."""
    match expression:
        case promql.VectorSelector():
            yield Asked(expression, kept)
        case promql.MatrixSelector():
            yield Asked(expression.vector_selector, kept)
        case promql.AggregateExpr():
            by = expression.modifier.labels if expression.modifier else []
            yield from asked(expression.expr, frozenset(by))
        case promql.BinaryExpr():
            yield from asked(expression.lhs, kept)
            yield from asked(expression.rhs, kept)
        case promql.ParenExpr():
            yield from asked(expression.expr, kept)
        case promql.Call():
            for argument in expression.args:
                yield from asked(argument, kept)


def exported_by(job: str, answer: str) -> Iterator[Exported]:
    """The series of one /metrics as Prometheus keeps them."""
    untyped = "\n".join(line for line in answer.splitlines() if not line.startswith("#"))  # types would change names
    for family in text_string_to_metric_families(untyped + "\n"):
        for sample in family.samples:
            yield {NAME: sample.name, "job": job, "instance": "a"} | sample.labels


def recorded() -> Iterator[Exported]:
    """The figures that the rules make of others: by channel, as their names say."""
    return ({NAME: rule.name, "channel": "email"} for rule in rules() if not rule.fires)


def unanswered(exported: Iterable[Exported]) -> list[str]:
    """What somebody asks and nobody exports."""
    known = [*exported, *recorded(), *EXPORTED_BY_PROMETHEUS]
    return sorted(
        {
            each.selector.prettify()
            for expression in expressions()
            for each in asked(promql.parse(expression))
            if not each.is_answered_by(known)
        }
    )
