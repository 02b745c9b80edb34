"""The three steps on connections of their own: what a kill between them leaves, and what the fence refuses."""

import asyncio
from collections import Counter
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from contracts.deliveries import Channel, Lane, Reason
from notifier_svc.domain import outcome
from notifier_svc.domain.recheck import Due
from notifier_svc.send.hands import Hands
from notifier_svc.send.line import Line
from notifier_svc.store import sending as store
from notifier_svc.store.planning import QUERIES
from notifier_svc.store.sending import End, Start
from notifier_svc.tests.desk import Desk, eventually, stop
from notifier_svc.tests.test_phone import texts

LANES = tuple(Lane)
NO_TIME = timedelta()
MINUTE = timedelta(seconds=60)
SENT = outcome.sent("250", "OK")


async def claim(desk: Desk, lease: timedelta = MINUTE) -> list[Due]:
    async with desk.db.worker() as tx:
        return list((await store.claim_emails(tx, LANES, 100, lease)).dues)


async def begin(desk: Desk, dues: list[Due], margin: timedelta = timedelta(seconds=20)) -> set[UUID]:
    async with desk.db.worker() as tx:
        return await store.begin(tx, [Start(due, 1, b"words") for due in dues], margin)


async def finish(desk: Desk, dues: list[Due]) -> set[UUID]:
    async with desk.db.worker() as tx:
        return await store.finish(tx, [End(due, SENT, tried=True) for due in dues], datetime.now(UTC))


async def sweep(desk: Desk, held: tuple[UUID, ...] = ()) -> list[End]:
    async with desk.db.worker() as tx:
        return await store.sweep(tx, held, 100, datetime.now(UTC))


async def test_what_one_sender_claimed_no_other_gets(desk: Desk) -> None:
    await desk.queue("a@example.com", "b@example.com")
    first, second = await asyncio.gather(claim(desk), claim(desk))
    assert len(first) + len(second) == 2
    assert await claim(desk) == []


@pytest.mark.survives(3)
async def test_a_claim_lost_before_anything_was_begun_is_sent_by_the_next(desk: Desk) -> None:
    await desk.queue()
    await claim(desk, lease=NO_TIME)
    async with desk.sending():
        assert await desk.settled() == [("sent", None)]
    assert len(desk.mail.arrived) == 1


@pytest.mark.survives(4, 5)
async def test_what_was_begun_and_never_ended_is_unknown_and_published(desk: Desk) -> None:
    await desk.queue()
    dues = await claim(desk)
    assert await begin(desk, dues) == {due.id for due in dues}
    await desk.fetch("update queue set due_at = now() - interval '1 s'")
    async with desk.sending():
        assert await desk.settled() == [("unknown", Reason.OUTCOME_UNKNOWN)]
    assert [(told["state"], told["attempt"]) for told in await desk.published()] == [("unknown", 1)]
    assert desk.mail.arrived == []


async def test_the_sweep_leaves_alone_what_is_still_held(desk: Desk) -> None:
    await desk.queue()
    [due] = await claim(desk, lease=NO_TIME)
    assert await sweep(desk, held=(due.id,)) == []
    assert await claim(desk) == []


async def test_a_lease_too_short_to_finish_in_is_not_begun(desk: Desk) -> None:
    await desk.queue()
    dues = await claim(desk, lease=timedelta(seconds=10))
    assert await begin(desk, dues) == set()
    assert await desk.fetch("select from attempt") == []


@pytest.mark.survives(8)
async def test_the_fence_refuses_whoever_comes_back_late(desk: Desk) -> None:
    await desk.queue()
    late = await claim(desk, lease=NO_TIME)
    await sweep(desk)
    now_theirs = await claim(desk)
    assert [due.fence for due in late + now_theirs] == [1, 2]
    assert await begin(desk, late) == set()
    assert await finish(desk, late) == set()
    async with desk.db.worker() as tx:
        assert await store.give_back(tx, late) == set()
        assert await store.renew(tx, late, MINUTE) == set()
    assert await desk.log() == [("queued", None)]
    assert await begin(desk, now_theirs)
    assert await finish(desk, now_theirs)
    assert await desk.log() == [("sent", None)]
    assert len(await desk.published()) == 1


@pytest.mark.parametrize("channel", [Channel.EMAIL, Channel.SMS])
@pytest.mark.survives(8)
async def test_who_stood_still_after_t2_does_not_go_on_the_wire_with_it(phone: Desk, channel: Channel) -> None:
    moments = iter([0.0, 10.1])  # a third of the lease passed between the question and its answer
    phone.how["clock"] = lambda: next(moments, 10.1)
    await (phone.queue() if channel is Channel.EMAIL else texts(phone))
    async with phone.sending():
        assert await phone.settled() == [("sent", None)]
    tries = await phone.fetch("select n, outcome, detail from attempt order by n")
    assert [tuple(row)[:2] for row in tries] == [(1, "queued"), (2, "sent")]
    assert tries[0]["detail"] == "The sender stood still."
    assert len(phone.mail.arrived) + len(phone.switchboard.texts) == 1
    assert [told["attempt"] for told in await phone.published()] == [1]  # what was not tried is no try


@pytest.mark.parametrize("expired", [False, True])
@pytest.mark.survives(16)
async def test_what_was_begun_without_anybody_hearing_of_it_is_no_open_try(desk: Desk, expired: bool) -> None:
    await desk.queue()
    [due] = await claim(desk)
    await begin(desk, [due])  # committed, and the answer was lost
    again = outcome.again("The database did not answer.")
    end = End(due, outcome.gave_up(again) if expired else again, tried=False, unsent=Start(due, 1, b"words"))
    async with desk.db.worker() as tx:
        if expired:
            assert await store.finish(tx, [end], datetime.now(UTC)) == {due.id}
        else:
            assert await store.put_back(tx, [(end, NO_TIME)]) == {due.id}
        assert not await QUERIES.was_begun(tx, due.occurred_month, due.id, due.fence)
    [row] = await desk.fetch("select outcome, detail, finished_at from attempt")
    assert (row["outcome"], row["detail"]) == ("expired" if expired else "queued", "The database did not answer.")
    assert row["finished_at"]
    assert [each["attempts"] for each in await desk.fetch("select attempts from delivery")] == [0]


@pytest.mark.survives(16)
async def test_an_outcome_written_twice_is_told_once(desk: Desk) -> None:
    await desk.queue()
    dues = await claim(desk)
    await begin(desk, dues)
    assert await finish(desk, dues)
    assert await finish(desk, dues) == set()
    assert len(await desk.published()) == 1


async def test_a_renewed_lease_is_not_swept(desk: Desk) -> None:
    await desk.queue()
    dues = await claim(desk, lease=NO_TIME)
    async with desk.db.worker() as tx:
        assert await store.renew(tx, dues, MINUTE) == {due.id for due in dues}
    assert await sweep(desk) == []
    assert await begin(desk, dues)


async def test_a_slow_host_does_not_outlast_the_lease(desk: Desk) -> None:
    release = asyncio.Event()

    async def slowly(_server: object) -> None:
        await release.wait()

    desk.how["lease"] = timedelta(seconds=0.6)
    desk.mail.will("ACCEPTED", slowly)
    await desk.queue()
    async with desk.sending(), desk.sending():
        asyncio.get_running_loop().call_later(2.0, release.set)  # more than three leases
        assert await desk.settled() == [("sent", None)]
    assert len(desk.mail.arrived) == 1


@pytest.mark.survives(32)
async def test_a_host_that_is_slow_with_the_envelope_gets_its_mail_all_the_same(desk: Desk) -> None:
    release = asyncio.Event()

    async def slowly(_server: object) -> None:
        await release.wait()

    desk.how["lease"] = timedelta(seconds=0.6)
    desk.mail.will("RCPT", slowly)
    await desk.queue()
    async with desk.sending():
        asyncio.get_running_loop().call_later(2.0, release.set)  # more than three leases
        assert await desk.settled() == [("sent", None)]
    [row] = await desk.fetch("select n from attempt")
    assert row["n"] == 1


async def test_what_waits_long_for_a_slow_host_is_asked_about_again(desk: Desk) -> None:  # G4, G7
    release = asyncio.Event()

    async def slowly(_server: object) -> None:
        await release.wait()

    desk.how |= {"lease": timedelta(seconds=0.9), "connections": 1}
    desk.mail.will("ACCEPTED", slowly)
    await desk.queue("first@example.com", "second@example.com", "third@example.com")
    async with desk.sending():
        await eventually(lambda: _claimed(desk, 3))
        await desk.fetch("update rule set active = false")
        await eventually(lambda: _claimed(desk, 1))  # the two that waited were given back, and refused
        release.set()
        states = await desk.settled()
    assert sorted(states) == [("sent", None), ("skipped", Reason.RULE_INACTIVE), ("skipped", Reason.RULE_INACTIVE)]


async def _claimed(desk: Desk, count: int) -> bool:
    return len(await desk.fetch("select from queue where leased")) == count


async def test_what_was_given_back_can_not_begin_with_the_old_claim(desk: Desk) -> None:
    await desk.queue()
    [old] = await claim(desk, lease=NO_TIME)
    hands = Hands()
    hands.take([old])
    assert hands.waiting_since(0) == [old]
    hands.drop([old])
    assert not hands.pick_up(old)
    async with desk.db.worker() as tx:
        await store.give_back(tx, [old])
    [new] = await claim(desk)
    hands.take([new])
    assert not hands.pick_up(old)
    assert not hands.begin(old)
    assert hands.pick_up(new)
    assert hands.begin(new)
    assert hands.waiting_since(0) == []
    assert hands.carried_before(0) == [new]


async def test_what_waits_for_another_try_is_counted(desk: Desk) -> None:
    await desk.queue("a@example.com", "b@example.com")
    [due, _] = await claim(desk)
    async with desk.db.worker() as tx:
        await store.give_back(tx, [due])
        assert await store.retrying(tx) == {Lane.URGENT: 1, Lane.NORMAL: 0, Lane.BULK: 0}


async def test_operators_see_how_much_is_due_and_for_how_long(desk: Desk) -> None:
    await desk.queue("a@example.com", "b@example.com")
    async with desk.db.worker() as tx:
        await tx.execute("update queue set due_at = now() - interval '5 minutes'")
        due, oldest = await store.backlog(tx)
    assert due == {Lane.URGENT: 2, Lane.NORMAL: 0, Lane.BULK: 0}
    assert oldest == {Lane.URGENT: 300, Lane.NORMAL: 0, Lane.BULK: 0}
    await claim(desk)  # in somebody's hands it does not wait
    async with desk.db.worker() as tx:
        assert await store.backlog(tx) == (dict.fromkeys(Lane, 0),) * 2


async def test_two_senders_at_once_send_each_message_once(desk: Desk) -> None:
    await desk.queue(*(f"person{n}@example.com" for n in range(60)))
    async with desk.sending(), desk.sending():
        assert await desk.settled() == [("sent", None)] * 60
    assert set(Counter(e.rcpt_tos[0] for e in desk.mail.arrived).values()) == {1}
    assert len(await desk.published()) == 60


@pytest.mark.survives(7)
async def test_an_ended_sender_leaves_no_lease_behind(desk: Desk) -> None:
    desk.templates.status = 503
    await desk.queue("a@example.com", "b@example.com")
    sender = asyncio.create_task(desk.sender().run())
    async with asyncio.timeout(10):
        while not desk.templates.calls:
            await asyncio.sleep(0.01)
    await stop(sender)
    assert [row["leased"] for row in await desk.fetch("select leased from queue")] == [False, False]


@pytest.mark.survives(66)
async def test_a_claim_from_a_long_queue_reads_no_more_than_it_takes(desk: Desk) -> None:
    await desk.queue()
    async with desk.db.worker() as tx:
        await tx.execute(
            "insert into queue select gen_random_uuid(), occurred_month, company_id, channel, 2, now()"
            " from queue, generate_series(1, 3000)"
        )
    line = Line(desk.db)
    async with line.transaction() as tx:
        steps = await tx.fetch("explain " + QUERIES.claim_emails.sql, [1, 2], 100, MINUTE)
    await line.close()
    plan = "\n".join(step[0] for step in steps)
    assert "Index Scan using queue_email" in plan
    assert not any(word in plan for word in ("Sort", "Bitmap", "Seq Scan", "Hash"))
