"""The board: rules by status and event, in the company's order, and what they say in the office's words."""

from datetime import time
from typing import Any
from uuid import UUID, uuid4

import pytest

from contracts.deliveries import Channel
from contracts.profiles import CustomerKind
from contracts.triggers import Trigger
from notifier_svc.domain.board import About, Reach, Row, Standing, about, cell_of, reach, rows, rows_of_region
from notifier_svc.domain.series import Timing
from notifier_svc.domain.wording import TITLES, when, who
from notifier_svc.tests.factories import a_rule, a_status_entry

NORTH = UUID(int=71)
EMAIL, SMS, VOICE = Channel
FIRST = a_status_entry("a", name="First", position=0)
SECOND = a_status_entry("b", name="Second", position=1)
RETIRED = a_status_entry("c", name="Retired", position=0, active=False)
STATUSES = {status.id: status for status in (RETIRED, SECOND, FIRST)}
HOMES, OFFICES = frozenset({CustomerKind.RESIDENTIAL}), frozenset({CustomerKind.COMMERCIAL})


def of_statuses(found: Any) -> list[tuple[str, Standing | None]]:
    return [(row.title, row.standing) for row in found if row.trigger is Trigger.STATUS_SET]


def row_of(found: list[Row], status_id: UUID | None) -> Row:
    [row] = [row for row in found if (row.trigger, row.status_id) == (Trigger.STATUS_SET, status_id)]
    return row


def test_every_status_and_every_event_has_a_row_whatever_rules_are_there() -> None:  # G11, S1.6
    found = list(rows([], STATUSES))
    assert of_statuses(found) == [("First", Standing.IN_USE), ("Second", Standing.IN_USE), ("Any status", None)]
    assert [row.trigger for row in found[3:]] == [trigger for trigger in Trigger if trigger is not Trigger.STATUS_SET]
    assert all(row.rules == {EMAIL: [], SMS: [], VOICE: []} for row in found)
    assert {row.about for row in found} == set(About)
    assert set(TITLES) == set(Trigger)


def test_a_rule_is_in_the_cell_of_its_status_and_channel_the_first_to_go_in_front() -> None:  # S1.7
    text, regional = a_rule(status_id=FIRST.id, channel=SMS), a_rule(status_id=FIRST.id, region_id=NORTH)
    plain, any_status = a_rule(status_id=FIRST.id), a_rule()
    found = list(rows([any_status, regional, plain, text], STATUSES))
    assert row_of(found, FIRST.id).rules == {EMAIL: [plain, regional], SMS: [text], VOICE: []}
    assert row_of(found, None).rules[EMAIL] == [any_status]
    assert row_of(found, SECOND.id).rules[EMAIL] == []


def test_a_rule_outlives_its_status_and_the_board_says_so() -> None:
    gone, retired = a_rule(status_id=uuid4()), a_rule(status_id=RETIRED.id)
    found = list(rows([gone, retired], STATUSES))
    assert of_statuses(found)[2:] == [
        ("Retired", Standing.RETIRED),
        ("A status that is gone", Standing.UNKNOWN),
        ("Any status", None),
    ]
    assert row_of(found, gone.status_id).rules[EMAIL] == [gone]
    assert of_statuses(rows([gone], {})) == [("A status that is gone", Standing.UNKNOWN), ("Any status", None)]


def test_a_region_has_its_events_and_the_statuses_that_it_selects() -> None:  # S3.2 to S3.7
    selected, created = a_rule(status_id=SECOND.id, region_id=NORTH), a_rule(Trigger.JOB_CANCELLED, region_id=NORTH)
    found = list(rows_of_region([selected, created], STATUSES))
    assert [row.title for row in found] == [
        *("Request accepted", "Request declined", "Job booked", "Second", "Any status"),
        *("Work order closed", "Follow-up", "Job cancelled"),
    ]
    assert sum(len(rules) for row in found for rules in row.rules.values()) == 2


@pytest.mark.parametrize("trigger", Trigger)
def test_every_event_is_about_something(trigger: Trigger) -> None:
    assert about(trigger) in About


@pytest.mark.parametrize(
    ("rules", "homes", "offices"),
    [
        ([], Reach.OFF, Reach.OFF),
        ([{}], Reach.ON, Reach.ON),
        ([{"active": False}], Reach.OFF, Reach.OFF),
        ([{"customer_kinds": HOMES}], Reach.ON, Reach.OFF),
        ([{"customer_kinds": HOMES}, {"customer_kinds": OFFICES, "tags": frozenset({"vip"})}], Reach.ON, Reach.SOME),
        ([{"region_id": NORTH}], Reach.OFF, Reach.OFF),
    ],
)
def test_an_outbound_setting_is_on_by_kind_of_customer(rules: list[Any], homes: Reach, offices: Reach) -> None:
    made = [a_rule(Trigger.JOB_CREATED, **over) for over in rules]  # S0.8
    assert (reach(made, CustomerKind.RESIDENTIAL), reach(made, CustomerKind.COMMERCIAL)) == (homes, offices)


def test_a_cell_is_the_rule_for_everybody() -> None:
    plain = a_rule(status_id=FIRST.id)
    narrower: list[dict[str, Any]] = [
        {"region_id": NORTH},
        {"tags": frozenset({"vip"})},
        {"customer_kinds": HOMES},
        {"channel": SMS},
    ]
    others = [a_rule(**{"status_id": FIRST.id} | over) for over in narrower] + [a_rule(), a_rule(status_id=SECOND.id)]
    assert cell_of([*others, plain], FIRST.id, EMAIL) == [plain]


@pytest.mark.parametrize(
    ("trigger", "timing", "words"),
    [
        (Trigger.STATUS_SET, None, "right away"),
        (Trigger.VISIT_REMINDER, Timing(hours_before=1), "1 hour before the visit"),
        (Trigger.VISIT_REMINDER, Timing(days_before=2, at=time(17)), "2 days before the visit, at 17:00"),
        (Trigger.FOLLOW_UP, Timing(days_after=7), "7 days after the work order closed, at 09:00"),
        (
            Trigger.ESTIMATE_REMINDER,
            Timing(days_after=3, every_days=7, at_most=3),
            "3 days after the estimate was sent, at 09:00, then every 7 days until it is decided, 3 times in all",
        ),
        (
            Trigger.INVOICE_REMINDER,
            Timing(days_after=1, every_days=1),
            "1 day after the invoice was due, at 09:00, then daily until it is paid",
        ),
    ],
)
def test_when_it_goes_in_words(trigger: Trigger, timing: Timing | None, words: str) -> None:
    assert when(a_rule(trigger, timing=timing)) == words


@pytest.mark.parametrize(
    ("trigger", "over", "words"),
    [
        (Trigger.STATUS_SET, {}, "the primary contact, and the service address's additional recipients; all customers"),
        (Trigger.JOB_CREATED, {}, "every contact, and the service address's additional recipients; all customers"),
        (
            Trigger.JOB_CREATED,
            {"region_id": NORTH, "customer_kinds": OFFICES, "tags": frozenset({"vip", "club"})},
            (
                "the primary contact, and the service address's additional recipients; "
                "commercial customers in North tagged club or vip"
            ),
        ),
        (
            Trigger.FOLLOW_UP,
            {"region_id": uuid4()},
            "the primary contact, and the service address's additional recipients; customers in a region that is gone",
        ),
        (Trigger.ACCOUNT_INVITED, {}, "whoever is invited"),
    ],
)
def test_whom_it_is_for_in_words(trigger: Trigger, over: dict[str, Any], words: str) -> None:
    assert who(a_rule(trigger, **over), {NORTH: "North"}) == words
