"""Who would get what if something happened: asked over HTTP, decided by the planner, nothing written (G15)."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from contracts import events
from contracts.deliveries import Channel, Lane
from contracts.jobs import Role
from contracts.profiles import Caps, CustomerKind, QuietHours, StatusEntry
from contracts.rendering import RefusalCode
from contracts.triggers import Trigger
from notifier_svc.domain.series import Timing
from notifier_svc.http.turns import TooManyAtOnce, Turns
from notifier_svc.send import message
from notifier_svc.store import rules
from notifier_svc.tests.factories import (
    COMPANY,
    NOW,
    TEMPLATE,
    a_company,
    a_contact,
    a_customer,
    a_job,
    a_recipient,
    a_rule,
    a_status,
    a_visit,
    an_address,
    an_email,
    an_event,
)
from notifier_svc.tests.listening import hear
from notifier_svc.tests.office import Office
from notifier_svc.tests.test_planning import an_envelope
from servicekit import copies

DRY_RUNS = "/v1/dry-runs"
JOB = UUID(int=9)
TABLES = (
    "occurrence",
    "destination",
    "delivery",
    "queue",
    "held",
    "outbox",
    "volume",
    "cap_place",
    "told_once",
    "parked",
)


def a_status_entry(**over: Any) -> StatusEntry:
    status = a_status("on-the-way")
    defaults = status.model_dump() | {"company_id": COMPANY, "version": 1, "position": 1}
    return StatusEntry(**defaults | over)


async def known(office: Office, *made: Any, **job: Any) -> None:
    """A job with a customer of one contact and one additional recipient, a status, and rules."""
    async with office.desk.db.worker() as tx:
        await rules.add(tx, made or [a_rule(template_id=TEMPLATE, status_id=a_status().id)])
        await copies.put(tx, "statuses", [a_status_entry()])
    person = a_customer(service_addresses=(an_address(recipients=(a_recipient(),)),))
    await office.desk.happens(person, an_event(events.JobSnapshot, job=a_job(status=a_status("booked"), **job)))


async def asked(office: Office, trigger: Trigger = Trigger.STATUS_SET, **over: Any) -> Any:
    body = {"trigger": trigger, "job_ids": [str(JOB)]} | over
    if trigger is Trigger.STATUS_SET:
        body = {"status_id": str(a_status().id)} | body
    answer = await office.post(DRY_RUNS, body, Role.DISPATCHER)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def refused(office: Office, **body: Any) -> tuple[int, str]:
    answer = await office.post(DRY_RUNS, body)
    return answer.status_code, answer.json()["type"].rpartition("/")[2]


async def test_it_says_who_would_get_what_and_who_would_not_and_why(office: Office) -> None:  # G15
    text = a_rule(template_id=uuid4(), status_id=a_status().id, channel=Channel.SMS, name="On the way, text")
    office.desk.templates.channels[text.template_id] = Channel.SMS
    off = a_rule(active=False, name="off", created_at=NOW + timedelta(days=1))
    await known(office, a_rule(template_id=TEMPLATE, name="On the way"), text, off)
    answer = await asked(office)
    lines = [
        (r["rule_name"], r["recipient_name"], r["masked_address"], r["state"], r["reason"]) for r in answer["rows"]
    ]
    assert lines == [
        ("On the way, text", "Maria Lee", "+1********42", "queued", None),
        ("On the way, text", "Jo Park", "+1********99", "queued", None),
        ("On the way", "Maria Lee", "m***@example.com", "queued", None),
        ("On the way", "Jo Park", "j***@example.com", "queued", None),
        ("off", None, None, "skipped", "rule_inactive"),
    ]
    assert answer["rows"][4]["explanation"] == "Not sent: this notification is switched off in the settings."
    sms, email = answer["rows"][0]["preview"], answer["rows"][2]["preview"]
    assert (email["subject"], email["html"], email["text"]) == ("About job 1042", "<p>Hi Maria</p>", "Hi Maria\n.\nBye")
    assert (sms["subject"], sms["segments"], sms["text"].endswith("Reply STOP to opt out.")) == (None, 1, True)
    assert {item.context.job.status for item in office.desk.templates.asked if item.context.job} == {"on-the-way"}
    assert answer["occurrences"][0]["channels_without_rule"] == ["voice"]
    assert sum(count["count"] for count in answer["counts"]) == 5


async def test_before_a_job_is_booked_it_is_said_who_would_hear_of_it(office: Office) -> None:  # G15
    await known(office, a_rule(template_id=TEMPLATE, trigger=Trigger.JOB_CREATED))
    body = {"trigger": Trigger.JOB_CREATED, "customer_id": str(a_customer().id)}
    answer = await office.post(DRY_RUNS, body, Role.DISPATCHER)
    assert answer.status_code == 200, answer.text
    assert {row["recipient_name"]: row["state"] for row in answer.json()["rows"]} == {
        "Maria Lee": "queued",
        "Jo Park": "queued",
    }
    assert await refused(office, **body | {"service_address_id": str(uuid4())}) == (404, "not-found")
    assert await refused(office, **body | {"customer_id": str(uuid4())}) == (404, "not-found")


async def test_nothing_is_written_and_nothing_sent(office: Office) -> None:  # G15
    await known(office)
    before = [await office.desk.fetch(f"select count(*) from {table}") for table in TABLES]  # noqa: S608
    assert (await asked(office))["rows"] != []
    assert [await office.desk.fetch(f"select count(*) from {table}") for table in TABLES] == before  # noqa: S608


async def test_a_status_without_a_rule_gets_an_explained_empty_answer(office: Office) -> None:
    await known(
        office, a_rule(status_id=uuid4()), a_rule(Trigger.JOB_CREATED, customer_kinds={CustomerKind.COMMERCIAL})
    )
    answer = await asked(office)
    assert (answer["rows"], [silence["code"] for silence in answer["silences"]]) == ([], ["no_rule"])
    assert answer["silences"][0]["explanation"].startswith("Nobody would be told: no rule is set for this.")
    assert answer["occurrences"][0]["channels_without_rule"] == ["email", "sms", "voice"]
    other = await asked(office, Trigger.JOB_CREATED)
    assert [silence["code"] for silence in other["silences"]] == ["not_selected"]


async def test_what_waits_for_the_customers_profile_is_said_to_be_undecided(office: Office) -> None:
    """As it is: a real event is parked, without a line in the log, and decided once the profile is there."""
    await known(office)
    other = a_job(id=uuid4(), customer_id=uuid4(), status=a_status("booked"))
    asked_about: dict[str, Any] = {"job_ids": [str(JOB), str(other.id)]}
    await hear(office.desk.db, office.desk.keys, [an_envelope(an_event(events.JobSnapshot, job=other))])
    answer = await asked(office, **asked_about)
    assert {row["job_id"] for row in answer["rows"]} == {str(JOB)}
    [silence] = answer["silences"]
    assert (silence["job_id"], silence["code"]) == (str(other.id), "customer_unknown")
    assert silence["explanation"].startswith("Nobody would be told yet: the customer's profile has not arrived here.")
    no_rule = await asked(office, Trigger.JOB_CANCELLED, **asked_about)
    assert [each["code"] for each in no_rule["silences"]] == ["no_rule", "no_rule"]
    assert await refused(office, trigger="request_received", **asked_about) == (503, "unavailable")
    told = an_event(job=other.model_copy(update={"version": 2, "status": a_status()}))
    await hear(office.desk.db, office.desk.keys, [an_envelope(told)])
    assert await office.desk.fetch("select from delivery") == []
    assert len(await office.desk.fetch("select from parked")) == 1
    async with office.desk.db.worker() as tx:
        await copies.put(tx, "customers", [a_customer(id=other.customer_id)])
    assert (await asked(office, **asked_about))["silences"] == []


async def test_a_status_that_closes_tells_of_that_too(office: Office) -> None:  # D9
    await known(office, a_rule(template_id=TEMPLATE), a_rule(Trigger.WORK_ORDER_CLOSED, template_id=TEMPLATE))
    async with office.desk.db.worker() as tx:
        await copies.put(tx, "statuses", [a_status_entry(closes=True, version=2, hold_seconds=60)])
    answer = await asked(office)
    assert [each["trigger"] for each in answer["occurrences"]] == ["status_set", "work_order_closed"]
    assert {row["trigger"] for row in answer["rows"]} == {"status_set", "work_order_closed"}
    for row in answer["rows"]:  # G7
        due, occurred = (datetime.fromisoformat(at) for at in (row["due_at"], answer["occurrences"][0]["occurred_at"]))
        assert due - occurred == timedelta(seconds=60)


async def test_who_declines_to_notify_tells_nobody(office: Office) -> None:  # D9, S1.10
    await known(office)
    answer = await asked(office, notify=False)
    assert [(row["state"], row["reason"]) for row in answer["rows"]] == [("skipped", "notify_declined")]


async def test_late_news_is_judged_by_its_age(office: Office) -> None:  # D13
    await known(office, a_rule(max_age=timedelta(hours=2)))
    answer = await asked(office, happened_at=(datetime.now(UTC) - timedelta(hours=3)).isoformat())
    assert {row["reason"] for row in answer["rows"]} == {"too_old"}


async def test_what_waits_for_the_morning_says_until_when(office: Office) -> None:  # G13
    await known(office)
    quiet = QuietHours(
        starts=(datetime.now(UTC) - timedelta(hours=1)).time(), ends=(ends := soon()).time(), hold_email=True
    )
    async with office.desk.db.worker() as tx:
        await copies.put(tx, "companies", [a_company(version=2, zone="UTC", quiet_hours=quiet)])
        await copies.put(tx, "customers", [a_customer(version=2, zone="UTC")])
    [row] = (await asked(office))["rows"]
    assert (row["state"], row["waits_for"]) == ("queued", "quiet_hours")
    assert datetime.fromisoformat(row["due_at"]) == ends
    assert row["explanation"].startswith("Waiting for the end of the quiet hours")
    assert row["preview"] is not None


def soon() -> datetime:
    return (datetime.now(UTC) + timedelta(hours=1)).replace(second=0, microsecond=0)


async def test_a_full_day_and_a_pause_make_wait_as_when_it_is_sent(office: Office) -> None:  # G13, D13
    await known(office)
    address = office.desk.keys.address(COMPANY, Channel.EMAIL, "maria@example.com")
    async with office.desk.db.worker() as tx:
        await copies.put(tx, "companies", [a_company(version=2, caps=Caps(per_recipient_per_day=1))])
        for day in (-1, 0, 1):
            sql = "insert into cap_place values ($1, $2, current_date + $3::int, 1, gen_random_uuid())"
            await tx.execute(sql, COMPANY, address, day)
    waits = {row["recipient_name"]: row["waits_for"] for row in (await asked(office))["rows"]}
    assert waits == {"Maria Lee": "cap", "Jo Park": None}
    await office.client.put(
        "/v1/pause",
        json={"paused": True},
        headers=office.issuer.headers(Role.ADMIN, COMPANY) | {"if-match": '"0"'},
    )
    assert {row["waits_for"] for row in (await asked(office))["rows"]} == {"pause"}


async def test_what_was_told_of_the_job_once_is_not_told_again(office: Office) -> None:  # G7
    rule = a_rule(template_id=TEMPLATE, once_per_job=True)
    await known(office, rule)
    async with office.desk.db.worker() as tx:
        await tx.execute("insert into told_once values ($1, $2, $3, $4)", COMPANY, rule.id, JOB, uuid4())
    assert {(row["state"], row["reason"]) for row in (await asked(office))["rows"]} == {("skipped", "already_told")}


async def test_a_message_that_lacks_a_value_would_fail(office: Office) -> None:  # G9
    await known(office)
    office.desk.templates.refusal = (RefusalCode.MISSING_VALUE, "visit.starts_at has no value")
    answer = await asked(office, previews=1)
    assert [(row["state"], row["reason"]) for row in answer["rows"]] == [("failed", "missing_value"), ("queued", None)]
    assert answer["rows"][0]["detail"] == "visit.starts_at has no value"
    assert answer["previews_left_off"] == 1


async def test_without_previews_the_template_service_is_not_asked(office: Office) -> None:
    await known(office)
    office.desk.templates.status = 503
    assert (await asked(office, previews=0))["previews_left_off"] == 2
    body = {"trigger": "status_set", "job_ids": [str(JOB)], "status_id": str(a_status().id)}
    assert (await office.post(DRY_RUNS, body)).status_code == 503


async def test_values_that_cant_be_read_spoil_no_neighbours_preview(office: Office) -> None:
    await known(office)
    office.desk.templates.unreadable = "Jo Park"
    rows = (await asked(office))["rows"]
    assert [(row["state"], row["reason"]) for row in rows] == [("queued", None), ("failed", "template_unusable")]


async def test_changes_are_told_when_their_window_ends(office: Office) -> None:  # D9
    await known(office, a_rule(Trigger.JOB_UPDATED, template_id=TEMPLATE))
    first = (await asked(office, Trigger.JOB_UPDATED))["occurrences"][0]
    assert span(first) == timedelta(minutes=5)
    update = an_envelope(an_event(events.JobUpdated, changes=(events.Change.LINES,)), time=datetime.now(UTC))
    await office.desk.happens(a_customer(), update.data)
    [row] = await office.desk.fetch("select ends_at from change_window")
    second = (await asked(office, Trigger.JOB_UPDATED))["occurrences"][0]
    assert datetime.fromisoformat(second["planned_at"]) == row["ends_at"]
    declined = await asked(office, Trigger.JOB_UPDATED, notify=False)
    assert {row["reason"] for row in declined["rows"]} == {"notify_declined"}
    assert span(declined["occurrences"][0]) == timedelta()


def span(occurrence: Any) -> timedelta:
    return datetime.fromisoformat(occurrence["planned_at"]) - datetime.fromisoformat(occurrence["occurred_at"])


async def test_a_reminder_is_shown_as_the_schedule_has_it(office: Office) -> None:  # S0.22
    visit = a_visit(starts_at=(starts := datetime.now(UTC) + timedelta(days=3)), ends_at=starts + timedelta(hours=2))
    timing = Timing(hours_before=24)
    rule = a_rule(Trigger.VISIT_REMINDER, template_id=TEMPLATE, timing=timing)
    await known(office, rule, visits=(visit,))
    booked = an_event(events.JobCreated, job=a_job(version=2, visits=(visit,)))
    await hear(office.desk.db, office.desk.keys, [an_envelope(booked)])
    answer = await asked(office, Trigger.VISIT_REMINDER)
    [row, _] = answer["rows"]
    assert datetime.fromisoformat(row["due_at"]) == starts - timedelta(hours=24)
    assert row["preview"] is not None
    [item, _] = office.desk.templates.asked
    assert item.context.reminder is not None
    assert item.context.reminder.days == "1"
    gone = await asked(office, Trigger.FOLLOW_UP)
    assert [silence["code"] for silence in gone["silences"]] == ["nothing_scheduled"]


async def test_where_one_rule_reminds_another_says_nothing_of_nobody(office: Office) -> None:
    visit = a_visit(starts_at=(starts := datetime.now(UTC) + timedelta(days=3)), ends_at=starts + timedelta(hours=2))
    everybody = a_rule(Trigger.VISIT_REMINDER, template_id=TEMPLATE, timing=Timing(hours_before=24))
    members = a_rule(
        Trigger.VISIT_REMINDER, template_id=TEMPLATE, timing=Timing(hours_before=48), tags=frozenset({"members"})
    )
    await known(office, everybody, members, visits=(visit,))
    booked = an_event(events.JobCreated, job=a_job(version=2, visits=(visit,)))
    await hear(office.desk.db, office.desk.keys, [an_envelope(booked)])
    answer = await asked(office, Trigger.VISIT_REMINDER)
    assert ({row["rule_id"] for row in answer["rows"]}, answer["silences"]) == ({str(everybody.id)}, [])


async def test_what_cant_happen_as_things_stand_is_said_to_be_made_up(office: Office) -> None:
    await known(office)
    assert (await asked(office))["assumed"] == []
    await office.desk.happens(a_customer(), an_event(events.JobSnapshot, job=a_job(version=2, status=a_status())))
    again = await asked(office)
    assert (len(again["rows"]), len(again["assumed"])) == (2, 1)
    assert "has this status already" in again["assumed"][0]
    assert "is no estimate" in (await asked(office, Trigger.ESTIMATE_CREATED))["assumed"][0]


@pytest.mark.parametrize("trigger", [Trigger.REQUEST_REJECTED, Trigger.ACCOUNT_INVITED, Trigger.PAYMENT_RECEIVED])
async def test_what_is_made_up_is_said(office: Office, trigger: Trigger) -> None:
    await known(office, a_rule(trigger, template_id=TEMPLATE))
    answer = await asked(office, trigger)
    assert answer["assumed"] != []
    assert answer["rows"][0]["preview"] is not None
    [item, *_] = office.desk.templates.asked
    assert (item.context.request is not None) == (trigger is Trigger.REQUEST_REJECTED)
    assert (item.context.invitation is not None) == (trigger is Trigger.ACCOUNT_INVITED)
    assert (item.context.payment is not None) == (trigger is Trigger.PAYMENT_RECEIVED)


async def test_a_request_needs_no_job(office: Office) -> None:
    await known(office, a_rule(Trigger.REQUEST_ACCEPTED, template_id=TEMPLATE, lane=Lane.URGENT))
    answer = await asked(office, Trigger.REQUEST_ACCEPTED, job_ids=[], customer_id=str(a_customer().id))
    assert [(row["recipient_name"], row["lane"]) for row in answer["rows"]] == [
        ("Maria Lee", "urgent"),
        ("Jo Park", "urgent"),
    ]


async def test_a_contact_is_invited_at_their_own_address(office: Office) -> None:
    await known(office, a_rule(Trigger.ACCOUNT_RESET, template_id=TEMPLATE))
    other = a_contact(name="Ann Lee", primary=False, emails=(an_email("ann@example.com"),))
    async with office.desk.db.worker() as tx:
        await copies.put(tx, "customers", [a_customer(version=2, contacts=(a_contact(), other))])
    answer = await asked(office, Trigger.ACCOUNT_RESET, contact_id=str(other.id))
    assert [row["masked_address"] for row in answer["rows"]] == ["a***@example.com"]


async def test_what_is_asked_amiss_is_refused(office: Office) -> None:
    await known(office)
    job, nobody = str(JOB), str(uuid4())
    assert await refused(office, trigger="status_set", job_ids=[nobody]) == (404, "not-found")
    assert await refused(office, trigger="status_set", job_ids=[job], status_id=nobody) == (404, "not-found")
    assert await refused(office, trigger="status_set") == (422, "unprocessable")
    assert await refused(office, trigger="visit_reminder") == (422, "unprocessable")
    assert await refused(office, trigger="request_received") == (422, "unprocessable")
    assert await refused(office, trigger="request_received", customer_id=nobody) == (404, "not-found")
    assert await refused(office, trigger="account_invited", job_ids=[job], contact_id=nobody) == (404, "not-found")
    for at in ((datetime.now(UTC) + timedelta(hours=1)).isoformat(), "0001-01-01T00:00:00+14:00"):
        assert await refused(office, trigger="status_set", job_ids=[job], happened_at=at) == (422, "unprocessable")
    customer = {"trigger": "request_received", "customer_id": str(a_customer().id)}
    assert await refused(office, **customer, service_address_id=nobody) == (404, "not-found")
    assert (await office.post(DRY_RUNS, {"trigger": "nonsense", "job_ids": [job]})).status_code == 422
    assert (await office.post(DRY_RUNS, {"trigger": "status_set", "job_ids": [job], "previews": 51})).status_code == 422


async def test_what_can_happen_no_more_is_refused(office: Office) -> None:
    await known(office, cancelled_at=datetime.now(UTC))
    async with office.desk.db.worker() as tx:
        await copies.put(tx, "statuses", [a_status_entry(active=False, version=2)])
    job = str(JOB)
    assert await refused(office, trigger="job_cancelled", job_ids=[job]) == (409, "job-cancelled")
    await office.desk.happens(a_customer(), an_event(events.JobSnapshot, job=a_job(version=2)))
    assert await refused(office, trigger="status_set", job_ids=[job], status_id=str(a_status().id)) == (
        409,
        "status-retired",
    )


async def test_several_jobs_are_asked_about_at_once_and_an_unknown_one_is_named(office: Office) -> None:
    await known(office)
    other, nobody = uuid4(), str(uuid4())
    await office.desk.happens(a_customer(), an_event(events.JobSnapshot, job=a_job(id=other, number=1043)))
    answer = await asked(office, job_ids=[str(JOB), str(other), str(JOB)])
    assert [(row["job_id"], row["customer_name"]) for row in answer["rows"]] == [
        (id, "Lee Family") for id in (str(JOB), str(JOB), str(other), str(other))
    ]
    refusal = await office.post(DRY_RUNS, {"trigger": "status_set", "job_ids": [str(JOB), nobody]})
    assert (refusal.status_code, refusal.json()["job_ids"]) == (404, [nobody])


async def test_a_company_has_only_so_many_under_way() -> None:
    turns = Turns(most=1)
    async with turns.turn(COMPANY), turns.turn(uuid4()):
        with pytest.raises(TooManyAtOnce):
            async with turns.turn(COMPANY):
                raise AssertionError("it was not refused")
    async with turns.turn(COMPANY):  # that one is over
        pass


@pytest.mark.survives(51)
async def test_another_companys_job_and_status_do_not_exist(office: Office) -> None:
    await known(office)
    other = uuid4()
    async with office.desk.db.worker() as tx:
        await copies.put(tx, "companies", [a_company(id=other, company_id=other)])
    answer = await office.post(DRY_RUNS, {"trigger": "status_set", "job_ids": [str(JOB)]}, company=other)
    assert answer.status_code == 404


async def test_more_than_two_hundred_lines_are_counted_and_left_off(office: Office) -> None:
    await known(office)
    people = tuple(a_recipient(emails=(f"r{n}@example.com",)) for n in range(210))
    async with office.desk.db.worker() as tx:
        await copies.put(tx, "customers", [a_customer(version=2, service_addresses=(an_address(recipients=people),))])
    answer = await asked(office)
    assert (len(answer["rows"]), answer["rows_left_off"]) == (200, 11)
    assert answer["counts"] == [{"channel": "email", "state": "queued", "reason": None, "count": 211}]
    assert answer["previews_left_off"] == 190


async def test_one_odd_message_fails_alone(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    def stumble(*_: Any) -> None:
        raise ZeroDivisionError

    text = a_rule(template_id=uuid4(), status_id=a_status().id, channel=Channel.SMS)
    office.desk.templates.channels[text.template_id] = Channel.SMS
    await known(office, a_rule(template_id=TEMPLATE), text)
    monkeypatch.setitem(message._CONTENT, Channel.SMS, stumble)
    rows = (await asked(office))["rows"]
    assert {(row["channel"], row["reason"]) for row in rows} == {("email", None), ("sms", "template_unusable")}


async def test_a_course_that_can_not_be_read_is_silent(office: Office) -> None:
    visit = a_visit(starts_at=(starts := datetime.now(UTC) + timedelta(days=3)), ends_at=starts + timedelta(hours=2))
    await known(office, a_rule(Trigger.VISIT_REMINDER, timing=Timing(hours_before=24)), visits=(visit,))
    booked = an_event(events.JobCreated, job=a_job(version=2, visits=(visit,)))
    await hear(office.desk.db, office.desk.keys, [an_envelope(booked)])
    assert len((await asked(office, Trigger.VISIT_REMINDER, previews=0))["occurrences"]) == 1
    async with office.desk.db.worker() as tx:
        await tx.execute("""update course set job = '{"no": "job"}'""")
    assert (await asked(office, Trigger.VISIT_REMINDER))["occurrences"] == []
