"""What the sender lives through: a mail host that misbehaves, an end in the middle, a database that hangs up."""

import asyncio
import gc
import re
from collections import Counter
from pathlib import Path

import pytest

from contracts.deliveries import Channel, DeliveryState, Reason
from notifier_svc.channels.codes import CODES
from notifier_svc.domain.outcome import FAILING
from notifier_svc.send import observing
from notifier_svc.send.rendering import REASONS
from notifier_svc.tests.desk import Desk, eventually, stop
from notifier_svc.tests.mailhost import Act, Server, hangs, hangs_up, mail_host, says
from servicekit.testing import Shown

SENT = [("sent", None)]


@pytest.mark.survives(29)
async def test_a_host_that_refuses_connections_is_tried_until_it_is_back(desk: Desk) -> None:
    async with mail_host() as gone:
        desk.mail.port, port = gone.port, desk.mail.port
    await desk.queue()
    async with desk.sending():
        await eventually(lambda: _told(desk, "The mail host can't be reached, or refuses us."))
        assert await desk.log() == [("queued", None)]
        async with mail_host(port=desk.mail.port) as back:
            assert await desk.settled() == SENT
            assert len(back.arrived) == 1
    assert port


@pytest.mark.survives(29)
async def test_a_host_that_greets_with_421_is_tried_again(desk: Desk) -> None:
    desk.mail.banner = b"421 4.3.2 come back later\r\n"
    await desk.queue()
    async with desk.sending():
        await eventually(lambda: _told(desk, "The mail host can't be reached, or refuses us."))
        desk.mail.banner = None
        assert await desk.settled() == SENT
    assert len(desk.mail.arrived) == 1


@pytest.mark.parametrize(
    ("stage", "answer"),
    [
        ("MAIL", "451 4.3.0 busy"),
        ("RCPT", "450 4.2.1 busy"),
        ("RCPT", "421 4.3.2 closing"),
        ("DATA", "451 4.3.0 busy"),
        ("END", "452 4.3.1 full"),
        ("MAIL", "530 5.7.0 log in first"),
    ],
)
@pytest.mark.parametrize("pipelining", [True, False])
@pytest.mark.survives(30)
async def test_what_is_refused_for_now_goes_the_next_time(
    desk: Desk, stage: str, answer: str, pipelining: bool
) -> None:
    desk.mail.pipelining = pipelining
    desk.mail.will(stage, says(answer))
    await desk.queue()
    async with desk.sending():
        assert await desk.settled() == SENT
    tries = await desk.fetch("select outcome, code from attempt order by n")
    assert [row["outcome"] for row in tries] == ["queued", "sent"]
    assert answer.startswith(tries[0]["code"])
    assert len(desk.mail.arrived) == 1


@pytest.mark.parametrize("stage", ["RCPT", "DATA", "END"])
@pytest.mark.survives(31, 63)
async def test_what_is_refused_for_good_fails_with_the_hosts_words(desk: Desk, stage: str) -> None:
    desk.mail.will(stage, says("554 5.7.1 <maria@example.com>: we do not want this"))
    await desk.queue("maria@example.com", "jo@example.com")
    async with desk.sending():
        log = await desk.settled()
    assert sorted(log) == [("failed", Reason.REFUSED_BY_PROVIDER), ("sent", None)]  # the connection went on
    [row] = await desk.fetch(
        "select d.detail, a.code from delivery d join attempt a on a.delivery_id = d.id where d.state = 'failed'"
    )
    assert row["code"] == "554 5.7.1"
    assert row["detail"] == "[address]: we do not want this"  # fault 63
    assert not await desk.fetch("select from block")


async def test_operators_see_how_many_fail_for_good_and_for_now_from_zero_on(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended, again = Shown(), Shown()
    monkeypatch.setattr(observing, "_ended", ended)
    monkeypatch.setattr(observing, "_failed_tries", again)
    async with desk.sending():
        await eventually(lambda: _is(again.of(channel="email") == 0))
        assert {_failed(ended, reason) for reason in FAILING} == {0}
        desk.mail.will("RCPT", says("450 4.2.1 busy"), says("554 5.7.1 no"))
        await desk.queue()
        await desk.settled()
    assert again.of(channel="email") == 1
    assert _failed(ended, Reason.REFUSED_BY_PROVIDER) == 1


def test_every_reason_of_failing_is_shown_from_zero_on() -> None:
    package = Path(observing.__file__).parents[1]
    said = "".join(path.read_text() for path in package.rglob("*.py") if path.parent.name != "tests")
    in_words = {Reason[name] for name in re.findall(r"failed\(Reason\.(\w+)", said)}
    by_code = {meaning.reason for meaning in CODES.values() if meaning.reason}
    assert in_words | by_code | set(REASONS.values()) == FAILING


def _failed(shown: Shown, reason: Reason) -> float | None:
    return shown.of(state=DeliveryState.FAILED, reason=reason, channel=Channel.EMAIL)


async def _is(true: bool) -> bool:
    return true


async def test_a_refusal_of_our_own_address_is_no_recipients_fault(desk: Desk) -> None:
    desk.mail.will("MAIL", says("550 5.7.1 Sender denied"), says("553 5.1.1 sender unknown"))
    await desk.queue("maria@example.com", "jo@example.com")
    async with desk.sending():
        assert await desk.settled() == SENT * 2
    assert not await desk.fetch("select from block")
    told = await desk.fetch("select detail from attempt where outcome = 'queued'")
    assert {row["detail"] for row in told} == {"The mail host refuses our own address."}


@pytest.mark.parametrize("pipelining", [True, False])
@pytest.mark.survives(31)
async def test_a_no_stands_also_where_the_host_leaves_after_it(desk: Desk, pipelining: bool) -> None:
    desk.mail.pipelining = pipelining
    desk.mail.will("RCPT", says("550 5.1.1 no such user"))
    desk.mail.will("DATA", hangs_up)
    await desk.queue()
    async with desk.sending():
        assert await desk.settled() == [("failed", Reason.REFUSED_BY_PROVIDER)]
    assert [row["cause"] for row in await desk.fetch("select cause from block")] == ["bounced"]


@pytest.mark.survives(31)
async def test_a_host_that_awaits_the_message_it_has_refused_gets_none(desk: Desk) -> None:
    desk.how["connections"] = 1
    desk.mail.will("RCPT", says("550 5.7.1 no"))
    desk.mail.will("DATA", says("354 go on"))
    await desk.queue("maria@example.com", "jo@example.com")
    async with desk.sending():
        log = await desk.settled()
    assert sorted(log) == [("failed", Reason.REFUSED_BY_PROVIDER), ("sent", None)]
    assert (len(desk.mail.arrived), desk.mail.connections) == (1, 2)


@pytest.mark.survives(31)
async def test_a_mailbox_that_does_not_exist_is_not_written_to_again(desk: Desk) -> None:
    desk.mail.will("RCPT", says("550 5.1.1 no such user"))
    async with desk.sending():
        await desk.queue()
        assert await desk.settled() == [("failed", Reason.REFUSED_BY_PROVIDER)]
        await desk.queue()
        assert await desk.settled() == [("failed", Reason.REFUSED_BY_PROVIDER), ("skipped", Reason.BLOCKED)]
    assert [row["cause"] for row in await desk.fetch("select cause from block")] == ["bounced"]


@pytest.mark.parametrize("stage", ["MAIL", "RCPT", "DATA"])
@pytest.mark.parametrize("act", [hangs, hangs_up])
@pytest.mark.survives(32, 33)
async def test_a_host_that_hangs_or_hangs_up_before_the_message_gets_it_once(desk: Desk, stage: str, act: Act) -> None:
    desk.host["timeout"] = 0.3
    desk.mail.will(stage, act)
    await desk.queue()
    async with desk.sending():
        assert await desk.settled() == SENT
    assert len(desk.mail.arrived) == 1


@pytest.mark.survives(33)
async def test_a_drop_in_the_middle_of_a_message_is_tried_again(desk: Desk) -> None:
    async def takes_a_little(server: Server) -> str:
        await server.push("354 go on")
        await server._reader.readexactly(1000)
        return await hangs_up(server)

    desk.templates.padding = "x" * 8_000_000
    desk.mail.will("DATA", takes_a_little)
    await desk.queue()
    async with desk.sending():
        await eventually(lambda: _told(desk, "The host hung up."))
        desk.templates.padding = ""
        assert await desk.settled() == SENT
    assert len(desk.mail.arrived) == 1


@pytest.mark.parametrize("stage", ["END", "ACCEPTED"])
@pytest.mark.parametrize("act", [hangs, hangs_up])
@pytest.mark.survives(34)
async def test_a_hang_or_drop_after_the_final_dot_is_unknown_and_not_repeated(desk: Desk, stage: str, act: Act) -> None:
    desk.host["end_timeout"] = 0.3
    desk.mail.will(stage, act)
    await desk.queue()
    async with desk.sending():
        assert await desk.settled() == [("unknown", Reason.OUTCOME_UNKNOWN)]
    assert [told["state"] for told in await desk.published()] == ["unknown"]
    assert len(desk.mail.arrived) <= 1


@pytest.mark.survives(35)
async def test_what_was_accepted_before_a_drop_is_sent(desk: Desk) -> None:
    async def accepts_and_hangs_up(server: Server) -> str:
        await server.push("250 2.0.0 OK")
        assert server.transport is not None
        server.transport.close()
        return "250 OK"

    desk.mail.will("ACCEPTED", accepts_and_hangs_up)
    await desk.queue("a@example.com", "b@example.com")
    async with desk.sending():
        assert await desk.settled() == SENT * 2
    assert len(desk.mail.arrived) == 2


@pytest.mark.parametrize("control", ["\0", "\x1b", "\x7f"])
async def test_a_control_character_in_the_hosts_last_word_does_not_lose_the_outcome(desk: Desk, control: str) -> None:
    desk.mail.will("ACCEPTED", says(f"250 2.0.0 queued {control} as 1"))
    await desk.queue()
    async with desk.sending():
        assert await desk.settled() == SENT
    assert [row["detail"] for row in await desk.fetch("select detail from delivery")] == ["queued ? as 1"]


@pytest.mark.survives(35)
async def test_a_host_that_hangs_at_quit_changes_nothing(desk: Desk) -> None:
    desk.mail.will("QUIT", hangs, hangs)
    await desk.queue()
    async with desk.sending():
        assert await desk.settled() == SENT
    assert await desk.log() == SENT


async def test_a_connection_that_went_stale_while_idle_is_replaced_at_once(desk: Desk) -> None:
    desk.how["connections"] = 1
    desk.how["retry_seconds"] = 3600
    async with desk.sending():
        await desk.queue()
        await desk.settled()
        desk.mail.hang_up_all()
        await desk.queue()
        assert await desk.settled() == SENT * 2
    assert desk.mail.connections == 2


@pytest.mark.survives(7)
async def test_the_end_of_the_process_lets_what_is_on_the_wire_finish(desk: Desk) -> None:
    at_the_end, release = asyncio.Event(), asyncio.Event()

    async def slowly(_server: Server) -> None:
        at_the_end.set()
        await release.wait()

    desk.how["connections"] = 1
    desk.mail.will("ACCEPTED", slowly)
    await desk.queue(*(f"person{n}@example.com" for n in range(12)))
    sender = asyncio.create_task(desk.sender().run())
    async with asyncio.timeout(10):
        await at_the_end.wait()
    ending = asyncio.create_task(stop(sender))
    await asyncio.sleep(0)
    release.set()
    await ending
    rows = await desk.fetch("select d.state, q.leased from delivery d left join queue q on q.id = d.id")
    found = Counter((row["state"], row["leased"]) for row in rows)
    assert set(found) == {("sent", None), ("queued", False)}
    assert found["sent", None] == len(desk.mail.arrived)
    async with desk.sending():  # the next process goes on
        assert await desk.settled() == SENT * 12
    assert len(desk.mail.arrived) == 12


@pytest.mark.survives(15)
async def test_a_database_that_drops_its_connections_loses_and_doubles_nothing(desk: Desk) -> None:
    await desk.queue(*(f"person{n}@example.com" for n in range(60)))

    async def some_arrived() -> bool:
        return len(desk.mail.arrived) >= 10

    async with desk.sending():
        await eventually(some_arrived)
        await desk.fetch(
            "select pg_terminate_backend(pid) from pg_stat_activity"
            " where usename = current_user and datname = current_database() and pid <> pg_backend_pid()"
        )
        log = await desk.settled()
    assert Counter(state for state, _ in log) == {"sent": 60}
    assert sorted(Counter(e.rcpt_tos[0] for e in desk.mail.arrived).values()) == [1] * 60


async def test_a_sender_ended_at_any_moment_of_its_start_leaves_nothing_open(desk: Desk) -> None:
    others = "from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()"

    async def alone() -> bool:
        return not await desk.fetch(f"select {others}")

    for moments in range(0, 2400, 60):
        sender = asyncio.create_task(desk.sender().run())
        for _ in range(moments):
            await asyncio.sleep(0)
        await stop(sender)
    gc.collect()  # what is not closed warns here, and a warning is an error
    await eventually(alone)


async def _told(desk: Desk, detail: str) -> bool:
    return any(row["detail"] == detail for row in await desk.fetch("select detail from delivery"))
