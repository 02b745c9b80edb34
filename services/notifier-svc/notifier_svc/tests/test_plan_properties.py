"""What holds for every plan, whoever the customer is and whatever the rules are."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.deliveries import Category, Channel, Reason
from contracts.inbound import Scope
from contracts.profiles import AdditionalRecipient, Consent, Contact
from notifier_svc.domain.delivery import deliveries
from notifier_svc.domain.keys import Keys
from notifier_svc.domain.model import Block, Decision, Rule, Skip
from notifier_svc.domain.plan import selects
from notifier_svc.domain.timing import Limits
from notifier_svc.tests.factories import NOW, ruled
from notifier_svc.tests.plan_scenarios import Scenario, scenarios
from notifier_svc.tests.promises import assert_no_flag_is_against, assert_nothing_forbids

KEYS = Keys(b"a secret of sixteen bytes")
WITHOUT_RECIPIENT = {
    Reason.RULE_INACTIVE,
    Reason.REGION_INACTIVE,
    Reason.NOTIFY_DECLINED,
    Reason.PHONE_NOT_SET_UP,
    Reason.CLIENT_NOTIFICATIONS_OFF,
    Reason.HEAD_OFFICE,
}

many = settings(max_examples=100, derandomize=True)


def why_not(decision: Decision) -> Reason | None:
    return decision.verdict.reason if isinstance(decision.verdict, Skip) else None


@many
@given(scenarios())
def test_nobody_is_written_to_against_a_flag_or_without_consent(scenario: Scenario) -> None:  # S0.7 to S0.20, D8, D12
    for decision, candidate in scenario.sends():
        assert_no_flag_is_against(scenario, ruled(decision), candidate)


@many
@given(scenarios())
def test_nothing_goes_where_nothing_may_go(scenario: Scenario) -> None:  # D7, D11, D13, G16
    for decision, candidate in scenario.sends():
        assert_nothing_forbids(scenario, ruled(decision), candidate)
        assert NOW - scenario.occurrence.occurred_at <= ruled(decision).max_age


@many
@given(scenarios())
def test_limits_make_wait_and_change_nothing_else(scenario: Scenario) -> None:  # G13, D13
    free = replace(scenario, limits=Limits()).planned()
    for held, decision in zip(scenario.planned(), free, strict=True):
        assert replace(held, due_at=decision.due_at, waits_for=None) == decision
        assert decision.due_at <= held.due_at <= decision.expires_at


@many
@given(scenarios())
def test_an_address_gets_one_message_at_most(scenario: Scenario) -> None:  # G8, D1
    places = Counter((candidate.channel, candidate.key) for _, candidate in scenario.sends())
    assert not places or max(places.values()) == 1


@many
@given(scenarios())
def test_a_recipient_of_another_address_is_not_even_in_the_log(scenario: Scenario) -> None:  # S2.2, S2.6
    meant = {each.id for each in scenario.customer.contacts} | {each.id for each in scenario.recipients}
    assert {d.candidate.person_id for d in scenario.planned() if d.candidate} <= meant


def expected_rows(scenario: Scenario, rule: Rule) -> Counter[tuple[UUID, frozenset[str]]]:
    """D1: (person, what the row's address may be), one for each row."""
    to_primary = rule.category is Category.STATUS or rule.region_id
    contacts = [contact for contact in scenario.customer.contacts if contact.primary or not to_primary]
    rows = [(who.id, places) for who in contacts for places in of_contact(who, rule.channel, scenario.blocked)]
    rows += [
        (who.id, places) for who in scenario.recipients for places in of_recipient(who, rule.channel, scenario.blocked)
    ]
    return Counter(rows)


def of_contact(who: Contact, channel: Channel, blocked: frozenset[Block]) -> Iterator[frozenset[str]]:
    if channel is Channel.EMAIL:
        return one_per_email([e.address for e in who.emails])
    return one_phone(who, channel, blocked)


def of_recipient(who: AdditionalRecipient, channel: Channel, blocked: frozenset[Block]) -> Iterator[frozenset[str]]:
    return one_per_email(who.emails) if channel is Channel.EMAIL else one_phone(who, channel, blocked)


def one_per_email(typed: Any) -> Iterator[frozenset[str]]:
    return iter({frozenset({address.strip().lower()}) for address in typed} or {frozenset({""})})


def one_phone(
    who: Contact | AdditionalRecipient, channel: Channel, blocked: frozenset[Block]
) -> Iterator[frozenset[str]]:
    """The first eligible phone, else any that the channel can reach at all, else any."""
    usable = [phone for phone in who.phones if channel is Channel.VOICE or not phone.landline]
    free = [
        phone for phone in usable if (channel, phone.number, Scope.EVERYTHING) not in {each[:3] for each in blocked}
    ]
    granted = [phone.number for phone in free if phone.sms_consent is Consent.GRANTED]
    open_to_calls = [phone.number for phone in free if not phone.calls_opted_out]
    eligible = granted if channel is Channel.SMS else open_to_calls
    yield frozenset(eligible[:1] or [phone.number for phone in usable or who.phones] or [""])


@many
@given(scenarios())
def test_everybody_meant_has_one_row_per_rule(scenario: Scenario) -> None:  # D1, D7 "Rows"
    decisions = scenario.planned()
    for rule in scenario.rules:
        rows = [decision for decision in decisions if ruled(decision) is rule]
        if not selects(rule, scenario.occurrence, scenario.customer):
            assert rows == []
        elif len(rows) == 1 and why_not(rows[0]) in WITHOUT_RECIPIENT:
            assert rows[0].candidate is None
        else:
            assert_rows(rows, expected_rows(scenario, rule))


def assert_rows(rows: list[Decision], expected: Counter[tuple[UUID, frozenset[str]]]) -> None:
    found = [row.candidate for row in rows if row.candidate]
    assert len(found) == expected.total()
    for candidate in found:
        assert any(id == candidate.person_id and candidate.key in places for id, places in expected), candidate
    assert len({(candidate.person_id, candidate.key) for candidate in found}) == len(found)
    assert found or [why_not(row) for row in rows] in (
        [[reason] for reason in (Reason.TOO_OLD, Reason.ARCHIVED, Reason.NO_ADDRESS)]
    )


@many
@given(scenarios())
def test_a_row_gives_way_only_to_another_that_goes_there(scenario: Scenario) -> None:  # D7 "Rows"
    decisions = scenario.planned()
    winners = {(candidate.channel, candidate.key): ruled(d) for d, candidate in scenario.sends()}
    for decision in decisions:
        if why_not(decision) in (Reason.SUPERSEDED, Reason.DUPLICATE):
            assert decision.candidate
            winner = winners[decision.candidate.channel, decision.candidate.key]
            assert (winner is ruled(decision)) == (why_not(decision) is Reason.DUPLICATE)
            assert rank(winner) <= rank(ruled(decision))


def rank(rule: Rule) -> tuple[bool, bool, Any]:
    """Status over region over company; of equals the older."""
    return rule.region_id is not None or rule.status_id is None, rule.region_id is None, rule.created_at


@many
@given(scenarios(), st.randoms(use_true_random=False))
def test_the_order_of_the_rules_changes_nothing(scenario: Scenario, random: Any) -> None:
    shuffled = Scenario(**{**vars(scenario), "rules": tuple(random.sample(scenario.rules, len(scenario.rules)))})
    assert shuffled.planned() == scenario.planned()


@many
@given(scenarios(), st.randoms(use_true_random=False))
def test_the_order_of_the_contacts_changes_only_which_twin_is_the_duplicate(scenario: Scenario, random: Any) -> None:
    contacts = scenario.customer.contacts
    shuffled = scenario.with_contacts(tuple(random.sample(contacts, len(contacts))))

    def outcomes(each: Scenario) -> Counter[Any]:
        return Counter((ruled(d).id, d.candidate and d.candidate.key, d.verdict) for d in each.planned())

    assert outcomes(shuffled) == outcomes(scenario)


@many
@given(scenarios())
@pytest.mark.survives(23)
def test_planning_twice_gives_the_same_rows_each_with_its_own_id(scenario: Scenario) -> None:
    first, second = (deliveries(scenario.occurrence, scenario.planned(), {}, KEYS) for _ in range(2))
    assert first == second
    assert len({row.id for row in first}) == len(first)
