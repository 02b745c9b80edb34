"""What a rule would have sent last week: over HTTP, by the planner, from what the notifier knows anyway."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import orjson
import pytest

from contracts import events
from contracts.jobs import JobKind, Role
from contracts.model import starter_id
from contracts.profiles import CustomerKind
from contracts.triggers import Trigger
from notifier_svc.domain import hindsight
from notifier_svc.domain.hindsight import NEWS, Span, news_of
from notifier_svc.domain.made_up import a_request
from notifier_svc.domain.model import Rule
from notifier_svc.domain.scheduled import Scheduled
from notifier_svc.domain.series import Timing, due_at, first_since
from notifier_svc.domain.triggers import trigger_of
from notifier_svc.hindsight import tried as looked_back
from notifier_svc.store import hindsight as store
from notifier_svc.store import rules
from notifier_svc.store.erasure import erase
from notifier_svc.store.planning import QUERIES, columns
from notifier_svc.tests.factories import (
    COMPANY,
    a_company,
    a_customer,
    a_job,
    a_payment,
    a_recipient,
    a_rule,
    a_status,
    a_visit,
    an_address,
    an_event,
    an_invoice,
)
from notifier_svc.tests.listening import hear
from notifier_svc.tests.office import Office
from notifier_svc.tests.test_dryruns import a_status_entry
from notifier_svc.tests.test_gates_table import STARTS
from notifier_svc.tests.test_planning import an_envelope
from servicekit import copies
from servicekit.db import Tx

TRIALS = "/v1/rule-trials"
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


WORDS = starter_id(COMPANY, "template", "status-on-the-way")


def written(trigger: Trigger = Trigger.STATUS_SET, **over: Any) -> dict[str, Any]:
    """A rule that nobody has saved."""
    return {"name": "new", "trigger": trigger, "channel": "email", "template_id": str(WORDS)} | over


async def asked(office: Office, rule: Any = None, **over: Any) -> Any:
    body = ({"rule": rule} if rule else {}) | over
    answer = await office.post(TRIALS, body, Role.DISPATCHER)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def known(office: Office, *customers: Any) -> None:
    async with office.desk.db.worker() as tx:
        await copies.put(tx, "customers", customers or [a_customer()])
        await copies.put(tx, "statuses", [a_status_entry()])


async def happened(office: Office, *told: tuple[Any, timedelta]) -> None:
    """These events arrived, so long ago, and were read by the service."""
    arriving = [an_envelope(data, time=datetime.now(UTC) - ago) for data, ago in told]
    await hear(office.desk.db, office.desk.keys, arriving)


def outcomes(answer: Any) -> list[tuple[str, str | None, int]]:
    return [(each["outcome"], each["reason"], each["count"]) for each in answer["outcomes"]]


def job(n: int, **over: Any) -> Any:
    booked = {"created_at": datetime.now(UTC) - 30 * DAY}
    return a_job(id=UUID(int=100 + n), number=100 + n, **booked | over)


async def test_a_rule_that_nobody_saved_is_tried_on_news_that_no_rule_was_about(office: Office) -> None:
    person = a_recipient(flags=a_recipient().flags.model_copy(update={"status_updates": False}))
    await known(office, a_customer(service_addresses=(an_address(recipients=(person,)),)))
    other = a_status("other")
    await happened(
        office,
        (an_event(job=job(1)), HOUR),
        (an_event(job=job(2)), 3 * DAY),
        (an_event(job=job(3, status=other)), DAY),
        (an_event(job=job(4)), 8 * DAY),
        (an_event(events.JobCreated, job=job(5)), DAY),
    )
    assert await office.desk.log() == []
    answer = await asked(office, written(status_id=str(a_status().id)))
    assert (answer["happened"], answer["about"]) == (2, 2)
    assert outcomes(answer) == [("would_go", None, 2), ("would_not_go", "status_updates_off", 2)]
    newest = answer["examples"][0]
    assert (newest["job_number"], newest["recipient_name"], newest["masked_address"]) == (
        101,
        "Maria Lee",
        "m***@example.com",
    )
    assert (newest["outcome"], newest["explanation"]) == ("would_go", "Would have been sent.")
    assert answer["outcomes"][1]["explanation"] == (
        "Would not have been sent: status updates are switched off for this address."
    )
    assert [each["job_number"] for each in answer["examples"]] == [101, 101, 102, 102]
    assert len(answer["cannot_know"]) == 2


async def test_what_other_rules_told_counts_and_supersedes(office: Office) -> None:  # D7 "Rows"
    await known(office)
    async with office.desk.db.worker() as tx:
        await rules.add(tx, [a_rule(status_id=a_status().id)])
    await happened(office, (an_event(job=job(1)), HOUR))
    assert outcomes(await asked(office, written())) == [("would_not_go", "superseded", 1)]
    texts = str(starter_id(COMPANY, "template", "status-on-the-way-text"))
    first = written(status_id=str(a_status().id), channel="sms", template_id=texts)
    assert outcomes(await asked(office, first)) == [("would_go", None, 1)]


async def test_a_saved_rule_is_tried_as_if_it_were_on_and_as_it_would_be_changed(office: Office) -> None:
    await known(office)
    rule = a_rule(active=False, status_id=uuid4())
    async with office.desk.db.worker() as tx:
        await rules.add(tx, [rule])
    await happened(office, (an_event(job=job(1)), HOUR))
    assert outcomes(await asked(office, rule_id=str(rule.id))) == []
    changed = written(status_id=str(a_status().id))
    assert outcomes(await asked(office, changed, rule_id=str(rule.id))) == [("would_go", None, 1)]


async def test_news_of_some_days_ago_is_not_too_old_and_waits_for_the_morning(office: Office) -> None:  # D13, G13
    await known(office)
    quiet = {"starts": "00:00", "ends": "23:59", "hold_email": True}
    async with office.desk.db.worker() as tx:
        await copies.put(tx, "companies", [a_company(version=2, quiet_hours=quiet)])
    await happened(office, (an_event(job=job(1)), 3 * DAY))
    [outcome] = (await asked(office, written()))["outcomes"]
    assert (outcome["outcome"], outcome["waits_for"]) == ("would_wait", "quiet_hours")
    assert outcome["explanation"] == "Would have been sent when the quiet hours ended, by the customer's clock."


async def test_once_per_job_counts_the_first_of_the_week(office: Office) -> None:  # G7
    await known(office)
    news = [(an_event(job=job(1, version=n)), (4 - n) * DAY) for n in (1, 2, 3)]
    await happened(office, *news, (an_event(job=job(2)), HOUR))
    answer = await asked(office, written(once_per_job=True))
    assert outcomes(answer) == [("would_go", None, 2), ("would_not_go", "already_told", 2)]
    assert [(each["job_number"], each["reason"]) for each in answer["examples"]][-1] == (101, None)
    assert hindsight.ONCE in answer["cannot_know"]


async def test_customers_that_the_rule_is_not_for_are_counted_as_news_only(office: Office) -> None:
    await known(office)
    await happened(office, (an_event(job=job(1)), HOUR))
    answer = await asked(office, written(customer_kinds=[CustomerKind.COMMERCIAL]))
    assert (answer["happened"], answer["about"], answer["outcomes"]) == (1, 0, [])


REMINDED = [
    (Trigger.VISIT_REMINDER, {"hours_before": 24}, 2),
    (Trigger.ESTIMATE_REMINDER, {"days_after": 1, "every_days": 2}, 2),
    (Trigger.INVOICE_REMINDER, {"days_after": 1}, 1),
    (Trigger.FOLLOW_UP, {"days_after": 1}, 1),
]


@pytest.mark.parametrize(("trigger", "timing", "times"), REMINDED)
async def test_a_reminder_is_tried_on_the_jobs_as_they_stand(
    office: Office, trigger: Trigger, timing: dict[str, Any], times: int
) -> None:
    now = datetime.now(UTC)
    visits = tuple(a_visit(starts_at=at, ends_at=at + HOUR) for at in (now - DAY, now + HOUR, now + 3 * DAY))
    invoice = an_invoice(due_on=(now - 4 * DAY).date())
    await known(office)
    await happened(
        office,
        (an_event(events.JobCreated, job=job(1, visits=visits)), 20 * DAY),
        (an_event(events.EstimateSent, job=job(2, kind=JobKind.ESTIMATE, visits=())), 4 * DAY),
        (an_event(events.InvoiceIssued, job=job(3, visits=()), invoice=invoice), 20 * DAY),
        (an_event(events.WOClosed, job=job(4, visits=(), closed_at=now - 4 * DAY)), 4 * DAY),
    )
    answer = await asked(office, written(trigger, timing=timing))
    assert (answer["happened"], outcomes(answer)) == (times, [("would_go", None, times)])
    assert hindsight.BY_TODAYS_JOBS in answer["cannot_know"]


async def test_visits_of_a_job_that_was_closed_afterwards_were_reminded_of(office: Office) -> None:
    now = datetime.now(UTC)
    visit = a_visit(starts_at=now - 2 * DAY, ends_at=now - 2 * DAY + HOUR)
    await known(office)
    for n, closed in ((1, now - DAY), (2, now - 4 * DAY)):
        await happened(office, (an_event(events.WOClosed, job=job(n, visits=(visit,), closed_at=closed)), now - closed))
    answer = await asked(office, written(Trigger.VISIT_REMINDER, timing={"hours_before": 24}))
    assert [each["job_number"] for each in answer["examples"]] == [101]


async def test_a_visit_that_was_booked_after_its_reminders_time_was_too_near(office: Office) -> None:
    now = datetime.now(UTC)
    visit = a_visit(starts_at=now - HOUR, ends_at=now + HOUR)
    await known(office)
    await happened(
        office, (an_event(events.JobCreated, job=job(1, visits=(visit,), created_at=now - 2 * HOUR)), 2 * HOUR)
    )
    answer = await asked(office, written(Trigger.VISIT_REMINDER, timing={"hours_before": 24}))
    assert outcomes(answer) == [("would_not_go", "too_near", 1)]


async def test_what_nobody_was_to_be_told_is_counted_as_such(office: Office) -> None:  # D9
    await known(office)
    await happened(office, (an_event(events.JobUpdated, changes=(events.Change.VISIT,), notify=False), HOUR))
    assert outcomes(await asked(office, written(Trigger.JOB_UPDATED))) == [("would_not_go", "notify_declined", 1)]


@pytest.mark.survives(62)
async def test_nothing_that_people_wrote_is_kept_for_it_and_nothing_for_long(office: Office) -> None:
    await known(office)
    asked_for = a_request(events.ServiceRequestRejected, COMPANY, a_customer().id, UUID(int=7), "en", datetime.now(UTC))
    assert isinstance(asked_for, events.ServiceRequestRejected)
    words = ("Water heater", "by Maria's check", asked_for.request.summary, str(asked_for.reason))
    await happened(
        office,
        (an_event(job=job(1, title=words[0])), HOUR),
        (an_event(events.PaymentReceived, job=job(1), payment=a_payment(method=words[1])), HOUR),
        (asked_for, HOUR),
        (an_event(job=job(2)), 9 * DAY),
    )
    kept = await office.desk.fetch("select data::text from unanswered")
    assert len(kept) == 4
    assert not [each for each in words if each in str(kept)]
    for trigger in (Trigger.STATUS_SET, Trigger.PAYMENT_RECEIVED, Trigger.REQUEST_REJECTED):
        assert (await asked(office, written(trigger)))["about"] == 1
    async with office.desk.db.worker() as tx:
        await store.forget(tx)
    assert len(await office.desk.fetch("select from unanswered")) == 3


async def test_nothing_is_noted_of_a_deleted_customer(office: Office) -> None:  # S4.17
    await known(office)
    await happened(office, (an_event(job=job(1)), HOUR))
    async with office.desk.db.worker() as tx:
        await erase(tx, office.desk.keys, COMPANY, a_customer().id, datetime.now(UTC))
        await tx.execute("update snapshot set data = null where kind = 'customers'")
    assert await office.desk.fetch("select from unanswered") == []
    assert (await asked(office, written()))["about"] == 0


async def test_what_the_log_has_is_not_noted_twice(office: Office) -> None:
    await known(office)
    async with office.desk.db.worker() as tx:
        await rules.add(tx, [a_rule()])
    await happened(office, (an_event(job=job(1)), HOUR), (an_event(events.JobSnapshot, job=job(2)), HOUR))
    assert await office.desk.fetch("select from unanswered") == []
    assert (await asked(office, written()))["happened"] == 1


@pytest.mark.parametrize("rule", [a_rule(), a_rule(Trigger.VISIT_REMINDER, timing=Timing(hours_before=1))])
async def test_only_the_newest_are_looked_at_and_that_is_said(office: Office, rule: Rule) -> None:
    now = datetime.now(UTC)
    await known(office)
    visits = [a_visit(starts_at=now - n * HOUR, ends_at=now) for n in range(1, 6)]
    await happened(office, *((an_event(job=job(n, visits=(visits[n - 1],))), n * HOUR) for n in range(1, 6)))
    async with office.desk.db.company(COMPANY) as tx:
        tried = await looked_back(tx, office.desk.keys, rule, Span(now - DAY, now), timedelta(), most=3)
    assert (tried.happened, tried.left_off) == (3, True)
    assert [row.job_id for row in tried.rows] == [UUID(int=100 + n) for n in (1, 2, 3)]
    assert hindsight.unknowable(rule, left_off=True)[-1] == hindsight.ONLY_THE_NEWEST


async def test_a_trial_that_sees_a_part_of_the_jobs_says_so(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    now = datetime.now(UTC)
    rule = a_rule(Trigger.VISIT_REMINDER, timing=Timing(hours_before=1))
    await known(office)
    visit = a_visit(starts_at=now - HOUR, ends_at=now)
    await happened(office, *((an_event(job=job(n, visits=(visit,))), n * HOUR) for n in range(1, 4)))
    monkeypatch.setattr("notifier_svc.hindsight.JOBS_AT_ONCE", 1)
    async with office.desk.db.company(COMPANY) as tx:
        tried = await looked_back(tx, office.desk.keys, rule, Span(now - DAY, now), timedelta(), most_jobs=2)
    assert (tried.happened, tried.left_off, tried.some_jobs) == (2, False, True)
    assert hindsight.unknowable(rule, left_off=False, some_jobs=True)[-1] == hindsight.ONLY_SOME_JOBS


@pytest.mark.parametrize("zone", ["UTC", "America/Denver", "Pacific/Kiritimati"])
@pytest.mark.parametrize("every", [1, 3, 365])
def test_the_first_since_then_is_found_by_arithmetic(zone: str, every: int) -> None:
    timing, at, since = Timing(days_after=2, every_days=every), ZoneInfo(zone), datetime(2026, 11, 27, 8, tzinfo=UTC)
    for days in (-5, 0, 1, 2, 3, 4, 500, 4_000):
        anchor = (since - timedelta(days=days)).date()
        number = first_since(timing, anchor, since, at)
        before = due_at(timing, anchor, number - 1, at) if number > 1 else None
        soon = [due_at(timing, anchor, number + n, at) for n in range(3)]
        assert before is None or before < since
        assert any(due and due >= since for due in soon)


async def test_nothing_is_written(office: Office) -> None:
    await known(office)
    await happened(office, (an_event(job=job(1)), HOUR))
    await asked(office, written())
    assert await office.desk.fetch("select from delivery") == []
    assert await office.desk.fetch("select from rule") == []


async def test_what_can_be_no_rule_is_refused(office: Office) -> None:
    await known(office)
    rule = a_rule()
    async with office.desk.db.worker() as tx:
        await rules.add(tx, [rule])
    bodies: Sequence[tuple[dict[str, Any], int]] = [
        ({}, 422),
        ({"rule_id": str(uuid4())}, 404),
        ({"rule_id": str(rule.id), "rule": written(Trigger.JOB_CREATED)}, 422),
        ({"rule": written(Trigger.VISIT_REMINDER)}, 422),
        ({"rule": written(region_id=str(uuid4()))}, 422),
        ({"rule": written(template_id=str(uuid4()))}, 422),
        ({"rule": written(channel="sms")}, 422),
        ({"rule": written(), "examples": 101}, 422),
    ]
    for body, status in bodies:
        assert (await office.post(TRIALS, body)).status_code == status, body


@pytest.mark.survives(51)
async def test_another_companys_week_is_its_own(office: Office) -> None:
    await known(office)
    await happened(office, (an_event(job=job(1)), HOUR))
    other = uuid4()
    async with office.desk.db.worker() as tx:
        await copies.put(tx, "companies", [a_company(id=other, company_id=other)])
    words = str(starter_id(other, "template", "status-on-the-way"))
    answer = await office.post(TRIALS, {"rule": written(template_id=words)}, company=other)
    assert (answer.status_code, answer.json()["happened"]) == (200, 0)


def test_every_trigger_comes_from_events_or_from_the_schedule() -> None:
    timed = {Trigger.VISIT_REMINDER, Trigger.ESTIMATE_REMINDER, Trigger.INVOICE_REMINDER, Trigger.FOLLOW_UP}
    assert set(NEWS) | timed == set(Trigger)
    assert not set(NEWS) & timed


@pytest.mark.parametrize("starts", [name for name, (_, event) in STARTS.items() if not isinstance(event, Scheduled)])
def test_what_a_trigger_comes_from_is_told_by_type_and_part(starts: str) -> None:
    _, event = STARTS[starts]
    told = event.model_dump(mode="json")
    found = [
        trigger
        for trigger, news in NEWS.items()
        if any(type == event_type(event) and has(told, part) for type, part in news)
    ]
    assert found == [trigger_of(event)]


def event_type(event: Any) -> str:
    return type(event).__name__


def has(told: Any, part: Any) -> bool:
    """As the database's `@>`."""
    if not isinstance(part, dict):
        return bool(told == part)
    return all(name in told and has(told[name], inner) for name, inner in part.items())


async def test_a_trial_reads_no_more_news_than_it_looks_at(office: Office) -> None:
    """Neither other types, nor older news, nor other companies': not even where there is much of it."""
    wanted, other = a_status().id, a_status("other").id
    async with office.desk.db.worker() as tx:
        await tx.execute("select ensure_month(now()::date), ensure_month((now() - interval '1 month')::date)")
        for table in ("occurrence", "unanswered"):
            await much_news(tx, table, COMPANY, "StatusChanged", wanted, 6)
            await much_news(tx, table, COMPANY, "StatusChanged", wanted, 25)
            await much_news(tx, table, COMPANY, "StatusChanged", other, 1)
            await much_news(tx, table, COMPANY, "JobUpdated", wanted, 6)
            await much_news(tx, table, uuid4(), "StatusChanged", wanted, 6)
    async with office.desk.db.worker() as tx:
        await tx.execute("analyze occurrence, unanswered")
    async with office.desk.db.company(COMPANY) as tx:
        sql = "explain (analyze, timing off, format json) " + QUERIES.happened_since.sql
        news = columns(news_of(a_rule(status_id=wanted)))
        [plan] = orjson.loads(await tx.fetchval(sql, datetime.now(UTC) - 7 * DAY, *news, 50))
    reads = [node for node in nodes(plan["Plan"]) if node.get("Relation Name")]
    assert {node["Node Type"] for node in reads} == {"Index Scan"}
    assert sum(node["Actual Rows"] + node.get("Rows Removed by Filter", 0) for node in reads) < 1_000  # of 4,000


async def much_news(tx: Tx, table: str, company: UUID, type: str, status: UUID, days: int) -> None:
    """Four hundred times within so many days."""
    month, values = ("occurred_month, ", "month_of, ") if table == "occurrence" else ("", "")
    await tx.execute(
        f"insert into {table} ({month}company_id, id, type, occurred_at, customer_id, data)"  # noqa: S608  (ours)
        f" select {values}$1::uuid, gen_random_uuid(), $2::text, at, gen_random_uuid(), $3::jsonb"
        " from (select now() - n * $4::int * interval '200 seconds' as at from generate_series(1, 400) n) t,"
        " lateral (select date_trunc('month', at at time zone 'UTC')::date as month_of) m",
        company,
        type,
        {"job": {"status": {"id": str(status)}}},
        days,
    )


def nodes(plan: Any) -> Iterator[Any]:
    yield plan
    for inner in plan.get("Plans", ()):
        yield from nodes(inner)
