"""Where rules meet: two messages for one act, or one that is never sent."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from contracts.deliveries import Channel
from contracts.profiles import CustomerKind
from contracts.triggers import Trigger
from notifier_svc.domain.model import Rule
from notifier_svc.domain.overlaps import Effect, equal_reminder, overlaps
from notifier_svc.domain.series import Timing
from notifier_svc.domain.starters import starter_rules
from notifier_svc.tests.factories import COMPANY, NOW, a_rule, a_status_entry

NORTH, SOUTH = UUID(int=71), UUID(int=72)
DONE = a_status_entry("done", name="Done", closes=True)
ON_THE_WAY = a_status_entry("on-the-way", name="On the way", position=1)
STATUSES = {status.id: status for status in (DONE, ON_THE_WAY)}
SET, CLOSED, VISIT, INVOICE = (
    Trigger.STATUS_SET,
    Trigger.WORK_ORDER_CLOSED,
    Trigger.VISIT_REMINDER,
    Trigger.INVOICE_REMINDER,
)


def older(trigger: Trigger = SET, **over: Any) -> Rule:
    return a_rule(trigger, **{"name": "Older", "created_at": NOW - timedelta(days=1)} | over)


def newer(trigger: Trigger = SET, **over: Any) -> Rule:
    return a_rule(trigger, **{"name": "Newer"} | over)


def met(*rules: Rule) -> list[tuple[Effect, list[str], str]]:
    """By the order in which they are told."""
    found = overlaps(rules, STATUSES, {NORTH, SOUTH})
    return [(each.effect, [rule.name for rule in each.rules], each.sentence) for each in found]


def test_a_status_that_closes_and_a_closed_work_order_are_one_act_and_two_messages() -> None:  # D9, G11
    [(effect, names, sentence)] = met(older(CLOSED), newer(status_id=DONE.id))
    assert (effect, names) == (Effect.BOTH_SENT, ["Newer", "Older"])
    assert sentence == (
        'Done: "Newer" and "Older" are for the same people; '
        "setting this status closes the work order, so both are sent."
    )
    assert len(met(older(CLOSED), newer())) == 1
    assert met(older(CLOSED), newer(status_id=ON_THE_WAY.id)) == []
    assert met(older(CLOSED), newer(status_id=uuid4())) == []


@pytest.mark.parametrize(
    ("first", "second", "goes"),
    [
        (older(), newer(), "which is older"),
        (older(), newer(status_id=DONE.id), "which is for this status"),
        (older(), newer(region_id=NORTH), "which is the region's"),
        (older(region_id=NORTH), newer(status_id=DONE.id), "which is for this status"),
        (older(Trigger.JOB_CREATED), newer(Trigger.JOB_CREATED, region_id=NORTH), "which is the region's"),
    ],
)
def test_of_rules_that_meet_on_one_event_one_goes_and_the_warning_says_which(
    first: Rule, second: Rule, goes: str
) -> None:
    [(effect, names, sentence)] = met(first, second)
    assert effect is Effect.ONE_SENT
    assert f'each of them gets one message, of "{names[0]}", {goes}.' in sentence
    assert met(second, first) == [(effect, names, sentence)]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (older(), newer(channel=Channel.SMS)),
        (older(), newer(active=False)),
        (older(status_id=DONE.id), newer(status_id=ON_THE_WAY.id)),
        (older(region_id=NORTH), newer(region_id=SOUTH)),
        (older(), newer(region_id=uuid4())),
        (older(Trigger.JOB_CREATED), newer(Trigger.JOB_UPDATED)),
        (older(Trigger.INVOICE_ISSUED), newer(Trigger.PAYMENT_RECEIVED)),
        (
            older(customer_kinds=frozenset({CustomerKind.RESIDENTIAL})),
            newer(customer_kinds=frozenset({CustomerKind.COMMERCIAL})),
        ),
    ],
)
def test_rules_that_never_meet_are_no_warning(first: Rule, second: Rule) -> None:
    assert met(first, second) == []


def test_customers_may_have_two_tags() -> None:
    assert met(older(tags=frozenset({"vip"})), newer(tags=frozenset({"club"})))


@pytest.mark.parametrize(
    ("trigger", "first", "second", "meets"),
    [
        (VISIT, Timing(days_before=1), Timing(days_before=1), True),
        (VISIT, Timing(hours_before=2), Timing(hours_before=2), True),
        (VISIT, Timing(days_before=1), Timing(days_before=7), False),
        (VISIT, Timing(days_before=2), Timing(hours_before=2), False),
        (VISIT, Timing(days_before=1), Timing(hours_before=24), True),
        (VISIT, Timing(days_before=1), Timing(hours_before=48), False),
        (INVOICE, Timing(days_after=3, every_days=7), Timing(days_after=10), True),
        (INVOICE, Timing(days_after=3, every_days=7, at_most=1), Timing(days_after=10), False),
        (INVOICE, Timing(days_after=3, every_days=7), Timing(days_after=4, every_days=14), False),
    ],
)
def test_two_reminders_of_one_day_both_go(trigger: Trigger, first: Timing, second: Timing, meets: bool) -> None:
    found = met(older(trigger, timing=first), newer(trigger, timing=second))
    assert [effect for effect, *_ in found] == [Effect.BOTH_SENT] * meets


@pytest.mark.parametrize(
    ("over", "equal"),
    [
        ({}, True),
        ({"name": "Another", "template_id": uuid4()}, True),
        ({"tags": frozenset({"VIP"})}, True),
        ({"tags": frozenset({"club"})}, False),
        ({"active": False}, False),
        ({"channel": Channel.SMS}, False),
        ({"region_id": NORTH}, False),
        ({"timing": Timing(days_before=2)}, False),
        ({"customer_kinds": frozenset({CustomerKind.COMMERCIAL})}, False),
    ],
)
def test_equal_are_reminders_of_the_same_to_the_same_at_the_same_time(over: dict[str, Any], equal: bool) -> None:
    given = {"timing": Timing(days_before=1), "tags": frozenset({"vip"})}
    first, second = older(VISIT, **given), newer(VISIT, **given | over)
    assert equal_reminder(second, [second, first]) == (first if equal else None)
    assert equal_reminder(first, [first, second]) == (second if equal else None)


def test_what_sends_twice_is_told_before_what_sends_once() -> None:
    regional = [older(Trigger.JOB_CREATED, region_id=region) for region in (NORTH, SOUTH)]
    twice = [older(VISIT, timing=Timing(days_before=1)), newer(VISIT, timing=Timing(days_before=1)), newer(CLOSED)]
    found = [effect for effect, *_ in met(*regional, newer(Trigger.JOB_CREATED), newer(status_id=DONE.id), *twice)]
    assert found == [Effect.BOTH_SENT] * 2 + [Effect.ONE_SENT] * 2


def test_a_new_companys_rules_do_not_meet() -> None:
    statuses = {id: status.model_copy(update={"company_id": COMPANY}) for id, status in STATUSES.items()}
    assert list(overlaps(starter_rules(COMPANY, NOW), statuses, set())) == []
