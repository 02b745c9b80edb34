"""The alerts fire where they should and nowhere else, and each leads to a section of the runbook."""

import re
from typing import Any

import pytest

from deploy.local.state import REPOSITORY
from deploy.monitoring.tests.promql import nameless
from deploy.monitoring.tests.rules import firing, labels_of, rules, scenarios, seconds, series_of

RULES = rules()
ALERTS = [rule for rule in RULES if rule.fires]


@pytest.mark.parametrize("scenario", scenarios(), ids=lambda scenario: scenario["name"])
@pytest.mark.proves("G2")
def test_what_fires_is_what_should(scenario: dict[str, Any]) -> None:
    series = series_of(scenario)
    for asked in scenario["promql_expr_test"]:
        assert asked["expr"] == 'ALERTS{alertstate="firing"}'
        wanted = {nameless(labels_of(sample["labels"])) for sample in asked["exp_samples"]}
        assert firing(RULES, series, seconds(asked["eval_time"])) == wanted


def test_every_alert_fires_in_some_scenario() -> None:
    fired = [sample for each in scenarios() for asked in each["promql_expr_test"] for sample in asked["exp_samples"]]
    assert {dict(labels_of(sample["labels"]))["alertname"] for sample in fired} == {rule.name for rule in ALERTS}


def test_each_alert_says_in_a_sentence_what_is_wrong_and_where_to_read_on() -> None:
    sections = set(re.findall(r"^## (\w+)$", (REPOSITORY / "docs" / "runbook.md").read_text(), re.MULTILINE))
    assert sections == {rule.name for rule in ALERTS}
    for rule in ALERTS:
        said = rule.written["annotations"]
        assert said["runbook"] == f"docs/runbook.md#{rule.name.lower()}"
        assert said["summary"].endswith(".")
        assert rule.written["labels"]["severity"] in ("page", "ticket")
