"""What holds of everything that is asked again before it is sent, however the world changed since it was planned."""

from dataclasses import replace

from hypothesis import given, settings

from notifier_svc.domain.model import Candidate, Decision, Rule, Skip
from notifier_svc.domain.recheck import Present, Standing, recheck
from notifier_svc.domain.timing import When
from notifier_svc.tests.factories import NOW, a_due, an_event, ruled
from notifier_svc.tests.plan_scenarios import Scenario, scenarios
from notifier_svc.tests.promises import assert_no_flag_is_against, assert_nothing_forbids

many = settings(max_examples=100, derandomize=True)


def asked_again(planned: Scenario, decision: Decision, rule: Rule, now: Scenario) -> Candidate | Skip | When:
    job = Standing(planned.occurrence.status_id or an_event().job.status.id)
    present = Present(now.customer, now.company, job, rule, now.blocked, NOW, now.phone_account, limits=now.limits)
    return recheck(a_due(planned.occurrence, decision), present)


@many
@given(scenarios())
def test_where_nothing_changed_it_goes_to_whom_it_was_planned_for(scenario: Scenario) -> None:
    for decision, candidate in scenario.sends():
        verdict = asked_again(scenario, decision, ruled(decision), scenario)
        if decision.waits_for:
            assert isinstance(verdict, When)
            assert (min(verdict.at, decision.expires_at), verdict.waits_for) == (decision.due_at, decision.waits_for)
        else:
            assert verdict == candidate


@settings(many, max_examples=200)
@given(scenarios(), scenarios())
def test_whatever_changed_nobody_is_written_to_against_it(planned: Scenario, later: Scenario) -> None:  # D7, G4
    changed = later.rules[0]
    now = replace(later, occurrence=planned.occurrence)
    for decision, candidate in planned.sends():
        rule = replace(
            ruled(decision),
            active=changed.active,
            region_id=changed.region_id,
            customer_kinds=changed.customer_kinds,
            tags=changed.tags,
        )
        for asked in (rule, ruled(decision)):
            verdict = asked_again(planned, decision, asked, now)
            if isinstance(verdict, When):
                assert verdict.waits_for
                assert verdict.at >= NOW
            if isinstance(verdict, Candidate):
                assert not now.limits.paused
                assert (verdict.person_id, verdict.key) == (candidate.person_id, candidate.key)
                assert_no_flag_is_against(now, asked, verdict)
                assert_nothing_forbids(now, asked, verdict)
