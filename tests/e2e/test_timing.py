"""What waits, on the whole stack: for the end of a pause, and for the end of the changes of a job."""

import asyncpg

from contracts.triggers import Trigger
from deploy.demo.people import home
from deploy.local.plan import Plan
from deploy.local.stack import Stack
from deploy.local.waiting import run_async, until
from tests.e2e.companies import Company
from tests.e2e.log import emails, told
from tests.e2e.mailbox import mails_to

PAUSE = "/v1/pause"


def test_what_a_pause_holds_arrives_when_it_ends(company: Company, stack: Stack) -> None:  # D13
    customer = company.add(home("Ida Holm", "ida.pause@example.com", "303-555-0148", "9 Pine St", "80220"))
    company.admin.put("notifier-svc", PAUSE, {"paused": True, "note": "wrong price list"})
    job = company.booked(customer)

    def held() -> bool:
        return bool(company.dispatcher.get("notifier-svc", PAUSE)["waiting"])

    until(held, "the message is not set aside", seconds=60)
    [row] = company.dispatcher.every("notifier-svc", "/v1/deliveries", job_id=job.id, channel="email")
    assert (row["state"], row["waits_for"]) == ("queued", "pause")
    assert row["explanation"].startswith("Waiting: sending was paused.")
    assert mails_to(stack.plan, "ida.pause@example.com") == []

    company.admin.put("notifier-svc", PAUSE, {"paused": False}, version=1)
    assert [email.state for email in told(company.dispatcher, job.id)] == ["sent"]
    assert len(mails_to(stack.plan, "ida.pause@example.com")) == 1


def test_changes_of_a_job_are_told_once_as_it_is_in_the_end(company: Company, stack: Stack) -> None:  # D9
    customer = company.add(home("Ola Berg", "ola.changes@example.com", "303-555-0149", "11 Pine St", "80220"))
    job = company.booked(customer)
    told(company.dispatcher, job.id)
    for title, price in (("Fix the faucet", "120.00"), ("Fix both faucets", "190.00")):
        version = company.dispatcher.get("status-svc", f"/v1/jobs/{job.id}")["version"]
        line = {"description": "Labor", "quantity": "1", "unit_price": price}
        company.dispatcher.patch("status-svc", f"/v1/jobs/{job.id}", {"title": title, "lines": [line]}, version=version)
    until(lambda: b"190.00" in window(stack.plan, job.id), "the changes have not gathered", seconds=60)
    assert not [row for row in emails(company.dispatcher, job_id=job.id) if row.trigger == Trigger.JOB_UPDATED]

    run_async(minutes_pass(stack.plan))

    def updates() -> list[str]:
        rows = emails(company.dispatcher, job_id=job.id)
        return [row.state for row in rows if row.trigger == Trigger.JOB_UPDATED and row.is_final]

    until(lambda: updates() == ["sent"], "the changes are not told once", seconds=60)
    assert len(mails_to(stack.plan, "ola.changes@example.com")) == 2


def window(plan: Plan, job_id: str) -> bytes:
    """What the open window of a job would tell."""

    async def read() -> bytes:
        connection = await asyncpg.connect(plan.role_url("notifier-svc", "worker"))
        try:
            return (
                await connection.fetchval("select body from change_window where job_id = $1::text::uuid", job_id) or b""
            )
        finally:
            await connection.close()

    return run_async(read())


async def minutes_pass(plan: Plan) -> None:
    """Business time moves by five minutes."""
    connection = await asyncpg.connect(plan.role_url("notifier-svc", "worker"))
    try:
        await connection.execute("update change_window set ends_at = ends_at - interval '5 minutes'")
    finally:
        await connection.close()
