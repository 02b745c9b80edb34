"""What is asked can be parsed; that a running service exports it, too, says tests/e2e/test_metrics.py."""

from itertools import combinations
from typing import Any

import promql_parser as promql
import pytest
import yaml

from deploy.local.ports import HOST, Ports
from deploy.monitoring.tests.queries import exported_by, expressions, panels, unanswered
from deploy.monitoring.tests.rules import FOLDER

UNITS = {"short", "cps", "percentunit", "s", "reqps", "bytes"}


@pytest.mark.parametrize("expression", expressions())
def test_what_is_asked_is_promql(expression: str) -> None:
    promql.parse(expression)


def test_each_panel_has_a_unit_a_query_and_a_place_of_its_own() -> None:
    for panel in panels():
        assert panel["fieldConfig"]["defaults"]["unit"] in UNITS
        assert panel["targets"]
        assert {each["datasource"]["uid"] for each in (panel, *panel["targets"])} == {"${datasource}"}
    assert not [(one["title"], other["title"]) for one, other in combinations(panels(), 2) if meet(one, other)]


def meet(one: dict[str, Any], other: dict[str, Any]) -> bool:
    a, b = one["gridPos"], other["gridPos"]
    return all(a[at] < b[at] + b[size] and b[at] < a[at] + a[size] for at, size in (("x", "w"), ("y", "h")))


def test_what_nobody_exports_is_missed() -> None:
    answer = 'fieldbell_deliveries_total{channel="email",state="sent"} 1\n'
    missed = unanswered(exported_by("notifier-svc", answer))
    assert 'fieldbell_deliveries_total{state="unknown"}' in missed
    assert 'fieldbell_deliveries_total{state="sent"}' not in missed
    assert 'up{job=~"(status|customer|template|notifier)-svc|gateway"}' not in missed


def test_prometheus_asks_where_make_up_listens() -> None:
    asked = {
        job["job_name"]: job["static_configs"][0]["targets"]
        for job in yaml.safe_load((FOLDER / "prometheus.yml").read_text())["scrape_configs"]
    }
    ports = Ports()
    assert asked == {
        "status-svc": [f"{HOST}:{ports.status}"],
        "customer-svc": [f"{HOST}:{ports.customer}"],
        "template-svc": [f"{HOST}:{ports.template}"],
        "notifier-svc": [f"{HOST}:{ports.notifier}"],
        "gateway": [f"{HOST}:{ports.gateway_operations}"],
    }
