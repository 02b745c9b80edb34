"""When a message may go: caps, quiet hours and pauses, on every kind of night."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from itertools import product
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from contracts.deliveries import Category, Channel, Lane
from contracts.profiles import QuietHours
from notifier_svc.domain.gates import Circumstances
from notifier_svc.domain.model import Decision, Skip, Wait
from notifier_svc.domain.plan import plan
from notifier_svc.domain.timing import (
    SPENT_AGAIN,
    Limits,
    Outgoing,
    When,
    concern,
    is_quiet,
    unknown_zones,
    when,
    zone_of,
)
from notifier_svc.tests import gates_oracle as oracle
from notifier_svc.tests.factories import (
    NOW,
    a_company,
    a_contact,
    a_customer,
    a_job,
    a_rule,
    a_status,
    an_address,
    an_event,
    an_occurrence,
)
from notifier_svc.tests.gates_oracle import Moment

DENVER = ZoneInfo("America/Denver")
MARIA = "maria@example.com"
NIGHT = QuietHours(hold_email=True)  # 21:00 to 08:00
NOON = datetime(2026, 11, 24, 12, 0, tzinfo=DENVER)


def a_message(due: datetime = NOON, **over: Any) -> Outgoing:
    defaults: dict[str, Any] = {
        "category": Category.STATUS,
        "channel": Channel.EMAIL,
        "lane": Lane.NORMAL,
        "key": MARIA,
        "due_at": due,
        "expires_at": due + timedelta(hours=24),
    }
    return Outgoing(**defaults | over)


def moments(category: Category, channel: Channel) -> Iterator[Moment]:
    for lane in Lane:
        for held in product((False, True), repeat=5):
            yield Moment(category, channel, lane, *held)


@pytest.mark.parametrize("channel", Channel)
@pytest.mark.parametrize("category", Category)
def test_a_message_waits_where_the_requirements_say_so(category: Category, channel: Channel) -> None:  # D7, G13
    for moment in moments(category, channel):
        due = NOON.replace(hour=23) if moment.night else NOON
        limits = Limits(
            QuietHours(hold_email=moment.hold_email, urgent_passes=moment.urgent_passes),
            per_recipient_per_day=3,
            planned={(channel, MARIA, due.date()): 3 if moment.capped else 2},
            paused=moment.paused,
        )
        found = when(a_message(due, category=category, channel=channel, lane=moment.lane), DENVER, limits)
        assert found.waits_for is oracle.expected_wait(moment), moment
        assert (found.at == due) == (found.waits_for in (None, Wait.PAUSE)) or moment.paused, moment


@pytest.mark.parametrize(
    ("at", "until"),
    [
        ("20:59:59.999999", None),
        ("21:00", "08:00"),
        ("23:59", "08:00"),
        ("00:00", "08:00"),
        ("07:59:59.999999", "08:00"),
        ("08:00", None),
    ],
)
def test_a_night_spans_midnight(at: str, until: str | None) -> None:  # G13
    due = datetime.combine(date(2026, 11, 24), time.fromisoformat(at), DENVER)
    found = when(a_message(due), DENVER, Limits(NIGHT))
    if until is None:
        assert found == When(due)
    else:
        morning = due.date() + timedelta(days=due.hour >= 21)
        assert found == When(datetime.combine(morning, time.fromisoformat(until), DENVER), Wait.QUIET_HOURS)


@pytest.mark.parametrize(("hour", "at"), [(11, 11), (12, 14), (13, 14), (14, 14)])
def test_a_siesta_ends_on_its_day(hour: int, at: int) -> None:
    siesta = QuietHours(starts=time(12), ends=time(14), hold_email=True)
    assert when(a_message(NOON.replace(hour=hour)), DENVER, Limits(siesta)).at == NOON.replace(hour=at)


def test_hours_that_start_when_they_end_are_none() -> None:
    assert when(a_message(), DENVER, Limits(QuietHours(starts=time(12), ends=time(12), hold_email=True))) == When(NOON)


@pytest.mark.parametrize(
    ("ends", "due", "at"),
    [
        # The clock leaps from 02:00 to 03:00 on 8 March 2026, at 09:00 UTC ...
        (time(2, 30), "2026-03-08T08:59+00:00", "2026-03-08T09:30+00:00"),
        (time(8), "2026-03-08T04:00+00:00", "2026-03-08T14:00+00:00"),
        # ... and goes back from 02:00 to 01:00 on 1 November, at 08:00 UTC: 01:30 is at 07:30 and at 08:30.
        (time(1, 30), "2026-11-01T07:15+00:00", "2026-11-01T07:30+00:00"),
        (time(1, 30), "2026-11-01T08:15+00:00", "2026-11-01T08:30+00:00"),
        (time(8), "2026-11-01T03:00+00:00", "2026-11-01T15:00+00:00"),
    ],
)
def test_a_night_on_which_the_clock_changes(ends: time, due: str, at: str) -> None:
    message = a_message(datetime.fromisoformat(due))
    assert when(message, DENVER, Limits(QuietHours(ends=ends, hold_email=True))).at == datetime.fromisoformat(at)


def test_a_full_day_waits_for_the_next_with_room_and_for_its_morning() -> None:  # G13
    days = [NOON.date() + timedelta(days=n) for n in range(3)]
    full = {(Channel.EMAIL, MARIA, day): count for day, count in zip(days, (5, 7, 4), strict=True)}
    message = a_message(expires_at=NOON + timedelta(days=9))
    midnight = datetime.combine(days[2], time.min, DENVER)
    limits = Limits(per_recipient_per_day=5, planned=full)
    assert when(message, DENVER, limits) == When(midnight, Wait.CAP)
    with_nights = Limits(NIGHT, per_recipient_per_day=5, planned=full)
    assert when(message, DENVER, with_nights) == When(midnight.replace(hour=8), Wait.CAP)


@pytest.mark.parametrize(("channel", "hour"), [(Channel.EMAIL, 0), (Channel.SMS, 8), (Channel.VOICE, 8)])
def test_what_was_urgent_on_a_full_day_wakes_nobody_at_midnight(channel: Channel, hour: int) -> None:  # G13
    full = {(channel, MARIA, NOON.date()): 1}
    found = when(a_message(channel=channel, lane=Lane.URGENT), DENVER, Limits(QuietHours(), 1, full))
    assert found == When(NOON.replace(day=25, hour=hour), Wait.CAP)


@pytest.mark.parametrize("other", [(Channel.SMS, MARIA), (Channel.EMAIL, "tom@example.com")])
def test_what_went_elsewhere_fills_no_day(other: tuple[Channel, str]) -> None:
    limits = Limits(per_recipient_per_day=1, planned={(*other, NOON.date()): 9})
    assert when(a_message(), DENVER, limits) == When(NOON)


def test_a_cap_of_nothing_waits_until_it_expires() -> None:
    found = when(a_message(), DENVER, Limits(per_recipient_per_day=0))
    assert (found.at >= NOON + timedelta(hours=24), found.waits_for) == (True, Wait.CAP)


@pytest.mark.parametrize(
    ("customer", "place", "company", "zone"),
    [
        ("America/New_York", "America/Chicago", "America/Denver", "America/New_York"),
        (None, "America/Chicago", "America/Denver", "America/Chicago"),
        ("Mars/Olympus", "America/Chicago", "America/Denver", "America/Chicago"),
        (None, None, "America/Denver", "America/Denver"),
        (None, None, "Mars/Olympus", "UTC"),
    ],
)
def test_whose_clock_it_goes_by(customer: str | None, place: str | None, company: str, zone: str) -> None:  # D10
    elsewhere = an_address(id=a_job().customer_id, zone="Asia/Tokyo")
    here = (an_address(zone=place),) if place else ()
    person = a_customer(zone=customer, service_addresses=(elsewhere, *here))
    assert str(zone_of(person, a_job().service_address_id, a_company(zone=company))) == zone


ZONES = ["UTC", "America/Denver", "Europe/Berlin", "Australia/Lord_Howe", "America/Havana", "Asia/Kathmandu"]
dues = st.datetimes(datetime(2025, 1, 1), datetime(2027, 12, 31)).map(lambda naive: naive.replace(tzinfo=UTC))  # noqa: DTZ001
nights = st.builds(QuietHours, starts=st.times(), ends=st.times(), hold_email=st.just(True))


@settings(max_examples=300, derandomize=True)
@given(dues, st.sampled_from(ZONES), nights)
@example(datetime(2026, 3, 8, 8, 59, tzinfo=UTC), "America/Denver", QuietHours(starts=time(3), ends=time(2, 30)))
@example(datetime(2026, 11, 1, 8, 15, tzinfo=UTC), "America/Denver", QuietHours(ends=time(1, 30)))
def test_it_is_never_quiet_nor_earlier_than_asked(due: datetime, name: str, quiet: QuietHours) -> None:  # G13, D10
    zone = ZoneInfo(name)
    found = when(a_message(due, channel=Channel.SMS, expires_at=due + timedelta(days=7)), zone, Limits(quiet))
    assert found.at >= due
    assert not is_quiet(found.at.astimezone(zone).time(), quiet)
    assert (found.at == due) == (found.waits_for is None)
    before = (found.at - timedelta(microseconds=1)).astimezone(zone)
    if found.waits_for and before.utcoffset() == due.astimezone(zone).utcoffset():  # the clock did not change
        assert is_quiet(before.time(), quiet)  # it waits no longer than it must


def decided(limits: Limits, now: datetime = NOON, hold_seconds: int = 0, **over: Any) -> Decision:
    held = an_event(job=a_job(status=a_status(hold_seconds=hold_seconds)))
    customer = a_customer(contacts=(a_contact(),))
    occurrence = an_occurrence(held, occurred_at=now)
    [decision] = plan(occurrence, [a_rule(**over)], Circumstances(customer, a_company(), frozenset()), now, limits)
    return decision


def test_a_plan_waits_without_living_longer() -> None:  # D13, G13
    night = NOON.replace(hour=23)
    decision = decided(Limits(NIGHT), night, hold_seconds=60)
    assert decision.due_at == NOON.replace(day=25, hour=8)
    assert decision.expires_at == night + timedelta(minutes=1, hours=24)
    assert decision.waits_for is Wait.QUIET_HOURS


def test_what_expires_before_it_may_go_is_due_when_it_expires() -> None:  # D13
    decision = decided(Limits(NIGHT), NOON.replace(hour=23), expires_after=timedelta(hours=2))
    assert decision.due_at == decision.expires_at == NOON.replace(day=25, hour=1)


def test_a_hold_that_ends_in_quiet_hours_waits_for_the_morning() -> None:  # G7, G13
    evening = NOON.replace(hour=20, minute=59, second=30)
    assert decided(Limits(NIGHT), evening, hold_seconds=60).due_at == NOON.replace(day=25, hour=8)


def test_a_pause_moves_nothing_and_is_named() -> None:  # D13
    decision = decided(Limits(paused=True))
    assert (decision.due_at, decision.waits_for) == (NOON, Wait.PAUSE)


@pytest.mark.parametrize("why", [{"active": False}, {"max_age": timedelta(seconds=-1)}])
def test_what_is_skipped_waits_for_nothing(why: dict[str, Any]) -> None:
    decision = decided(Limits(NIGHT, paused=True), NOON.replace(hour=23), **why)
    assert isinstance(decision.verdict, Skip)
    assert (decision.due_at, decision.waits_for) == (NOON.replace(hour=23), None)


TEXTS_SPENT = Limits(NIGHT, spent=frozenset({Channel.SMS}))


@pytest.mark.parametrize(
    ("over", "waits"),
    [({}, True), ({"lane": Lane.BULK}, True), ({"lane": Lane.URGENT}, False), ({"channel": Channel.VOICE}, False)],
)
def test_what_a_month_has_spent_makes_wait_what_is_not_urgent(over: dict[str, Any], waits: bool) -> None:  # G19
    message = a_message(**{"channel": Channel.SMS} | over)
    expected = When(NOON + SPENT_AGAIN, Wait.MONTHLY_CAP) if waits else When(NOON)
    assert when(message, DENVER, TEXTS_SPENT) == expected


def test_what_waits_for_the_morning_is_asked_about_the_months_cap_then() -> None:  # G13, G19
    night = a_message(NOON.replace(hour=23), channel=Channel.SMS)
    assert when(night, DENVER, TEXTS_SPENT) == When(NOON.replace(day=25, hour=8), Wait.QUIET_HOURS)


def test_a_night_concerns_nobody_whose_messages_do_not_heed_it() -> None:
    assert [concern(Limits(QuietHours(hold_email=held)), a_message()) for held in (False, True)] == [False, True]


@pytest.mark.parametrize("channel", Channel)
def test_a_spent_channel_concerns_its_messages_only(channel: Channel) -> None:
    spent = Limits(spent=frozenset({Channel.SMS}))
    assert concern(spent, a_message(channel=channel)) == (channel is Channel.SMS)


def test_by_default_nothing_is_held_back() -> None:
    midnight = datetime(2026, 11, 24, 7, tzinfo=UTC)
    assert when(a_message(midnight, channel=Channel.SMS), DENVER, Limits()) == When(midnight)
    assert NOW.tzinfo is UTC


def test_zones_that_this_machine_does_not_know_are_named_wherever_a_profile_has_them() -> None:
    places = (an_address(zone="Mars/Tharsis"), an_address(zone="America/Denver"))
    assert unknown_zones(a_customer(zone="Mars/Hellas", service_addresses=places)) == {"Mars/Hellas", "Mars/Tharsis"}
    assert unknown_zones(a_company(zone="Mars/Hellas")) == {"Mars/Hellas"}
    assert unknown_zones(a_company(zone="America/Denver")) == set()
