"""What waits for the morning, for the end of a hold, and over the days on which clocks change, on the whole stack."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from contracts.deliveries import Channel, Reason
from contracts.topics import COMPANIES, STATUSES
from contracts.triggers import Trigger
from deploy.demo.job import Job
from deploy.demo.seed import allow_texts
from deploy.local.stack import Stack
from deploy.local.waiting import until
from deploy.sandbox.identity.personas import NORTHSIDE
from tests.e2e import kafka
from tests.e2e.companies import Company
from tests.e2e.log import LIMIT, Delivery, deliveries
from tests.e2e.moved.agenda import Bell, customer_of, remind, reminders, sent, visit_at
from tests.e2e.moved.clock import BusinessTime, local
from tests.e2e.phone import rings_of
from tests.e2e.test_preferences import wait_until_heard
from tests.e2e.test_previews import template_of

NIGHT = {"starts": "21:00", "ends": "08:00", "hold_email": True}
HOLD, PARTS = 600, "Parts"
BOTH = (Channel.EMAIL, Channel.SMS)
NOON, EVENING, MORNING = time(12), time(22), time(8)


def test_texts_and_emails_wait_for_the_morning_and_what_is_urgent_does_not(
    company: Company, clock: BusinessTime, stack: Stack
) -> None:
    # G13
    quiet(company)
    company.texts_from("+13035550177", NORTHSIDE)
    customer = customer_of(company, "ida.night@example.com")
    allow_texts(company.admin, customer)
    wait_until_heard(stack, company.dispatcher.get("customer-svc", f"/v1/customers/{customer['id']}"))
    clock.move_to(clock.at(1, EVENING))
    job = company.booked(customer)
    job.set_status("on-the-way")

    held = of_trigger(company, job, Trigger.JOB_CREATED, *BOTH)
    assert {(row.channel, row.waits_for) for row in held} == {
        (Channel.EMAIL, "quiet_hours"),
        (Channel.SMS, "quiet_hours"),
    }
    urgent = of_trigger(company, job, Trigger.STATUS_SET, *BOTH)
    until(
        lambda: all(row.is_sent for row in of_trigger(company, job, Trigger.STATUS_SET, *BOTH)), "urgent waits", LIMIT
    )
    assert not any(row.is_sent for row in of_trigger(company, job, Trigger.JOB_CREATED, *BOTH))
    clock.move_to(clock.at(1, MORNING))
    until(lambda: all(row.is_sent for row in of_trigger(company, job, Trigger.JOB_CREATED, *BOTH)), "not sent", LIMIT)
    texts = {ring.delivery_id for ring in rings_of(stack.plan, NORTHSIDE.slug)}
    assert {row.id for row in (*held, *urgent) if row.channel is Channel.SMS} <= texts


def test_a_held_status_is_told_when_its_hold_ends_unless_it_was_a_mistake(
    company: Company, clock: BusinessTime
) -> None:
    # G7, D9
    held = {"name": "Parts are here", "colour": "#1f6feb", "hold_seconds": HOLD}
    made = company.admin.post("status-svc", "/v1/statuses", held)
    status = made["id"]
    kafka.wait_until_heard(company.admin.plan, STATUSES, status, made["version"])
    rule = {"name": PARTS, "trigger": "status_set", "channel": "email", "status_id": status}
    company.admin.post("notifier-svc", "/v1/rules", rule | {"template_id": template_of(company, "Done")})
    customer = customer_of(company, "ida.hold@example.com")
    meant, mistaken = company.booked(customer), company.booked(customer)
    for job in (meant, mistaken):
        company.dispatcher.post("status-svc", f"/v1/jobs/{job.id}/status", {"status_id": status})
        by_rule(company, job, PARTS)
    mistaken.set_status("on-the-way")
    until(lambda: by_rule(company, mistaken, "On the way").is_sent, "the next status is not told", LIMIT)
    assert not any(by_rule(company, job, PARTS).is_final for job in (meant, mistaken))

    clock.move_to(clock.now() + timedelta(seconds=HOLD))
    until(lambda: all(by_rule(company, job, PARTS).is_final for job in (meant, mistaken)), "they still wait", LIMIT)
    assert by_rule(company, meant, PARTS).is_sent
    assert by_rule(company, mistaken, PARTS).reason is Reason.STATUS_MOVED_ON


@pytest.mark.parametrize(
    ("to_summer", "at", "goes", "ten", "morning"),
    [
        pytest.param(True, "02:30", time(9, 30), time(16), time(14), id="spring: there is no 02:30"),
        pytest.param(False, "01:30", time(7, 30), time(17), time(15), id="autumn: there are two 01:30"),
    ],
)
def test_on_days_when_clocks_change_reminders_and_mornings_come_by_the_clock_of_the_place(
    company: Company, clock: BusinessTime, to_summer: bool, at: str, goes: time, ten: time, morning: time
) -> None:
    # D10, G13
    day = clock.next_change(to_summer=to_summer)
    clock.move_to(local(day - timedelta(days=1), NOON))
    bell, customer = Bell(company, clock), customer_of(company, "ida.clocks@example.com")
    remind(company, "visit_reminder", "Visit reminder", "At night", days_before=1, at=at)
    remind(company, "follow_up", "Follow-up", "At night, too", days_after=1, at=at)
    visited = company.booked(customer, visits=(visit_at(local(day + timedelta(days=1), NOON)),))
    closed = company.booked(customer)
    company.dispatcher.post("status-svc", f"/v1/jobs/{closed.id}/close", {"notify": False})

    bell.ring(utc(day, goes) - timedelta(minutes=1))
    assert reminders(company, visited.id) == reminders(company, closed.id) == []
    clock.move_to(utc(day, goes))
    assert sent(company, visited.id, 1) == sent(company, closed.id, 1) == [utc(day, goes)]
    quiet(company)
    kept = company.booked(customer)
    [held] = of_trigger(company, kept, Trigger.JOB_CREATED)
    assert (held.waits_for, held.due_at) == ("quiet_hours", utc(day, morning))
    clock.move_to(utc(day, ten))
    assert sent(company, visited.id, 2) == [utc(day, goes), utc(day, ten)]


def quiet(company: Company) -> None:
    """From now on the company has quiet hours, for emails, too; the notifier knows."""
    version = company.admin.get("customer-svc", "/v1/company")["version"]
    company.admin.patch("customer-svc", "/v1/company", {"quiet_hours": NIGHT}, version=version)
    kafka.wait_until_heard(company.admin.plan, COMPANIES, str(company.seed.company.id), version + 1)


def of_trigger(company: Company, job: Job, trigger: Trigger, *channels: Channel) -> list[Delivery]:
    """What a job's emails, or the first messages of these channels, by a trigger have become, once they are planned."""

    def found() -> list[Delivery]:
        rows = deliveries(company.dispatcher, job_id=job.id)
        return [row for row in rows if row.trigger == trigger and row.channel in (channels or (Channel.EMAIL,))]

    until(lambda: len(found()) == (len(channels) or 1), f"{trigger} is not planned", LIMIT)
    return found()


def by_rule(company: Company, job: Job, name: str) -> Delivery:
    """What a rule made of a job, once it has."""

    def found() -> list[Delivery]:
        return [row for row in deliveries(company.dispatcher, job_id=job.id) if row.rule_name == name]

    until(lambda: len(found()) == 1, f"{name} is not planned", LIMIT)
    return found()[0]


def utc(day: date, clock: time) -> datetime:
    """That time in UTC."""
    return datetime.combine(day, clock, UTC)
