"""Caps: so many messages a recipient and day, whoever asks first, and in the recipient's own day (G13)."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from contracts.profiles import Caps, CustomerProfile
from notifier_svc.store import places
from notifier_svc.store.places import Place
from notifier_svc.tests.desk import Desk, eventually
from notifier_svc.tests.factories import COMPANY, a_company, a_contact, a_customer, an_email
from notifier_svc.tests.mailhost import says
from servicekit import copies
from servicekit.db import Database

TODAY = datetime.now(UTC).date()
HASH = b"an address"


def at_noon() -> str:
    """A zone in which it is noon now, so that no day ends during a test."""
    return f"Etc/GMT{datetime.now(UTC).hour - 12:+d}"


def someone(address: str = "maria@example.com", **over: Any) -> CustomerProfile:
    return a_customer(id=uuid4(), zone=at_noon(), contacts=(a_contact(emails=(an_email(address),)),), **over)


async def cap(desk: Desk, most: int | None) -> None:
    async with desk.db.worker() as tx:
        await copies.put(tx, "companies", [a_company(version=2, caps=Caps(per_recipient_per_day=most))])


async def waits(desk: Desk) -> list[tuple[str | None, float]]:
    """What is queued waits for, and for how many hours."""
    rows = await desk.fetch(
        "select d.waits_for, extract(epoch from q.due_at - now())::float8 / 3600 as hours"
        " from queue q join delivery d using (id) where not q.leased and q.due_at > now()"
    )
    return [(row["waits_for"], row["hours"]) for row in rows]


async def test_what_is_more_than_the_cap_waits_for_the_recipients_next_day(desk: Desk) -> None:  # G13
    await cap(desk, 2)
    for _ in range(4):  # four customers with one address are one recipient
        await desk.queue(customer=someone(" Maria@Example.com"))
    await desk.queue(customer=someone("tom@example.com"))

    async def settled() -> bool:
        return len(await waits(desk)) == 2 and sorted(await desk.log()) == [("queued", None)] * 2 + [("sent", None)] * 3

    async with desk.sending():
        await eventually(settled)
        assert {wait for wait, _ in await waits(desk)} == {"cap"}
        assert all(11 <= hours <= 12.1 for _, hours in await waits(desk))
        await desk.fetch("update cap_place set day = day - 1")
        await desk.fetch("update queue set due_at = now()")  # the next day
        await desk.fetch("select pg_notify('due', '')")
        assert await desk.settled() == [("sent", None)] * 5


async def test_of_two_senders_only_one_takes_the_last_place(desk: Desk) -> None:  # G13
    await cap(desk, 3)
    for _ in range(30):
        await desk.queue(customer=someone())

    async def settled() -> bool:
        return len(await waits(desk)) == 27 and (await desk.log()).count(("sent", None)) >= 3

    async with desk.sending(), desk.sending():
        await eventually(settled)
    assert len(desk.mail.arrived) == 3


async def test_the_last_place_is_taken_once_however_they_meet(db: Database) -> None:
    def wanted(id: int) -> list[Place]:
        return [Place(COMPANY, HASH, TODAY, 1, UUID(int=id))]

    async def second() -> set[UUID]:
        async with db.worker() as tx:
            return await places.take(tx, wanted(2))

    async with db.worker() as tx:
        assert await places.take(tx, wanted(1)) == {UUID(int=1)}
        late = asyncio.create_task(second())
        async with db.worker() as other:
            while not await other.fetchval("select count(*) from pg_locks where not granted"):
                await asyncio.sleep(0.01)
    assert await late == set()
    async with db.worker() as tx:
        assert await places.take(tx, wanted(1)) == {UUID(int=1)}  # what has a place keeps it
        assert await places.take(tx, wanted(2)) == set()


async def test_two_in_one_batch_do_not_share_a_place(db: Database) -> None:
    async with db.worker() as tx:
        some = [Place(COMPANY, HASH, TODAY, 2, UUID(int=id)) for id in range(3)]
        assert len(await places.take(tx, some)) == 2
        assert await places.take(tx, [Place(COMPANY, HASH, TODAY + timedelta(days=1), 2, UUID(int=7))])


async def test_who_is_tried_again_needs_no_second_place(desk: Desk) -> None:
    await cap(desk, 1)
    desk.mail.will("RCPT", says("451 4.3.0 busy"))
    await desk.queue(customer=someone())
    async with desk.sending():
        assert await desk.settled() == [("sent", None)]
    [row] = await desk.fetch("select count(*) as places, max(slot) as slot from cap_place")
    assert (row["places"], row["slot"]) == (1, 1)


async def test_without_a_cap_nothing_is_counted_and_old_days_are_forgotten(desk: Desk) -> None:
    await desk.queue(customer=someone())
    async with desk.sending():
        assert await desk.settled() == [("sent", None)]
    assert await desk.fetch("select from cap_place") == []
    async with desk.db.worker() as tx:
        await places.take(tx, [Place(COMPANY, HASH, TODAY - timedelta(days=n), 1, UUID(int=n)) for n in (1, 5)])
        await places.forget(tx)
        assert await tx.fetchval("select count(*) from cap_place") == 1
