"""Once per job: the first time a rule's message sets out is the only one, whoever asks first (G7)."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from contracts import events
from contracts.deliveries import Reason
from contracts.jobs import Role
from contracts.model import starter_id
from contracts.profiles import CustomerProfile
from contracts.rendering import RefusalCode
from notifier_svc.store import once
from notifier_svc.store.once import Telling
from notifier_svc.tests.app import App
from notifier_svc.tests.desk import Desk
from notifier_svc.tests.factories import COMPANY, a_contact, a_customer, a_job, a_status, an_email, an_event
from servicekit.db import Database

TOLD, AGAIN = ("sent", None), ("skipped", Reason.ALREADY_TOLD)


@pytest.fixture
async def shop(desk: Desk) -> Desk:
    """A desk whose company tells once that a work order is closed, and of each status it sets."""
    await desk.fetch("update rule set once_per_job = true where trigger in ('work_order_closed', 'status_set')")
    return desk


def both() -> CustomerProfile:
    recipients = (a_contact(), a_contact(primary=False, emails=(an_email("tom@example.com"),)))
    return a_customer(contacts=recipients)


async def closes(desk: Desk, customer: CustomerProfile, times: int = 1, **over: Any) -> None:
    for _ in range(times):
        await desk.happens(customer, an_event(events.WOClosed, job=a_job(**over)))


async def test_a_second_time_is_skipped_and_says_so(shop: Desk) -> None:  # G7
    customer = a_customer()
    async with shop.sending():
        await closes(shop, customer)
        assert await shop.settled() == [TOLD]
        await closes(shop, customer)
        assert await shop.settled() == [TOLD, AGAIN]
        await closes(shop, customer, id=uuid4())  # another job
        assert await shop.settled() == [TOLD, AGAIN, TOLD]


async def test_of_two_senders_one_tells(shop: Desk) -> None:
    await closes(shop, a_customer(), times=20)
    async with shop.sending(), shop.sending():
        log = await shop.settled()
    assert (log.count(TOLD), log.count(AGAIN)) == (1, 19)
    assert len(shop.mail.arrived) == 1


async def test_without_the_option_each_time_is_told(desk: Desk) -> None:
    await closes(desk, a_customer(), times=2)
    async with desk.sending():
        assert await desk.settled() == [TOLD, TOLD]
    assert await desk.fetch("select from told_once") == []


async def test_a_mistake_that_was_undone_in_time_was_not_told(shop: Desk) -> None:  # G7
    customer, job = a_customer(), a_job(status=a_status(hold_seconds=60))
    await shop.happens(customer, an_event(job=job))
    back = a_job(version=2, status=a_status("scheduled"))
    await shop.happens(customer, an_event(job=back, notify=False))
    await shop.fetch("update queue set due_at = now()")  # the hold is over
    async with shop.sending():
        await shop.settled()
        await shop.happens(customer, an_event(job=a_job(version=3)))
        log = await shop.settled()
    assert log[0] == ("skipped", Reason.STATUS_MOVED_ON)
    assert log[-1] == TOLD


async def test_what_came_to_nothing_was_not_told(shop: Desk) -> None:
    customer = a_customer()
    shop.templates.refusal = (RefusalCode.MISSING_VALUE, "visit.starts_at has no value here.")
    async with shop.sending():
        await closes(shop, customer)
        [(state, _)] = await shop.settled()
        assert state == "failed"
        shop.templates.refusal = None
        await closes(shop, customer)
        assert (await shop.settled())[1:] == [TOLD]
        await closes(shop, customer)
        assert (await shop.settled())[1:] == [TOLD, AGAIN]


async def test_whoever_was_first_stays_it(db: Database) -> None:
    def telling(occurrence: int) -> Telling:
        return Telling(COMPANY, UUID(int=3), UUID(int=4), UUID(int=occurrence))

    async with db.worker() as tx:
        key = (UUID(int=3), UUID(int=4))
        assert await once.told(tx, [telling(1)]) == {}
        first = await once.tell(tx, [telling(1), telling(2)])
        assert first[key] in (UUID(int=1), UUID(int=2))
        assert await once.tell(tx, [telling(9)]) == await once.told(tx, [telling(7)]) == first


async def test_what_is_older_than_the_log_is_forgotten_a_slice_at_a_time(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(once, "FORGET_AT_ONCE", 2)
    tellings = [Telling(COMPANY, UUID(int=3), UUID(int=n), UUID(int=9)) for n in range(4)]
    async with db.worker() as tx:
        await once.tell(tx, tellings)
        await tx.execute("update told_once set told_at = now() - interval '26 months' where job_id <> $1", UUID(int=1))
        assert [await once.forget(tx) for _ in range(3)] == [2, 1, 0]
        assert list(await once.told(tx, tellings)) == [(UUID(int=3), UUID(int=1))]


async def test_a_rule_says_whether_it_tells_once(app: App) -> None:
    headers = app.issuer.headers(Role.ADMIN, COMPANY)
    body = {
        "name": "a rule",
        "channel": "email",
        "template_id": str(starter_id(COMPANY, "template", "job-created")),
        "trigger": "job_created",
    }
    made = await app.client.post("/v1/rules", json=body | {"once_per_job": True}, headers=headers)
    assert (made.status_code, made.json()["once_per_job"]) == (201, True), made.text
    path, plain = f"/v1/rules/{made.json()['id']}", {k: v for k, v in body.items() if k != "trigger"}
    changed = await app.client.put(path, json=plain, headers=headers | {"if-match": '"1"'})
    assert changed.json()["once_per_job"] is False
    assert (await app.client.get(path, headers=headers)).json()["once_per_job"] is False
