"""A pause: what is automated waits apart, expires in its time, and goes bit by bit when it ends (D13)."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest

from contracts import events
from contracts.deliveries import Reason
from contracts.jobs import Role
from notifier_svc import planning
from notifier_svc.main import pause_all, resume_all
from notifier_svc.store import pauses, rules
from notifier_svc.tests.app import App, settings_for
from notifier_svc.tests.desk import Desk, eventually
from notifier_svc.tests.factories import COMPANY, a_company, a_customer, a_job, an_event, email_rules
from notifier_svc.tests.office import Office
from notifier_svc.tests.test_erasure import deleted
from notifier_svc.tests.test_invitations import an_invitation, people
from notifier_svc.tests.test_planning import an_envelope
from servicekit import copies
from servicekit.db import Database

PATH = "/v1/pause"
OTHER = UUID(int=2)


async def pause(desk: Desk, company_id: UUID = COMPANY, *, paused: bool = True) -> None:
    async with desk.db.worker() as tx:
        await pauses.put(tx, company_id, paused=paused)
        await tx.execute("delete from outbox")


async def all_held(desk: Desk, count: int) -> None:
    """Wait until so many are held and nothing is in the queue."""

    async def so() -> bool:
        [row] = await desk.fetch("select (select count(*) from held) as held, (select count(*) from queue) as queued")
        return (row["held"], row["queued"]) == (count, 0)

    await eventually(so)


async def reached(desk: Desk, *log: tuple[str, str | None]) -> None:
    """Wait until the log says so."""

    async def so() -> bool:
        return await desk.log() == list(log)

    await eventually(so)


async def test_what_is_planned_while_paused_waits_apart_and_goes_when_resumed(desk: Desk) -> None:  # D13
    await pause(desk)
    await desk.queue("a@example.com", "b@example.com")
    assert [row["waits_for"] for row in await desk.fetch("select waits_for from delivery")] == ["pause"] * 2
    async with desk.sending():
        await all_held(desk, 2)
        assert await desk.log() == [("queued", None)] * 2
        await pause(desk, paused=False)
        await reached(desk, ("sent", None), ("sent", None))
    assert len(desk.mail.arrived) == 2


async def test_what_was_queued_before_the_pause_waits_too(desk: Desk) -> None:
    await desk.queue()
    await pause(desk)
    async with desk.sending():
        await all_held(desk, 1)
    assert desk.mail.arrived == []
    [row] = await desk.fetch("select d.waits_for, h.fence from delivery d join held h using (id)")
    assert (row["waits_for"], row["fence"]) == ("pause", 1)


async def test_another_companys_messages_go_on(desk: Desk) -> None:
    async with desk.db.worker() as tx:
        await copies.put(tx, "companies", [a_company(id=OTHER, company_id=OTHER)])
        await rules.add(tx, email_rules(OTHER))
    await pause(desk)
    await desk.queue()
    job = a_job(company_id=OTHER, customer_id=UUID(int=6))
    await desk.happens(a_customer(id=job.customer_id, company_id=OTHER), an_event(events.WOClosed, job=job))
    async with desk.sending():
        await all_held(desk, 1)
        await reached(desk, ("queued", None), ("sent", None))


async def test_a_pause_of_all_ends_for_those_who_are_not_paused_themselves(desk: Desk) -> None:
    async with desk.db.worker() as tx:
        await pauses.pause_all(tx)
        await pauses.pause_all(tx)  # twice is once
    await desk.queue()
    async with desk.sending():
        await all_held(desk, 1)
        await pause(desk)
        async with desk.db.worker() as tx:
            await pauses.resume_all(tx)
            assert await pauses.release(tx, 100) == 0
        await pause(desk, paused=False)
        await reached(desk, ("sent", None))


async def test_what_nobody_automated_passes_a_pause(desk: Desk) -> None:  # D7
    await pause(desk)
    customer = people()
    invitation = an_invitation(customer, expires_at=datetime.now(UTC) + timedelta(days=7))
    async with desk.db.worker() as tx:
        await copies.put(tx, "customers", [customer])
        await planning.plan_events(tx, desk.keys, [an_envelope(invitation)])
    async with desk.sending():
        assert await desk.settled() == [("sent", None)]


async def test_what_is_held_goes_at_a_pace_of_its_own_whoever_asks(desk: Desk) -> None:
    await pause(desk)
    await desk.queue(*(f"person{n}@example.com" for n in range(5)))
    async with desk.sending():
        await all_held(desk, 5)
    await desk.fetch("update held set lane = 1, due_at = now()")
    await desk.fetch(
        "update held set lane = 0, due_at = now() + interval '1 s' where id = (select id from held limit 1)"
    )
    await pause(desk, paused=False)
    async with desk.db.worker() as tx:
        assert await pauses.release(tx, 2) == 2
        assert await pauses.release(tx, 2) == 0  # another sender, in the same second
        assert await tx.fetchval("select count(*) from queue where lane = 0") == 1  # the urgent lane first
        await tx.execute("update held_turn set released_at = now() - interval '1 s'")
        assert await pauses.release(tx, 2) == 2


@pytest.mark.parametrize("resumed", [False, True])
async def test_what_is_held_for_too_long_expires(desk: Desk, resumed: bool) -> None:  # D13
    await pause(desk)
    await desk.queue()
    async with desk.sending():
        await all_held(desk, 1)
        async with desk.db.worker() as tx:
            await tx.execute("update delivery set expires_at = now()")
            if resumed:
                await tx.execute("delete from pause")
            else:
                await tx.execute("update held set expires_at = now()")
        await reached(desk, ("expired", Reason.EXPIRED))
    assert desk.mail.arrived == []


@pytest.mark.survives(62)
async def test_who_is_deleted_while_paused_is_cancelled_with_what_waits(desk: Desk) -> None:
    customer = a_customer()
    await pause(desk)
    await desk.queue(customer=customer)
    async with desk.sending():
        await all_held(desk, 1)
    await deleted(desk, customer)
    assert await desk.log() == [("cancelled", Reason.CUSTOMER_DELETED)]
    await all_held(desk, 0)


async def test_the_operators_commands_say_what_they_did(db: Database, app: App) -> None:
    assert await pause_all(db, app.settings) == "sending is paused for all companies"
    async with db.worker() as tx:
        assert await pauses.paused(tx, [COMPANY, OTHER]) == {COMPANY, OTHER}
    await pause_all(db, app.settings)  # twice is once
    assert await resume_all(db, app.settings) == "sending is resumed, but for companies that are paused by themselves"
    async with db.worker() as tx:
        assert await pauses.paused(tx, [COMPANY, OTHER]) == set()
        told = await tx.fetch("select company_id, actor, how, field, old, new from change order by id")
    assert [tuple(row) for row in told] == [
        (COMPANY, "fieldbell", "pause-all", "paused_for_all", False, True),
        (COMPANY, "fieldbell", "resume-all", "paused_for_all", True, False),
    ]


async def ask(app: App, role: Role = Role.ADMIN, body: Any = None, tag: str | None = None) -> httpx.Response:
    headers = app.issuer.headers(role, COMPANY) | ({"if-match": tag} if tag else {})
    return await app.client.request("PUT" if body else "GET", PATH, json=body, headers=headers)


async def test_the_office_pauses_and_resumes_and_others_hear_of_it(app: App) -> None:  # D13
    fresh = (await ask(app, Role.DISPATCHER)).json()
    assert (fresh["version"], fresh["paused"], fresh["explanation"], fresh["waiting"]) == (0, False, None, 0)
    paused = await ask(app, body={"paused": True, "note": "wrong price list"})
    assert (paused.status_code, paused.headers["etag"]) == (200, '"1"')
    said = (await ask(app, Role.DISPATCHER)).json()
    assert (said["paused"], said["cause"], said["note"]) == (True, "office", "wrong price list")
    assert (said["changed_by"], said["changed_by_name"]) == ("test-admin", "Test admin")
    assert said["explanation"].startswith("Paused by the office.")
    assert (await ask(app, body={"paused": False})).status_code == 428
    assert (await ask(app, body={"paused": False}, tag='"7"')).status_code == 412
    resumed = await ask(app, body={"paused": False}, tag='"1"')
    assert (resumed.json()["paused"], resumed.json()["cause"], resumed.json()["version"]) == (False, None, 2)
    told = await app.fetch("select key, convert_from(body, 'UTF8')::jsonb as body from outbox where topic = 'rules.v1'")
    assert [(row["key"], row["body"]["paused"], row["body"]["cause"]) for row in told] == [
        (str(COMPANY), True, "office"),
        (str(COMPANY), False, None),
    ]


async def test_the_log_says_why_a_line_waits(office: Office) -> None:  # G1
    headers = office.issuer.headers(Role.DISPATCHER, COMPANY)

    async def line() -> tuple[str | None, str]:
        [item] = (await office.client.get("/v1/deliveries", headers=headers)).json()["items"]
        return item["waits_for"], item["explanation"]

    async with office.desk.db.worker() as tx:
        await rules.add(tx, email_rules())
    await office.desk.queue()
    assert await line() == (None, "Waiting for its time, or for its turn.")
    await pause(office.desk)  # it counts at once, before any sender has looked
    wait, sentence = await line()
    assert (wait, sentence[:27]) == ("pause", "Waiting: sending was paused")
    async with office.desk.sending():
        await all_held(office.desk, 1)
        assert (await line())[0] == "pause"
        assert (await office.client.get(PATH, headers=headers)).json()["waiting"] == 1
        async with office.desk.db.worker() as tx:
            await tx.execute("update delivery set expires_at = now()")
            await tx.execute("update held set expires_at = now()")
        await reached(office.desk, ("expired", Reason.EXPIRED))
    assert await line() == ("pause", "Not sent: sending was paused for so long that the news is stale by now.")


def test_the_pace_is_a_setting(database: Any, issuer: Any) -> None:
    assert settings_for(database("notifier"), issuer, release_per_second=7).release_per_second == 7
