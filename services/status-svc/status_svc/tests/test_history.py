"""The history of a job: who, when, what, from what to what, and the answer to whether the customer is told."""

from datetime import timedelta
from typing import Any

from contracts.jobs import Role
from status_svc.domain import booking
from status_svc.domain.booking import JobEdit
from status_svc.domain.history import differences
from status_svc.tests.factories import ALEX, a_booked, a_command, a_customer, a_line, a_visit
from status_svc.tests.service import Service
from status_svc.tests.test_moves_http import move


async def history(service: Service, job: Any, query: str = "") -> Any:
    return await service.ok("GET", f"/v1/jobs/{job['id']}/history{query}")


async def test_the_history_tells_what_happened_page_by_page(service: Service) -> None:
    job = await service.booked()
    await move(service, job, "done", notify=False)
    first = await history(service, job, "?limit=2")
    second = await history(service, job, f"?limit=2&cursor={first['next_cursor']}")
    told = first["items"] + second["items"]
    assert [entry["type"] for entry in told] == ["JobCreated", "StatusChanged", "WOClosed"]
    assert [entry["status_name"] for entry in told] == ["Scheduled", "Done", "Done"]
    assert [entry["id"] for entry in told] == [event.id for event in await service.published()]
    assert len({entry["command_id"] for entry in told}) == 2


async def test_it_says_who_did_it_and_what_they_answered(service: Service) -> None:  # S1.11, D9
    job = await service.booked()
    await move(service, job, "on-the-way", role=Role.TECH, notify=False)
    created, skipped = (await history(service, job))["items"]
    assert (created["actor"], created["notify"]) == ({"id": "test-dispatcher", "role": "dispatcher"}, True)
    assert (skipped["actor"], skipped["notify"]) == ({"id": "test-tech", "role": "tech"}, False)
    assert skipped["changes"] == [{"field": "status", "part_id": None, "old": "Scheduled", "new": "On the way"}]


async def test_an_act_tells_its_changes_once(service: Service) -> None:
    job = await service.booked()
    await move(service, job, "done")
    _, status, closed = (await history(service, job))["items"]
    assert [change["field"] for change in status["changes"]] == ["status", "closed_at"]
    assert closed["changes"] == []


async def test_money_is_told_with_its_payment_and_the_balance_before_and_after(service: Service) -> None:
    job = await service.booked()
    await service.ok("POST", f"/v1/jobs/{job['id']}/payments", {"amount": "80", "method": "card"})
    paid = (await history(service, job))["items"][1]
    assert paid["detail"]["payment"]["amount"] == "80.00"
    assert paid["changes"] == [{"field": "balance", "part_id": None, "old": "480.00", "new": "400.00"}]


async def test_a_customer_does_not_read_it(service: Service) -> None:  # G20
    job = await service.booked()
    me: dict[str, Any] = {"role": Role.CUSTOMER, "customer_id": service.customer.id}
    assert (await service.refusal("GET", f"/v1/jobs/{job['id']}/history", **me))[0] == 403


def test_of_the_visits_those_are_told_that_came_went_or_changed() -> None:  # G21
    customer = a_customer()
    before = a_booked(customer, visits=(a_visit(0), a_visit(1), a_visit(2)))
    kept, moved, gone = before.visits
    edit = JobEdit(visits=(a_visit(0, id=kept.id), a_visit(1, id=moved.id, hours=3), a_visit(5, technicians=(ALEX,))))
    after = booking.update(a_command(), before, edit, customer).job
    new = after.visits[-1]
    told = {change.part_id: (change.old, change.new) for change in differences(before, after)}
    assert told.keys() == {moved.id, gone.id, new.id}
    assert told[gone.id][1] is told[new.id][0] is None
    assert told[moved.id][1]["ends_at"] == (moved.ends_at + timedelta(hours=1)).isoformat().replace("+00:00", "Z")


def test_other_lines_change_the_total_and_the_balance_too() -> None:
    customer = a_customer()
    job = a_booked(customer)
    after = booking.update(a_command(), job, JobEdit(lines=(a_line("1.00", "1"),)), customer).job
    assert [change.field for change in differences(job, after)] == ["lines", "total", "balance"]
