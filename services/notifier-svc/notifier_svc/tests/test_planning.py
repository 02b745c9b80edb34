"""From events to the log, on real PostgreSQL."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest

from contracts import events
from contracts.deliveries import Channel, Reason
from contracts.jobs import Job
from contracts.profiles import CustomerDeleted, CustomerProfile
from contracts.topics import COMPANIES, CUSTOMERS, TYPE_PREFIX
from notifier_svc import planning
from notifier_svc.domain.keys import Keys
from notifier_svc.events import consumers
from notifier_svc.planning import JOBS_GROUP
from notifier_svc.store import rules
from notifier_svc.tests.factories import (
    COMPANY,
    a_company,
    a_contact,
    a_customer,
    a_job,
    a_status,
    an_address,
    an_email,
    an_event,
    email_rules,
)
from servicekit import copies
from servicekit.cloudevents import Event
from servicekit.db import Database


def an_envelope(data: Any = None, **over: Any) -> Event[Any]:
    data = data or an_event()
    about = data.job if hasattr(data, "job") else getattr(data, "request", data)
    key = about.id if hasattr(data, "job") else getattr(about, "customer_id", about.company_id)
    defaults: dict[str, Any] = {
        "id": str(uuid4()),
        "type": TYPE_PREFIX + type(data).__name__,
        "source": "/status-svc",
        "subject": str(key),
        "time": datetime.now(UTC),
        "company_id": about.company_id,
        "data": data,
    }
    return Event(**defaults | over)


async def know(db: Database, *customers: CustomerProfile) -> None:
    async with db.worker() as tx:
        await copies.put(tx, "customers", customers)


async def handle(db: Database, keys: Keys, *arriving: Event[Any]) -> None:
    async with db.worker() as tx:
        await planning.plan_events(tx, keys, arriving)


async def log(db: Database) -> list[tuple[str, str | None]]:
    async with db.worker() as tx:
        rows = await tx.fetch("select trigger, state, reason from delivery order by planned_at, trigger")
    return [(row["trigger"], row["reason"] or row["state"]) for row in rows]


async def count(db: Database, table: str) -> int:
    async with db.worker() as tx:
        number: int = await tx.fetchval(f"select count(*) from {table}")  # noqa: S608  (a table of ours)
    return number


async def test_a_decision_to_send_is_logged_and_queued_and_told_when_it_has_gone(db: Database, keys: Keys) -> None:
    await know(db, a_customer())
    await handle(db, keys, an_envelope())
    assert await log(db) == [("status_set", "queued")]
    assert (await count(db, "queue"), await count(db, "outbox")) == (1, 0)


async def test_what_waits_is_told_when_it_is_planned(db: Database, keys: Keys) -> None:
    await know(db, a_customer())
    await handle(db, keys, an_envelope(an_event(job=a_job(status=a_status(hold_seconds=60)))))
    assert await log(db) == [("status_set", "queued")]
    async with db.worker() as tx:
        queued = await tx.fetchrow("select q.id, d.masked_address from queue q join delivery d using (id)")
        published = await tx.fetchrow("select key, topic, headers from outbox")
        address = await tx.fetchval("select address from destination")
    assert queued
    assert published
    assert (published["topic"], published["key"]) == ("deliveries.v1", str(queued["id"]))
    assert published["headers"]["ce_type"] == "com.fieldbell.DeliveryUpdated"
    assert (address, queued["masked_address"]) == ("maria@example.com", "m***@example.com")


async def test_a_no_is_logged_and_published_but_not_queued(db: Database, keys: Keys) -> None:  # G1
    await know(db, a_customer(contacts=(a_contact(emails=(an_email(status_updates=False),)),)))
    await handle(db, keys, an_envelope())
    assert await log(db) == [("status_set", Reason.STATUS_UPDATES_OFF)]
    assert (await count(db, "queue"), await count(db, "outbox")) == (0, 1)


@pytest.mark.survives(23)
async def test_the_same_event_planned_again_adds_nothing(db: Database, keys: Keys) -> None:
    await know(db, a_customer())
    event = an_envelope()
    for _ in range(3):
        await handle(db, keys, event, event)
    assert [await count(db, table) for table in ("delivery", "queue", "outbox")] == [1, 1, 0]


@pytest.mark.survives(24)
async def test_an_unknown_customers_events_wait_and_are_planned_in_order(db: Database, keys: Keys) -> None:
    await handle(db, keys, an_envelope(an_event(events.JobCreated)), an_envelope())
    assert await log(db) == []
    await know(db, a_customer())
    await handle(db, keys, an_envelope(an_event(events.WOClosed)))  # later: it must not overtake
    assert await log(db) == []
    async with db.worker() as tx:
        assert await planning.release(tx, keys) == 3
    assert {trigger for trigger, _ in await log(db)} == {"job_created", "status_set", "work_order_closed"}
    assert await count(db, "parked") == 0


@pytest.mark.survives(24)
async def test_a_customer_unknown_for_a_day_is_skipped(db: Database, keys: Keys) -> None:
    await handle(db, keys, an_envelope())
    async with db.worker() as tx:
        assert await planning.release(tx, keys) == 0
        await tx.execute("update parked set parked_at = parked_at - interval '25 hours'")
        assert await planning.release(tx, keys) == 1
    assert await log(db) == [("status_set", Reason.UNKNOWN_CUSTOMER)]


@pytest.mark.parametrize("company_first", [True, False])
@pytest.mark.survives(24)
async def test_profiles_may_arrive_in_any_order(db: Database, keys: Keys, company_first: bool) -> None:
    id = uuid4()
    company, customer = a_company(id=id, company_id=id), a_customer(company_id=id)
    await handle(db, keys, an_envelope(an_event(events.WOClosed, job=a_job(company_id=id))))
    profiles: list[tuple[str, Any]] = [("companies", company), ("customers", customer)]
    for kind, profile in profiles if company_first else reversed(profiles):
        assert await log(db) == []
        async with db.worker() as tx:
            await copies.put(tx, kind, [profile])
            if kind == "companies":
                await rules.add(tx, email_rules(id))
            await planning.release(tx, keys)
    assert await log(db) == [("work_order_closed", "queued")]
    assert await count(db, "parked") == 0


@pytest.mark.survives(27)
async def test_a_parked_event_that_always_fails_stops_no_other(db: Database, keys: Keys) -> None:
    bad = an_event(job=a_job(status=a_status(hold_seconds=10**12), customer_id=(other := uuid4())))
    await handle(db, keys, an_envelope(bad), an_envelope())
    await know(db, a_customer(), a_customer(id=other))
    async with db.worker() as tx:
        await tx.execute("delete from outbox")
        assert await planning.release(tx, keys) == 2
    assert await log(db) == [("status_set", "queued")]
    assert await count(db, "parked") == 0
    async with db.worker() as tx:
        error = await tx.fetchval("select error from dead_letter")
    assert error == "OverflowError when released"


async def test_an_event_of_a_company_that_never_appears_becomes_a_dead_letter(db: Database, keys: Keys) -> None:
    await handle(db, keys, an_envelope(an_event(job=a_job(company_id=uuid4()))))
    async with db.worker() as tx:
        await tx.execute("update parked set parked_at = parked_at - interval '25 hours'")
        assert await planning.release(tx, keys) == 1
        error = await tx.fetchval("select error from dead_letter")
    assert error == "CompanyUnknown when released"


async def test_a_customer_of_another_company_is_as_unknown_as_none(db: Database, keys: Keys) -> None:
    other = uuid4()
    await know(db, a_customer(company_id=other))
    await handle(db, keys, an_envelope())
    assert (await log(db), await count(db, "parked")) == ([], 1)


async def test_a_zone_that_is_not_known_here_is_told_to_whoever_runs_it(
    db: Database, keys: Keys, caplog: pytest.LogCaptureFixture
) -> None:  # D10
    by_topic = {consumer.topic: consumer for consumer in consumers(keys)}
    strange = a_customer(service_addresses=(an_address(zone="Mars/Olympus"), an_address(id=uuid4())))
    gone = CustomerDeleted(id=uuid4(), company_id=COMPANY, version=1)
    async with db.worker() as tx:
        await by_topic[COMPANIES].handle(tx, [an_envelope(a_company())])
        await by_topic[CUSTOMERS].handle(tx, [an_envelope(profile) for profile in (a_customer(), strange, gone)])
    [told] = [record for record in caplog.records if record.name == "notifier_svc.events"]
    assert vars(told)["zones"] == ["Mars/Olympus"]


@pytest.mark.survives(65)
async def test_an_imported_job_plans_nothing(db: Database, keys: Keys) -> None:  # D13
    await know(db, a_customer())
    await handle(db, keys, an_envelope(an_event(events.JobSnapshot)))
    assert await log(db) == []


async def test_a_blocked_address_is_skipped_in_its_company_only(db: Database, keys: Keys) -> None:
    await know(db, a_customer())
    async with db.worker() as tx:
        await tx.execute(
            "insert into block (company_id, channel, address_hash, cause) values ($1, 'email', $2, 'bounced')",
            COMPANY,
            keys.address(COMPANY, Channel.EMAIL, "maria@example.com"),
        )
    await handle(db, keys, an_envelope())
    assert await log(db) == [("status_set", Reason.BLOCKED)]


async def test_an_event_of_long_ago_finds_its_month(db: Database, keys: Keys) -> None:  # D13
    await know(db, a_customer())
    await handle(db, keys, an_envelope(time=datetime(2025, 2, 3, tzinfo=UTC)))
    assert await log(db) == [("status_set", Reason.TOO_OLD)]
    async with db.worker() as tx:
        assert str(await tx.fetchval("select occurred_month from delivery")) == "2025-02-01"


@pytest.mark.survives(62)
async def test_nothing_personal_is_kept_with_the_occurrence(db: Database, keys: Keys) -> None:
    await know(db, a_customer())
    await handle(db, keys, an_envelope(an_event(job=a_job(title="Water heater"))))
    async with db.worker() as tx:
        assert "maria" not in str(await tx.fetchval("select data::text from occurrence")).lower()


CLOSED = a_job(title="Water heater", closed_at=datetime(2026, 11, 22, tzinfo=UTC))
STANDING = {
    "number": CLOSED.number,
    "status": {"id": str(CLOSED.status.id)},
    "status_set_at": None,
    "closed_at": "2026-11-22T00:00:00+00:00",
    "cancelled_at": None,
}


async def kept_of(db: Database, keys: Keys, event: Event[Any]) -> Any:
    """What the copy of the job is, once its event was heard."""
    [jobs] = [consumer for consumer in consumers(keys) if consumer.group == JOBS_GROUP]
    async with db.worker() as tx:
        await jobs.handle(tx, [event])
        return (await copies.get(tx, "jobs", [event.data.job.id]))[event.data.job.id]


@pytest.mark.parametrize("known", [[a_customer()], []], ids=["planned", "parked"])
async def test_a_jobs_copy_tells_how_it_stands_and_which_of_the_logs_events_told_it(
    db: Database, keys: Keys, known: list[CustomerProfile]
) -> None:
    await know(db, *known)
    event = an_envelope(an_event(job=CLOSED), time=datetime(2026, 10, 5, tzinfo=UTC))
    assert await kept_of(db, keys, event) == STANDING | {"told_by": event.id, "told_in": "2026-10-01"}


@pytest.mark.parametrize(
    "silent",
    [an_event(events.JobSnapshot, job=CLOSED), an_event(job=CLOSED.model_copy(update={"status": a_status("x")}))],
)
async def test_the_copy_is_whole_where_the_log_has_nothing_of_the_event(db: Database, keys: Keys, silent: Any) -> None:
    await know(db, a_customer())
    assert Job.model_validate((await kept_of(db, keys, an_envelope(silent)))["whole"]) == silent.job
    assert await log(db) == []


async def test_of_a_deleted_customers_job_nothing_is_kept_that_people_wrote(db: Database, keys: Keys) -> None:  # S4.17
    async with db.worker() as tx:
        await copies.put(tx, "customers", [CustomerDeleted(id=CLOSED.customer_id, company_id=COMPANY, version=9)])
    event = an_envelope(an_event(events.JobSnapshot, job=CLOSED))
    assert (await kept_of(db, keys, event)).keys() == STANDING.keys() | {"told_by", "told_in"}


def test_what_was_hashed_before_is_found_again_by_every_release(keys: Keys) -> None:
    company, event = UUID(int=1), UUID(int=2)
    assert keys.address(company, Channel.SMS, "+13035550142").hex() == "873e8f3f448cf8c428ec247cb10d54bd"
    delivery = keys.delivery(company, event, Channel.EMAIL, "a@b.example", 0)
    assert str(delivery) == "c4cf60f3-4b7d-8475-8200-0a89b64e157b"
