"""The volume breaker: who would send far more than usual is paused, and nobody else (D13)."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from contracts import events
from contracts.jobs import Role
from notifier_svc import planning
from notifier_svc.domain.keys import Keys
from notifier_svc.domain.volume import Breaker
from notifier_svc.store import pauses, rules, volume
from notifier_svc.tests.app import App
from notifier_svc.tests.factories import (
    COMPANY,
    a_company,
    a_contact,
    a_customer,
    a_job,
    an_email,
    an_event,
    email_rules,
)
from notifier_svc.tests.test_planning import an_envelope
from servicekit import copies
from servicekit.cloudevents import Event
from servicekit.db import Database, Tx

FEW = Breaker(times=10, at_least=5)


def happened(count: int, ago: timedelta = timedelta(), **over: Any) -> list[Event[Any]]:
    """So many jobs were closed."""
    at = datetime.now(UTC) - ago
    return [an_envelope(an_event(events.WOClosed, job=a_job(id=uuid4())), time=at, **over) for _ in range(count)]


async def plan(db: Database, keys: Keys, arriving: Iterable[Event[Any]], breaker: Breaker = FEW) -> bool:
    """Plan it; whether the company is paused now."""
    async with db.worker() as tx:
        await copies.put(tx, "customers", [a_customer()])
        await planning.plan_events(tx, keys, list(arriving), breaker)
        return (await pauses.find(tx, COMPANY)).paused


async def was_planned(tx: Tx, ago: int, count: int) -> None:
    """So many hours ago."""
    hour = datetime.now(UTC).replace(minute=0, second=0, microsecond=0) - timedelta(hours=ago)
    await tx.execute("insert into volume (company_id, hour, planned) values ($1, $2, $3)", COMPANY, hour, count)


@pytest.mark.parametrize(
    ("planned", "usual", "trips"),
    [(999, None, False), (1000, None, True), (1000, 99.0, True), (1000, 101.0, False), (1010, 101.0, True)],
)
def test_ten_times_what_is_usual_and_a_thousand_at_least(planned: int, usual: float | None, trips: bool) -> None:  # D13
    assert Breaker().trips(planned, usual) is trips


async def test_one_too_many_pauses_the_company_and_tells(db: Database, keys: Keys) -> None:  # D13
    assert not await plan(db, keys, happened(4))
    assert await plan(db, keys, happened(1))
    async with db.worker() as tx:
        pause = await pauses.find(tx, COMPANY)
        [told] = await tx.fetch("select convert_from(body, 'UTF8')::jsonb as body from outbox where topic = 'rules.v1'")
    assert (pause.cause, pause.actor) == ("volume", None)
    assert (told["body"]["paused"], told["body"]["cause"]) == (True, "volume")
    assert await plan(db, keys, happened(9))
    async with db.worker() as tx:
        assert (await pauses.find(tx, COMPANY)).version == 1  # once is enough


async def test_what_is_usual_is_the_median_of_the_hours_that_had_any(db: Database, keys: Keys) -> None:
    async with db.worker() as tx:
        for ago, planned in ((1, 2), (2, 2), (3, 5000), (29 * 24, 9000), (30 * 24, 9000)):
            hour = datetime.now(UTC).replace(minute=0, second=0, microsecond=0) - timedelta(hours=ago)
            await tx.execute(
                "insert into volume (company_id, hour, planned) values ($1, $2, $3)", COMPANY, hour, planned
            )
    assert not await plan(db, keys, happened(19))
    assert await plan(db, keys, happened(1))
    async with db.worker() as tx:
        await volume.forget(tx)
        assert await tx.fetchval("select count(*) from volume where planned = 9000") == 0


async def test_what_goes_at_this_time_of_every_day_is_usual(db: Database, keys: Keys) -> None:
    async with db.worker() as tx:
        for ago, planned in ((1, 1), (2, 1), (3, 1), (24, 8), (48, 9)):
            hour = datetime.now(UTC).replace(minute=0, second=0, microsecond=0) - timedelta(hours=ago)
            await tx.execute(
                "insert into volume (company_id, hour, planned) values ($1, $2, $3)", COMPANY, hour, planned
            )
    assert not await plan(db, keys, happened(84))
    assert await plan(db, keys, happened(1))


@pytest.mark.survives(65)
async def test_a_backlog_counts_by_the_hours_in_which_it_happened(db: Database, keys: Keys) -> None:
    [rule] = [rule for rule in email_rules() if rule.trigger == "work_order_closed"]
    async with db.worker() as tx:
        await tx.execute("update rule set max_age = interval '9 days' where id = $1", rule.id)
    hours = [timedelta(hours=n) for n in range(1, 10)]
    assert not await plan(db, keys, [event for ago in hours for event in happened(4, ago)])
    assert await plan(db, keys, happened(40))  # as many at once


@pytest.mark.survives(65)
async def test_what_is_replayed_imported_or_not_sent_counts_for_nothing(db: Database, keys: Keys) -> None:
    once = happened(4)
    imported = [an_envelope(an_event(events.JobSnapshot)) for _ in range(9)]
    silent = [an_envelope(an_event(events.WOClosed, notify=False, job=a_job(id=uuid4()))) for _ in range(9)]
    for arriving in (once, once, once, imported, silent):
        assert not await plan(db, keys, arriving)


async def test_another_companys_volume_is_its_own(db: Database, keys: Keys) -> None:
    other = uuid4()
    async with db.worker() as tx:
        await copies.put(tx, "companies", [a_company(id=other, company_id=other)])
        await rules.add(tx, email_rules(other))
        theirs = a_customer(id=uuid4(), company_id=other, contacts=(a_contact(emails=(an_email("t@example.com"),)),))
        await copies.put(tx, "customers", [theirs])
    jobs = [a_job(id=uuid4(), company_id=other, customer_id=theirs.id) for _ in range(4)]
    assert not await plan(db, keys, happened(4) + [an_envelope(an_event(events.WOClosed, job=job)) for job in jobs])


async def test_who_resumes_says_that_it_was_meant(app: App, keys: Keys) -> None:
    async with app.db.worker() as tx:
        await copies.put(tx, "companies", [a_company()])
        await rules.add(tx, email_rules())
    assert await plan(app.db, keys, happened(5))
    assert await plan(app.db, keys, happened(4, timedelta(hours=1)))  # late news
    headers = app.issuer.headers(Role.ADMIN, COMPANY)
    said = (await app.client.get("/v1/pause", headers=headers)).json()
    assert (said["cause"], said["changed_by"], said["explanation"][:17]) == ("volume", None, "Paused by itself:")
    assert said["changed_by_name"] is None
    resumed = await app.client.put("/v1/pause", json={"paused": False}, headers=headers | {"if-match": '"1"'})
    assert resumed.json()["paused"] is False
    assert not await plan(app.db, keys, happened(50) + happened(9, timedelta(hours=1)))


async def test_a_pause_of_the_office_that_is_taken_back_leaves_the_breaker_armed(app: App, keys: Keys) -> None:
    async with app.db.worker() as tx:
        await copies.put(tx, "companies", [a_company()])
        await rules.add(tx, email_rules())
    assert not await plan(app.db, keys, happened(4))
    headers = app.issuer.headers(Role.ADMIN, COMPANY)
    await app.client.put("/v1/pause", json={"paused": True}, headers=headers)
    resumed = await app.client.put("/v1/pause", json={"paused": False}, headers=headers | {"if-match": '"1"'})
    assert resumed.json()["paused"] is False
    assert await plan(app.db, keys, happened(1))


async def test_the_office_sees_how_near_it_is_to_be_paused(app: App, keys: Keys) -> None:  # D13
    headers = app.issuer.headers(Role.DISPATCHER, COMPANY)

    async def seen() -> tuple[Any, ...]:
        answer = await app.client.get("/v1/volume", headers=headers)
        assert answer.status_code == 200, answer.text
        return tuple(answer.json()[name] for name in ("planned", "usual", "limit", "judged"))

    assert await seen() == (0, None, 1000, True)
    async with app.db.worker() as tx:
        await copies.put(tx, "companies", [a_company()])
        await rules.add(tx, email_rules())
        for ago in (1, 2, 3):
            await was_planned(tx, ago, 150)
    await plan(app.db, keys, happened(3), Breaker())
    assert await seen() == (3, 150, 1500, True)
    async with app.db.worker() as tx:
        await volume.meant(tx, COMPANY)
    assert await seen() == (3, 150, 1500, False)
