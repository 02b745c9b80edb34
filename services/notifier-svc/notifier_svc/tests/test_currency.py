"""Until when it is known what customers wish: what is not urgent waits while that is too long ago (G4)."""

from contracts import topics
from notifier_svc.store import currency
from notifier_svc.tests.desk import Desk, eventually
from servicekit.db import Database


async def note(db: Database, *ages: float | None) -> None:
    async with db.worker() as tx:
        await currency.note(tx, topics.CUSTOMERS, dict(enumerate(ages)))


async def is_behind(db: Database) -> bool:
    async with db.worker() as tx:
        return await currency.is_behind(tx, topics.CUSTOMERS)


async def test_one_part_that_is_behind_is_enough_and_nothing_noted_is_none(db: Database) -> None:
    assert not await is_behind(db)
    await note(db, 0.0, 59.0)
    assert not await is_behind(db)
    await note(db, 0.0, None)  # of another process, which has just begun
    assert not await is_behind(db)
    await note(db, 0.0, 0.0, None)
    assert await is_behind(db)
    await note(db, 0.0, 0.0, 61.0)
    assert await is_behind(db)
    await note(db, 0.0, 0.0, 1.0)
    assert not await is_behind(db)


async def test_what_is_not_urgent_waits_until_the_copy_of_customers_has_caught_up(desk: Desk) -> None:
    await note(desk.db, 0.0, 61.0)
    await desk.queue()
    await desk.fetch("update delivery set lane = 'normal'")
    await desk.fetch("update queue set lane = 1")
    await desk.queue()  # that a status was set is urgent

    async def waits() -> bool:
        rows = await desk.fetch("select state, waits_for from delivery order by state")
        return [tuple(row) for row in rows] == [("queued", "news_of_customers"), ("sent", None)]

    async with desk.sending():
        await eventually(waits)
        await note(desk.db, 0.0, 1.0)
        await desk.fetch("update queue set due_at = now()")
        await desk.fetch("select pg_notify('due', '')")
        assert await desk.settled() == [("sent", None)] * 2
