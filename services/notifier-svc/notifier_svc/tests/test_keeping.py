"""How long the log is kept: months made ahead, words forgotten, months dropped; business time moves (ADR 27, 37)."""

import asyncio
import zlib
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import orjson
import pytest

from contracts.deliveries import Category, Channel
from contracts.inbound import Cause
from notifier_svc import keeping
from notifier_svc.domain.keys import Keys
from notifier_svc.domain.trial import NOBODY
from notifier_svc.keeping import Kept, add_months, keep
from notifier_svc.store import blocks
from notifier_svc.store import keeping as store
from notifier_svc.store.blocks import Place
from notifier_svc.store.planning import QUERIES
from notifier_svc.tests.desk import kept_waiting
from notifier_svc.tests.factories import COMPANY
from servicekit.db import Database, Tx

START = datetime(2026, 3, 10, 12, tzinfo=UTC)
MARCH = date(2026, 3, 1)
KEYS = Keys(b"a secret of sixteen bytes")
WORDS = zlib.compress(orjson.dumps({"text": "Hi"}))


async def log(db: Database, at: datetime, **over: Any) -> Any:
    """A message with its words."""
    async with db.worker() as tx:
        return await _logged(tx, at, **over)


async def _logged(tx: Tx, at: datetime, **over: Any) -> Any:
    row = {"category": "status", "planned_at": at, "resend_of": None} | over
    id, month = uuid4(), at.date().replace(day=1)
    await store.ensure_month(tx, month)
    await tx.execute(
        "insert into delivery (occurred_month, id, company_id, occurrence_id, occurred_at, trigger, category,"
        " channel, lane, customer_id, state, planned_at, resend_of)"
        " values ($1, $2, $3, $2, $4, 'status_set', $5, 'email', 'normal', $2, 'sent', $6, $7)",
        *(month, id, COMPANY, at, row["category"], row["planned_at"], row["resend_of"]),
    )
    await tx.execute(
        "insert into rendering (occurred_month, delivery_id, n, company_id, body) values ($1, $2, 1, $3, $4)",
        *(month, id, COMPANY, WORDS),
    )
    return id


async def words(db: Database) -> set[Any]:
    async with db.worker() as tx:
        return {row["delivery_id"] for row in await tx.fetch("select delivery_id from rendering")}


async def months(db: Database, part: str = "delivery") -> list[date]:
    async with db.worker() as tx:
        return await store.months(tx, part)


async def test_there_is_always_a_month_for_what_will_happen(db: Database) -> None:
    await keep(db, KEYS, Kept(), START)
    for part in store.PARTS:
        assert await months(db, part) == [MARCH, add_months(MARCH, 1), add_months(MARCH, 2)], part
    await keep(db, KEYS, Kept(), START)  # a second time there is nothing to do
    assert len(await months(db)) == 3


async def test_words_go_after_their_time_and_what_was_sent_stays(db: Database) -> None:
    await log(db, START)
    await keep(db, KEYS, Kept(), datetime(2026, 6, 29, tzinfo=UTC))
    assert len(await words(db)) == 1
    await keep(db, KEYS, Kept(), datetime(2026, 6, 30, tzinfo=UTC))
    assert await words(db) == set()
    async with db.worker() as tx:
        assert await tx.fetchval("select count(*) from delivery") == 1
    assert MARCH in await months(db, "rendering")  # empty, so that what is sent again finds a place


async def test_the_words_of_what_was_sent_again_lately_stay_and_only_those(db: Database) -> None:
    old = await log(db, START)
    copy = await log(db, START, planned_at=START + timedelta(days=100), resend_of=old)
    await keep(db, KEYS, Kept(), START + timedelta(days=150))
    assert await words(db) == {copy}
    await keep(db, KEYS, Kept(), START + timedelta(days=200))
    assert await words(db) == set()


async def test_a_category_can_keep_its_words_for_less(db: Database) -> None:
    status, invoice = await log(db, START), await log(db, START, category="invoice")
    kept = Kept(words_of={Category.INVOICE: timedelta(days=30)})
    await keep(db, KEYS, kept, START + timedelta(days=29))
    assert await words(db) == {status, invoice}
    await keep(db, KEYS, kept, START + timedelta(days=31))
    assert await words(db) == {status}


async def test_a_month_is_dropped_when_all_of_it_was_kept_long_enough(db: Database) -> None:
    await log(db, START)
    await keep(db, KEYS, Kept(), datetime(2028, 4, 30, tzinfo=UTC))
    assert MARCH in await months(db)
    await keep(db, KEYS, Kept(), datetime(2028, 5, 1, tzinfo=UTC))
    for part in store.PARTS:
        assert MARCH not in await months(db, part), part


async def test_a_month_in_use_stays_until_the_next_round_and_its_user_goes_on(db: Database) -> None:
    id, much_later = await log(db, START), datetime(2029, 1, 1, tzinfo=UTC)
    async with db.worker() as tx:
        await tx.execute("update delivery set detail = 'busy' where id = $1", id)
        await keep(db, KEYS, Kept(), much_later)
        assert MARCH in await months(db)
        await tx.execute(
            "insert into attempt (occurred_month, delivery_id, n, company_id) values ($1, $2, 1, $3)",
            MARCH,
            id,
            COMPANY,
        )
    for part in store.PARTS:  # all of it stays, or none
        assert MARCH in await months(db, part), part
    await keep(db, KEYS, Kept(), much_later)
    for part in store.PARTS:
        assert MARCH not in await months(db, part), part


async def test_words_that_a_copy_brings_at_this_moment_stay(db: Database) -> None:
    await log(db, START)
    later = START + timedelta(days=150)
    async with db.worker() as tx:
        copy = await _logged(tx, START, planned_at=later, resend_of=uuid4())
        forgetting = asyncio.create_task(_forgotten(db, later - timedelta(days=90)))
        await kept_waiting(tx)
    await forgetting
    assert copy in await words(db)


async def _forgotten(db: Database, since: datetime) -> None:
    """In as many rounds as it takes: none waits for long."""
    more = True
    while more:
        with suppress(asyncpg.LockNotAvailableError):
            async with db.worker() as tx:
                more = await store.forget_words(tx, MARCH, since)


@pytest.mark.parametrize(
    ("month", "number", "later"), [(date(2026, 11, 1), 2, date(2027, 1, 1)), (MARCH, 25, date(2028, 4, 1))]
)
def test_months_are_counted_over_the_end_of_a_year(month: date, number: int, later: date) -> None:
    assert keeping.add_months(month, number) == later


async def test_nobody_drops_anything_but_the_log(db: Database) -> None:
    with pytest.raises(asyncpg.RaiseError):
        async with db.worker() as tx:
            await store.drop(tx, "rule", MARCH)


async def address(db: Database, *, of: Any = None, test: bool = False) -> Any:
    """An address, of a message where there is one."""
    id, owner = uuid4(), NOBODY if test else uuid4()
    async with db.worker() as tx:
        await tx.execute("insert into destination values ($1, $2, $3, 'email', 'a@example.com')", COMPANY, id, owner)
        await tx.execute("update delivery set destination_id = $2, customer_id = $3 where id = $1", of, id, owner)
    return id


async def addresses(db: Database) -> set[Any]:
    async with db.worker() as tx:
        return {row["id"] for row in await tx.fetch("select id from destination")}


async def test_addresses_that_no_message_refers_to_any_more_go_with_the_last_one(db: Database) -> None:
    later = START + timedelta(days=100)
    old, used = [await address(db, of=await log(db, at)) for at in (START, later)]
    test = await address(db, test=True)
    block = "insert into block (company_id, channel, address_hash, cause) values ($1, 'email', $2, 'bounced')"
    async with db.worker() as tx:
        await tx.execute(block, COMPANY, b"of the old one")
    await keep(db, KEYS, Kept(), datetime(2028, 4, 30, tzinfo=UTC))
    assert await addresses(db) == {old, used, test}
    await keep(db, KEYS, Kept(), datetime(2028, 5, 1, tzinfo=UTC))
    assert await addresses(db) == {used, test}
    async with db.worker() as tx:
        assert await tx.fetchval("select count(*) from block") == 1


async def test_an_address_with_words_beside_its_block_stays_so_that_a_deletion_finds_them(db: Database) -> None:
    noted = await address(db)
    place = Place(COMPANY, Channel.EMAIL, "a@example.com")
    async with db.worker() as tx:
        await blocks.add(tx, place.hash(KEYS), place, Cause.OFFICE, note="asked on the phone")
    await keep(db, KEYS, Kept(), START)
    assert await addresses(db) == {noted}


async def test_all_are_walked_through_bit_by_bit_and_then_nothing_until_a_month_goes(db: Database) -> None:
    used = {await address(db, of=await log(db, START)) for _ in range(3)}
    for _ in range(4):
        await address(db)
    more, walks = True, 0
    while more:
        async with db.worker() as tx:
            more, walks = await store.forget_addresses(tx, KEYS, 2), walks + 1
    assert (await addresses(db), walks) == (used, 4)
    left = await address(db)
    await keep(db, KEYS, Kept(), START)  # it has been through
    assert await addresses(db) == {*used, left}


async def test_a_message_planned_at_that_moment_keeps_its_address(db: Database) -> None:
    id = await address(db)
    event = await log(db, START)
    async with db.worker() as tx, db.worker() as planner:
        [found] = [row async for row in QUERIES.next_addresses(tx, UUID(int=0), UUID(int=0), 9, NOBODY)]
        assert not found["used"]
        await planner.execute("insert into destination select * from destination on conflict do nothing")
        refer = (
            "update delivery set destination_id = $2, customer_id = (select customer_id from destination) where id = $1"
        )
        await planner.execute(refer, event, id)
        with pytest.raises(asyncpg.LockNotAvailableError):
            async with tx.transaction():
                await QUERIES.forget_addresses_of_nobody(tx, [COMPANY], [id])
    await keep(db, KEYS, Kept(), START)
    assert await addresses(db) == {id}


async def test_who_plans_while_addresses_are_forgotten_waits_and_then_has_one(db: Database) -> None:
    id = await address(db)
    async with db.worker() as planner:
        again = "insert into destination values ($1, $2, $2, 'email', 'a@example.com') on conflict do nothing"
        async with db.worker() as tx:
            await QUERIES.forget_addresses_of_nobody(tx, [COMPANY], [id])
            planning = asyncio.create_task(planner.execute(again, COMPANY, id))
            await kept_waiting(tx)
        assert await planning == "INSERT 0 1"
    assert await addresses(db) == {id}
