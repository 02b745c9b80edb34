"""Asked again before sending: what may go but not now, and what a rule has told before (G7, G13, D10, D13)."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from contracts.deliveries import Channel, Lane, Reason
from contracts.inbound import Cause, Scope
from contracts.profiles import Caps, QuietHours
from notifier_svc.domain.context import about
from notifier_svc.domain.gates import Circumstances
from notifier_svc.domain.model import Block, Candidate, Skip, Wait
from notifier_svc.domain.plan import plan
from notifier_svc.domain.recheck import Due, Present, recheck
from notifier_svc.domain.timing import When, limits_of
from notifier_svc.domain.trial import Trial
from notifier_svc.tests.factories import (
    COMPANY,
    NO_QUIET_HOURS,
    NOW,
    a_company,
    a_customer,
    a_due,
    a_rule,
    an_occurrence,
)

NIGHT = QuietHours(hold_email=True)
MIDNIGHT_IN_BERLIN = datetime(2026, 11, 24, 23, 30, tzinfo=UTC)
MORNING = datetime(2026, 11, 25, 7, tzinfo=UTC)


def case(at: datetime = NOW, quiet: QuietHours = NO_QUIET_HOURS, **over: Any) -> tuple[Due, Present]:
    """A delivery that was planned by day for somebody in Berlin, and how it is at another moment."""
    customer = a_customer(zone="Europe/Berlin")
    company = a_company(quiet_hours=quiet)
    occurrence, rule = an_occurrence(), a_rule(**over)
    [decision] = plan(occurrence, [rule], Circumstances(customer, company, frozenset()), NOW)
    due = a_due(occurrence, decision, expires_at=at + timedelta(days=2))
    limits = limits_of(company, paused=False)
    return due, Present(customer, company, None, rule, frozenset(), at, limits=limits)


def asked(at: datetime, quiet: QuietHours, **over: Any) -> Any:
    return recheck(*case(at, quiet, **over))


def test_the_claim_goes_by_the_customers_clock_and_the_companys_word() -> None:  # D10, G13
    assert asked(MIDNIGHT_IN_BERLIN, NIGHT) == When(MORNING, Wait.QUIET_HOURS)
    assert isinstance(asked(MORNING, NIGHT), Candidate)
    assert isinstance(asked(MIDNIGHT_IN_BERLIN, QuietHours()), Candidate)  # emails wait only where the company says so
    assert isinstance(asked(MIDNIGHT_IN_BERLIN, NIGHT, lane=Lane.URGENT), Candidate)
    stern = NIGHT.model_copy(update={"urgent_passes": False})
    assert asked(MIDNIGHT_IN_BERLIN, stern, lane=Lane.URGENT) == When(MORNING, Wait.QUIET_HOURS)


@pytest.mark.parametrize("quiet", [NIGHT, NO_QUIET_HOURS])
def test_a_pause_is_met_before_all_else_that_waits(quiet: QuietHours) -> None:  # D13
    due, present = case(MIDNIGHT_IN_BERLIN, quiet)
    assert present.company
    paused = replace(present, limits=limits_of(present.company, paused=True))
    verdict = recheck(due, paused)
    assert isinstance(verdict, When)
    assert verdict.waits_for is Wait.PAUSE


@pytest.mark.parametrize(("taken", "waits"), [(1, False), (2, True), (3, True)])
def test_a_full_day_of_the_recipient_waits_for_the_next(taken: int, waits: bool) -> None:  # G13
    due, present = case()
    company = a_company(quiet_hours=NO_QUIET_HOURS, caps=Caps(per_recipient_per_day=2))
    planned = {(Channel.EMAIL, "maria@example.com", NOW.date()): taken}
    verdict = recheck(due, replace(present, limits=limits_of(company, paused=False, planned=planned)))
    midnight_in_berlin = datetime(2026, 11, 24, 23, tzinfo=UTC)
    assert verdict == When(midnight_in_berlin, Wait.CAP) if waits else isinstance(verdict, Candidate)


def test_where_no_night_is_quiet_the_next_day_begins_at_midnight() -> None:  # G13
    due, present = case()
    siesta = QuietHours(starts=time(12), ends=time(14), hold_email=True)
    company = a_company(quiet_hours=siesta, caps=Caps(per_recipient_per_day=1))
    planned = {(Channel.EMAIL, "maria@example.com", NOW.date()): 1}
    verdict = recheck(due, replace(present, limits=limits_of(company, paused=False, planned=planned)))
    assert verdict == When(datetime(2026, 11, 24, 23, tzinfo=UTC), Wait.CAP)


def test_what_somebody_tries_out_goes_for_no_unknown_company_and_to_no_blocked_address() -> None:  # G4, G10
    due, present = case()
    assert present.customer
    assert present.company
    context = about(due.occurrence, present.customer, present.company)
    trial = Trial(id=uuid4(), company_id=COMPANY, name="Ann", locale="en-US", context=context)
    tried = replace(due, occurrence=replace(due.occurrence, data=trial))
    assert isinstance(recheck(tried, present), Candidate)
    assert recheck(tried, replace(present, company=None)) == Skip(Reason.UNKNOWN_CUSTOMER)
    bounced = frozenset({Block(Channel.EMAIL, "maria@example.com", Scope.EVERYTHING, Cause.BOUNCED)})
    assert recheck(tried, replace(present, blocked=bounced)) == Skip(Reason.BLOCKED)


def test_what_expired_is_not_said_to_wait() -> None:  # D13
    due, present = case(MIDNIGHT_IN_BERLIN, NIGHT)
    assert recheck(replace(due, expires_at=MIDNIGHT_IN_BERLIN), present) == Skip(Reason.EXPIRED)


@pytest.mark.parametrize(
    ("once", "before", "reason"),
    [(True, UUID(int=1), Reason.ALREADY_TOLD), (True, None, None), (False, UUID(int=1), None)],
)
def test_a_rule_that_tells_once_per_job_tells_no_second_time(once: bool, before: UUID | None, reason: Any) -> None:
    due, present = case(once_per_job=once)  # G7
    verdict = recheck(due, replace(present, told_before=before))
    assert (verdict.reason if isinstance(verdict, Skip) else None) is reason
    assert isinstance(recheck(due, replace(present, told_before=due.event_id)), Candidate)
