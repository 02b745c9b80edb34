"""What happens by itself: estimates run out and invoices become overdue, once, when their day is over."""

import asyncio
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from contracts import topics
from contracts.events import Decision, EstimateDecided, EstimateSent, InvoiceOverdue
from contracts.jobs import Role
from contracts.profiles import CustomerDeleted
from servicekit import outbox
from servicekit.outbox import Message
from servicekit.testing import NOWHERE, serving, until
from status_svc import deadlines
from status_svc.domain import estimates
from status_svc.domain.command import Estimate
from status_svc.domain.customers import end_of
from status_svc.domain.estimates import ExpiresInThePast
from status_svc.main import build
from status_svc.store import deadlines as store
from status_svc.tests.conftest import Configure
from status_svc.tests.factories import NOW, a_command, an_estimate
from status_svc.tests.service import Service, a_company

LAST_DAY = "2027-01-15"
END = datetime(2027, 1, 16, 7, tzinfo=UTC)  # midnight in Denver
BEFORE = END - timedelta(seconds=1)


async def sent(service: Service, **over: Any) -> str:
    """The path of an estimate that was sent."""
    path = f"/v1/jobs/{(await service.estimate())['id']}"
    await service.ok("POST", f"{path}/estimate/send", {"expires_on": LAST_DAY} | over)
    return path


async def billed(service: Service, **over: Any) -> tuple[str, Any]:
    """The path of a job, and its invoice."""
    path = f"/v1/jobs/{(await service.booked())['id']}"
    return path, await service.ok("POST", f"{path}/invoices", {"due_on": LAST_DAY} | over)


async def test_an_estimate_expires_when_its_last_day_is_over_at_the_address(service: Service) -> None:
    path = await sent(service)  # D10
    assert await deadlines.pass_due(service.database, BEFORE) == 0
    assert await deadlines.pass_due(service.database, END) == 1
    event = (await service.published())[-1]
    assert isinstance(event.data, EstimateDecided)
    assert (event.data.decision, event.data.actor.role, event.time) == (Decision.EXPIRED, Role.SERVICE, END)
    estimate = (await service.ok("GET", f"{path}/account"))["estimate"]
    assert (estimate["decision"], estimate["expires_on"]) == ("expired", LAST_DAY)
    assert (await service.ok("GET", path))["version"] == event.data.job.version


async def test_an_invoice_becomes_overdue_when_its_day_is_over_at_the_address(service: Service) -> None:
    path, invoice = await billed(service)  # D10
    assert await deadlines.pass_due(service.database, BEFORE) == 0
    assert await deadlines.pass_due(service.database, END) == 1
    event = (await service.published())[-1]
    assert isinstance(event.data, InvoiceOverdue)
    assert (str(event.data.invoice.id), str(event.data.invoice.balance)) == (invoice["id"], "480.00")
    [late] = (await service.ok("GET", f"{path}/account"))["invoices"]
    assert datetime.fromisoformat(late["overdue_at"]) == END
    await service.ok("POST", f"{path}/payments", {"amount": "480", "method": "card", "invoice_id": invoice["id"]})
    assert (await service.names())[-2:] == ["PaymentReceived", "InvoicePaid"]


async def test_it_happens_once_however_many_replicas_look(service: Service) -> None:
    for _ in range(3):
        await sent(service)
        await billed(service)
    passes = [deadlines.pass_due(service.database, END) for _ in range(4)]
    assert sum(await asyncio.gather(*passes)) == 6
    assert await deadlines.pass_due(service.database, END + timedelta(days=9)) == 0
    names = await service.names()
    assert (names.count("EstimateDecided"), names.count("InvoiceOverdue")) == (3, 3)


async def test_one_that_is_killed_in_the_middle_leaves_it_to_the_next(service: Service) -> None:
    path = await sent(service)

    async def killed() -> None:
        async with service.database.company(service.company.id) as tx:
            assert await deadlines.decide(tx, UUID(path.rpartition("/")[2]), END)
            raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        await killed()
    assert (await service.names())[-1] == "EstimateSent"
    assert await deadlines.pass_due(service.database, END) == 1
    assert (await service.names())[-1] == "EstimateDecided"


async def test_a_job_that_somebody_works_on_is_left_to_the_next_time(service: Service) -> None:
    await sent(service)
    async with service.database.company(service.company.id) as tx:
        await tx.execute("select from jobs for update")
        assert await deadlines.pass_due(service.database, END) == 0
    assert await deadlines.pass_due(service.database, END) == 1


@pytest.mark.parametrize("decision", list(Decision))
async def test_an_estimate_that_is_decided_expires_no_more(service: Service, decision: Decision) -> None:
    path = await sent(service)
    await service.ok("POST", f"{path}/estimate/decision", {"decision": decision})
    assert await deadlines.pass_due(service.database, END) == 0


async def test_an_estimate_sent_again_has_a_new_last_day(service: Service) -> None:
    path = await sent(service)
    await deadlines.pass_due(service.database, END)
    await service.ok("POST", f"{path}/estimate/send", {"expires_on": "2027-02-15"})
    assert await deadlines.pass_due(service.database, END + timedelta(days=30)) == 0
    assert await deadlines.pass_due(service.database, END + timedelta(days=31)) == 1
    assert (await service.names()).count("EstimateDecided") == 2


async def test_a_paid_invoice_is_never_overdue_and_a_part_of_it_changes_nothing(service: Service) -> None:
    for amount, overdue in (("480", 0), ("479", 1)):
        path, invoice = await billed(service)
        payment = {"amount": amount, "method": "card", "invoice_id": invoice["id"]}
        await service.ok("POST", f"{path}/payments", payment)
        assert await deadlines.pass_due(service.database, END) == overdue


async def test_nothing_happens_by_itself_to_a_job_that_is_cancelled(service: Service) -> None:
    for path in (await sent(service), (await billed(service))[0]):
        await service.ok("POST", f"{path}/cancel", {})
    assert await deadlines.pass_due(service.database, END) == 0


async def test_the_service_looks_by_itself(service: Service, configure: Configure) -> None:
    await billed(service, due_on="2026-01-01")
    async with serving(build(configure(NOWHERE))):

        async def told() -> bool:
            return (await service.names())[-1] == "InvoiceOverdue"

        await until(told)


async def test_without_the_address_the_companys_day_counts(service: Service) -> None:
    path = f"/v1/jobs/{(await service.booked())['id']}"
    company = service.company
    await service.hear(
        CustomerDeleted(id=service.customer.id, company_id=company.id, version=9),
        a_company(company.id, version=2, zone="Asia/Tokyo"),
    )
    await service.ok("POST", f"{path}/invoices", {"due_on": LAST_DAY})
    assert await deadlines.pass_due(service.database, datetime(2027, 1, 15, 15, tzinfo=UTC)) == 1


async def test_while_much_waits_for_the_broker_deadlines_wait_too(service: Service) -> None:
    await sent(service)
    [event] = [each for each in await service.published() if isinstance(each.data, EstimateSent)]
    waiting = [Message(topics.JOBS, "x", service.company.id, event.data) for _ in range(outbox.FULL)]
    async with service.database.worker() as tx:
        await outbox.add(tx, waiting)
    assert await deadlines.pass_due(service.database, END) == 0


async def test_what_can_not_be_done_is_tried_later_and_holds_up_nobody(
    service: Service, caplog: pytest.LogCaptureFixture
) -> None:
    await billed(service)
    async with service.database.worker() as tx:  # two invoices of a job are never open
        await tx.execute(
            "insert into invoices (company_id, job_id, id, number, total, balance, due_on, schedule_version, issued_at)"
            " select company_id, job_id, gen_random_uuid(), '2', total, balance, due_on, 1, issued_at from invoices"
        )
    await sent(service)
    assert await deadlines.pass_due(service.database, END) == 1
    ours = [record.message for record in caplog.records if record.name == "status_svc.deadlines"]
    assert ours == ["a deadline could not be kept"]
    async with service.database.worker() as tx:
        assert await tx.fetchval("select due_at from deadlines") == END + deadlines.LATER


@pytest.mark.parametrize("how", ["paid", "cancelled", "accepted"])
async def test_what_a_release_without_deadlines_settled_is_dropped_without_a_word(
    service: Service, caplog: pytest.LogCaptureFixture, how: str
) -> None:
    if how == "accepted":
        path, answer = await sent(service), {"decision": "accepted"}
        await service.ok("POST", f"{path}/estimate/decision", answer)
    else:
        path, invoice = await billed(service)
        payment = {"amount": "480", "method": "card", "invoice_id": invoice["id"]}
        await service.ok("POST", *((f"{path}/payments", payment) if how == "paid" else (f"{path}/cancel", {})))
    async with service.database.worker() as tx:  # as that release left it
        await store.put(tx, service.company.id, UUID(path.rpartition("/")[2]), END - timedelta(days=1))
    names = await service.names()
    assert await deadlines.pass_due(service.database, END) == 0
    assert [record for record in caplog.records if record.name == "status_svc.deadlines"] == []
    assert await service.names() == names
    async with service.database.worker() as tx:
        assert await tx.fetchval("select count(*) from deadlines") == 0


@pytest.mark.parametrize("meanwhile", ["paid", "sent again"])
async def test_what_changed_while_it_failed_is_not_put_off(
    service: Service, monkeypatch: pytest.MonkeyPatch, meanwhile: str
) -> None:
    path, invoice = await billed(service) if meanwhile == "paid" else (await sent(service), {})

    async def fails(*_: Any) -> bool:
        if meanwhile == "paid":
            payment = {"amount": "480", "method": "card", "invoice_id": invoice["id"]}
            await service.ok("POST", f"{path}/payments", payment)
        else:
            await service.ok("POST", f"{path}/estimate/send", {"expires_on": "2027-02-15"})
        raise ZeroDivisionError

    with monkeypatch.context() as patched:
        patched.setattr(deadlines, "decide", fails)
        await deadlines.pass_due(service.database, END)
    names = await service.names()
    assert await deadlines.pass_due(service.database, END + timedelta(days=9)) == 0
    assert await service.names() == names
    async with service.database.worker() as tx:
        waiting = await tx.fetch("select due_at from deadlines")
    assert [row["due_at"] for row in waiting] == ([] if meanwhile == "paid" else [END + timedelta(days=31)])


async def test_what_is_due_is_found_by_its_index(service: Service) -> None:
    async with service.database.worker() as tx:
        await tx.execute("set local enable_seqscan = off")
        plan = await tx.fetch(
            "explain select company_id, job_id from deadlines where due_at <= now() order by due_at limit 200"
        )
    assert "deadlines_due" in str(plan)


def test_an_estimate_is_good_for_thirty_days_unless_told_otherwise() -> None:
    outcome = estimates.send(a_command(), an_estimate(), Estimate(), None, "America/Denver")
    assert outcome.estimate is not None
    assert outcome.estimate.expires_on == date(2026, 12, 23)
    [event] = outcome.events
    assert isinstance(event, EstimateSent)
    assert event.expires_on == date(2026, 12, 23)


def test_an_estimate_can_expire_today_and_not_yesterday() -> None:
    estimates.send(a_command(), an_estimate(), Estimate(), NOW.date(), "America/Denver")
    with pytest.raises(ExpiresInThePast):
        estimates.send(a_command(), an_estimate(), Estimate(), NOW.date() - timedelta(days=1), "America/Denver")


@pytest.mark.parametrize(
    ("day", "zone", "end"),
    [
        (date(2026, 10, 31), "America/Denver", datetime(2026, 11, 1, 6, tzinfo=UTC)),
        (date(2026, 11, 1), "America/Denver", datetime(2026, 11, 2, 7, tzinfo=UTC)),  # of 25 hours
        (date(2026, 9, 5), "America/Santiago", datetime(2026, 9, 6, 4, tzinfo=UTC)),  # its midnight does not exist
        (date(2026, 12, 31), "Pacific/Kiritimati", datetime(2026, 12, 31, 10, tzinfo=UTC)),
    ],
)
def test_a_day_ends_at_midnight_of_its_zone(day: date, zone: str, end: datetime) -> None:
    assert end_of(day, zone) == end
