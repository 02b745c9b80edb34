"""Many messages sent again at once: looked at first, told how far, resumed where it was killed (D5, D14, G2)."""

import asyncio
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from contracts import events
from contracts.deliveries import Lane
from contracts.jobs import Actor, Role
from notifier_svc import resending
from notifier_svc.domain import outcome
from notifier_svc.domain.bulk import Wanted
from notifier_svc.send.line import Line
from notifier_svc.store import bulk, rules, sending
from notifier_svc.store.copies import Asker
from notifier_svc.store.sending import End
from notifier_svc.tests.desk import eventually, kept_waiting
from notifier_svc.tests.factories import COMPANY, a_contact, a_customer, an_email, an_event, email_rules
from notifier_svc.tests.office import Office
from notifier_svc.tests.test_own_texts import a_request, people
from notifier_svc.tests.test_own_texts_sent import arrives, know
from servicekit import copies

YESTERDAY = (datetime.now(UTC) - timedelta(days=1)).isoformat()


@pytest.fixture
async def office(office: Office) -> Office:
    async with office.desk.db.worker() as tx:
        await rules.add(tx, email_rules())
    return office


async def some(office: Office, number: int, state: str = "failed") -> None:
    """So many emails that ended like that."""
    await office.desk.queue(*(f"{state}{n}@example.com" for n in range(number)), data=an_event(events.JobCreated))
    await office.desk.fetch("update delivery set state = $1 where state = 'queued'", state)
    await office.desk.fetch("delete from queue")


async def preview(office: Office, **over: Any) -> Any:
    answer = await office.post("/v1/resends/preview", {"since": YESTERDAY} | over, Role.DISPATCHER)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def start(office: Office, **over: Any) -> Any:
    return await office.post("/v1/resends", {"since": YESTERDAY} | over, Role.DISPATCHER, name="Priya Nair")


async def worked_off(office: Office) -> None:
    while await _slice(office):
        pass


async def _slice(office: Office) -> bool:
    async with office.desk.db.worker() as tx:
        return await resending.work(tx, office.desk.keys)


async def _killed(office: Office) -> None:
    """A process that ends after a slice's work, before its commit."""
    with suppress(ConnectionError):
        async with office.desk.db.worker() as tx:
            assert await resending.work(tx, office.desk.keys)
            raise ConnectionError


async def progress(office: Office, id: str) -> Any:
    headers = office.issuer.headers(Role.DISPATCHER, COMPANY)
    return (await office.client.get(f"/v1/resends/{id}", headers=headers)).json()


@pytest.mark.proves("S3.21", "G2", "D5")
async def test_all_that_failed_goes_again_once_and_the_office_sees_how_far_it_is(office: Office) -> None:
    await some(office, 3)
    await some(office, 1, "sent")
    assert await preview(office) == {"count": 3, "states": {"failed": 3}, "most": 10_000, "warning": None}
    begun = await start(office)
    assert begun.status_code == 202, begun.text
    id = begun.json()["id"]
    assert begun.headers["location"] == f"/v1/resends/{id}"
    seen = await progress(office, id)
    assert (seen["state"], seen["total"], seen["done"], seen["actor_name"]) == ("running", 3, 0, "Priya Nair")
    await worked_off(office)
    seen = await progress(office, id)
    assert (seen["state"], seen["done"], seen["resent"]) == ("done", 3, 3)
    async with office.desk.sending():
        await office.desk.settled()
    assert len(office.desk.mail.arrived) == 3
    lanes = await office.desk.fetch("select distinct lane, as_it_was from delivery where resend_of is not null")
    assert [tuple(row) for row in lanes] == [("bulk", False)]
    who = await office.desk.fetch("select distinct act, actor_name from delivery_act")
    assert [tuple(row) for row in who] == [("resent", "Priya Nair")]
    assert (await preview(office))["count"] == 0
    refused = await start(office)
    assert (refused.status_code, refused.json()["type"].rsplit("/")[-1]) == (409, "nothing-to-send")


async def test_what_may_be_there_already_is_not_sent_again_without_a_word_about_it(office: Office) -> None:  # D14
    await some(office, 1)
    await some(office, 2, "unknown")
    both = {"states": ["failed", "unknown"]}
    assert (await preview(office))["count"] == 1
    seen = await preview(office, **both)
    assert seen["warning"].startswith("Of 2 of these it is not known whether they arrived")
    refused = await start(office, **both)
    assert (refused.status_code, refused.json()["type"].rsplit("/")[-1]) == (409, "may-be-there")
    assert seen["warning"] in refused.json()["detail"]
    assert not await office.desk.fetch("select from bulk_resend")
    assert (await start(office, **both, may_be_there=True)).json()["total"] == 3


async def test_a_killed_one_goes_on_where_it_was_and_sends_nothing_twice(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "SLICE", 2)
    monkeypatch.setattr(resending, "SLICE", 2)
    await some(office, 5)
    id = (await start(office)).json()["id"]
    assert await _slice(office)
    await _killed(office)
    assert (await progress(office, id))["done"] == 2
    await asyncio.gather(worked_off(office), worked_off(office))
    assert (await progress(office, id))["resent"] == 5
    [row] = await office.desk.fetch(
        "select count(*), count(distinct resend_of) from delivery where resend_of is not null"
    )
    assert tuple(row) == (5, 5)


async def test_each_no_is_left_in_the_log_and_who_is_gone_is_passed_over(office: Office) -> None:
    await some(office, 3)
    blocked, gone, _ = await office.desk.fetch("select customer_id, masked_address from delivery order by planned_at")
    await office.post("/v1/blocks", {"channel": "email", "address": "failed0@example.com", "note": "asked by phone"})
    async with office.desk.db.worker() as tx:
        nobody = a_customer(id=gone["customer_id"], version=2, contacts=())
        await copies.put(tx, "customers", [nobody])
    id = (await start(office)).json()["id"]
    await worked_off(office)
    seen = await progress(office, id)
    assert (seen["done"], seen["resent"]) == (3, 2)
    async with office.desk.sending():
        await office.desk.settled()
    told = await office.desk.fetch("select customer_id, state, reason from delivery where resend_of is not null")
    assert sorted((row["state"], row["reason"]) for row in told) == [("sent", None), ("skipped", "blocked")]
    assert {row["customer_id"] for row in told if row["reason"]} == {blocked["customer_id"]}


async def test_what_was_sent_again_by_hand_meanwhile_is_not_sent_a_third_time(office: Office) -> None:
    await some(office, 2)
    await start(office)
    [row, _] = await office.desk.fetch("select id from delivery order by id")
    assert (await office.post(f"/v1/deliveries/{row['id']}/resend", {"how": "fresh"})).status_code == 202
    await worked_off(office)
    [count] = await office.desk.fetch("select count(*) as n from delivery where resend_of = $1", row["id"])
    assert count["n"] == 1


async def test_what_has_arrived_or_waits_again_by_its_turn_is_passed_over(office: Office) -> None:  # D14
    await some(office, 3, "unknown")
    id = (await start(office, states=["unknown"], may_be_there=True)).json()["id"]
    for state in ("delivered", "queued"):
        await office.desk.fetch(
            "update delivery set state = $1"
            " where id = (select id from delivery where state = 'unknown' order by planned_at limit 1)",
            state,
        )
    await worked_off(office)
    seen = await progress(office, id)
    assert (seen["done"], seen["resent"]) == (3, 1)
    copies = await office.desk.fetch(
        "select o.state from delivery c join delivery o on o.id = c.resend_of and o.occurred_month = c.occurred_month"
    )
    assert [row["state"] for row in copies] == ["unknown"]


async def test_what_arrives_at_this_moment_is_not_sent_again(office: Office) -> None:  # D14
    await some(office, 1, "unknown")
    await start(office, states=["unknown"], may_be_there=True)
    async with office.desk.db.worker() as tx:
        await tx.execute("update delivery set state = 'delivered'")
        slice = asyncio.create_task(_slice(office))
        await kept_waiting(tx)
    assert await slice
    assert not await office.desk.fetch("select from delivery where resend_of is not null")


async def test_two_at_once_over_the_same_messages_send_each_once(office: Office) -> None:  # G8
    await some(office, 3)
    for _ in range(2):
        assert (await start(office)).json()["total"] == 3
    async with office.desk.db.worker() as tx:
        assert await resending.work(tx, office.desk.keys)
        other = asyncio.create_task(_slice(office))
        await kept_waiting(tx)
    assert await other
    numbers = await office.desk.fetch("select copy_number from delivery where resend_of is not null")
    assert [row["copy_number"] for row in numbers] == [1, 1, 1]


async def test_texts_about_consent_are_left_out(office: Office) -> None:  # S1.18
    customer = people()
    await know(office.desk, customer)
    await arrives(office.desk, a_request(customer))
    await office.desk.fetch("update delivery set state = 'failed'")
    assert (await preview(office))["count"] == 0


async def test_what_became_unknown_after_the_look_waits_for_a_word_about_it(office: Office) -> None:  # D14
    await some(office, 1)
    wanted = Wanted.model_validate({"states": ["failed", "unknown"], "since": YESTERDAY})
    await some(office, 1, "unknown")
    async with office.desk.db.company(COMPANY) as tx:
        begun = await bulk.add(tx, wanted.agreed(), Asker(Actor(id="priya", role=Role.DISPATCHER), None))
    assert begun.total == 1


@pytest.mark.parametrize(
    "over",
    [
        {"states": ["sent"]},
        {"states": []},
        {"since": "2020-01-01T00:00:00Z"},
        {"everything": True},
        {"reasons": ["no idea"]},
    ],
)
async def test_what_makes_no_sense_is_refused(office: Office, over: dict[str, Any]) -> None:
    for path in ("/v1/resends", "/v1/resends/preview"):
        assert (await office.post(path, {"since": YESTERDAY} | over)).status_code == 422


@pytest.mark.survives(51)
async def test_another_company_has_nothing_of_it(office: Office) -> None:
    await some(office, 1)
    stranger = uuid4()
    seen = await office.post("/v1/resends/preview", {"since": YESTERDAY}, company=stranger)
    assert seen.json()["count"] == 0
    id = (await start(office)).json()["id"]
    headers = office.issuer.headers(Role.ADMIN, stranger)
    assert (await office.client.get(f"/v1/resends/{id}", headers=headers)).status_code == 404


async def test_its_readers_address_of_today_is_used(office: Office) -> None:
    await some(office, 1)
    [row] = await office.desk.fetch("select customer_id, recipient_id from delivery")
    moved = a_contact(id=row["recipient_id"], emails=(an_email("new@example.com"),))
    async with office.desk.db.worker() as tx:
        await copies.put(tx, "customers", [a_customer(id=row["customer_id"], version=2, contacts=(moved,))])
    await start(office)
    await worked_off(office)
    async with office.desk.sending():
        await office.desk.settled()
    assert [mail.rcpt_tos for mail in office.desk.mail.arrived] == [["new@example.com"]]


async def test_a_slice_and_outcomes_that_are_written_meanwhile_wait_for_each_other_in_one_order(office: Office) -> None:
    db, line = office.desk.db, Line(office.desk.db)
    await office.desk.queue("a@example.com", "b@example.com", data=an_event(events.JobCreated))
    async with db.worker() as tx:
        claimed = (await sending.claim_emails(tx, tuple(Lane), 10, timedelta(seconds=60))).dues
    first, last = sorted(claimed, key=lambda due: due.id)
    await office.desk.fetch("update delivery set state = 'unknown'")  # as it was when it was chosen
    await start(office, states=["unknown"], may_be_there=True)

    async def slice() -> None:
        async with db.worker() as tx:
            found = await bulk.at_work(tx)
            assert found
            await bulk.next_slice(tx, found)

    async def outcomes() -> None:
        async with line.transaction() as tx:
            ends = [End(due, outcome.sent("250", "OK"), tried=True) for due in (last, first)]
            assert len(await sending.finish(tx, ends, datetime.now(UTC))) == 2

    async with asyncio.TaskGroup() as tasks, db.worker() as tx:
        await tx.execute("select from delivery where id = $1 for update", first.id)

        async def wait(number: int) -> bool:
            return bool(await tx.fetchval("select count(*) from pg_locks where not granted") == number)

        tasks.create_task(slice())
        await eventually(lambda: wait(1))
        tasks.create_task(outcomes())
        await eventually(lambda: wait(2))
    await line.close()
    assert [state for state, _ in await office.desk.log()] == ["sent"] * 2
