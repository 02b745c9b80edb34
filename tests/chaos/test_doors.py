"""The tools of the fault runs: a plan that is the same for the same seed, and doors that do what they are told."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import pytest

from servicekit.failpoints import Point
from tests.chaos.doors import Door, standing
from tests.chaos.faults import BRIEFLY, LIES, Kind, brief, planned
from tests.chaos.lies import CUT, Lie, Lies, PostgresTalk, SmtpTalk, TwilioTalk

COMMANDS = 1000
ENVELOPE = b"MAIL FROM:<a@example.com>\r\nRCPT TO:<b@example.com>\r\nDATA\r\n"
POST = b"POST /2010-04-01/Accounts/AC1/Messages.json HTTP/1.1\r\n\r\n"
CREATED = b"HTTP/1.1 201 Created\r\n\r\n{}"


def lying(lie: Lie) -> Lies:
    lies = Lies()
    lies.ask_for(lie, 1)
    return lies


def test_the_same_seed_plans_the_same_and_another_something_else() -> None:
    first, again, other = (planned(seed, COMMANDS) for seed in (1, 1, 2))
    assert first == again != other


@pytest.mark.parametrize("seed", range(20))
def test_every_plan_has_every_point_every_lie_and_every_kind_of_fault(seed: int) -> None:
    plan = planned(seed, COMMANDS)
    assert {life.partition(":")[0] for lives in plan.lives.values() for life in lives} == set(Point)
    assert {(fault.what, fault.lie) for fault in plan.over_time if fault.lie} == set(LIES)
    assert {fault.kind for fault in plan.over_time} >= set(Kind) - {Kind.SHUT, Kind.HELD}
    assert len(plan.over_time) + plan.deaths >= 20
    assert [fault.moment for fault in plan.over_time] == sorted({fault.moment for fault in plan.over_time})


def test_brief_plans_come_to_each_point_between_the_commits() -> None:
    lives = [life for seed in range(20) for life in brief(seed, COMMANDS).lives["notifier-svc"]]
    assert {life.partition(":")[0] for life in lives} == set(BRIEFLY)


def test_a_mail_host_that_refuses_for_now_has_heard_nothing() -> None:
    talk = SmtpTalk(lying(Lie.REFUSED))
    passed, answer = talk.asks(ENVELOPE)
    assert (passed, [line[:3] for line in answer.splitlines()]) == (b"", [b"451", b"503", b"503"])
    assert talk.asks(ENVELOPE) == (ENVELOPE, b"")


@pytest.mark.parametrize(("lie", "answer"), [(Lie.SWALLOWED, CUT), (Lie.SILENT, b"")])
def test_what_a_mail_host_says_to_the_final_dot_can_be_lost_and_nothing_before(lie: Lie, answer: bytes | None) -> None:
    lies = lying(lie)
    talk = SmtpTalk(lies)
    assert talk.asks(ENVELOPE)[0] == ENVELOPE
    assert talk.answers(b"250 OK\r\n354 go on\r\n") == b"250 OK\r\n354 go on\r\n"
    assert talk.asks(b"Hello\r\n")[0] == b"Hello\r\n"
    assert talk.asks(b".\r\n")[0] == b".\r\n"
    assert talk.answers(b"250 OK\r\n") == answer
    assert lies.told == {lie: 1}


def test_a_message_can_be_lost_in_place_of_its_final_dot() -> None:
    assert SmtpTalk(lying(Lie.LOST)).asks(b"Hello\r\n.\r\n")[0] is CUT


@pytest.mark.parametrize(("lie", "begins"), [(Lie.FAILED, b"HTTP/1.1 500"), (Lie.SILENT, b""), (Lie.SWALLOWED, CUT)])
def test_twilio_has_taken_what_it_then_denies(lie: Lie, begins: bytes | None) -> None:
    talk = TwilioTalk(lying(lie))
    assert talk.asks(POST)[0] == POST
    said = talk.answers(CREATED)
    assert said is CUT if begins is CUT else said is not None and said.startswith(begins or b"")
    assert talk.answers(CREATED) == b""


def test_what_twilio_refuses_it_has_not_heard_and_what_only_reads_is_left_alone() -> None:
    talk = TwilioTalk(lying(Lie.REFUSED))
    assert talk.asks(b"GET / HTTP/1.1\r\n\r\n") == (b"GET / HTTP/1.1\r\n\r\n", b"")
    passed, answer = talk.asks(POST)
    assert (passed, answer[:12]) == (b"", b"HTTP/1.1 429")


def test_only_the_answer_to_a_commit_of_something_is_swallowed() -> None:
    commit, read, written = b"Q\0\0\0\x0bCOMMIT;\0", b"C\0\0\0\x0dSELECT 1\0", b"C\0\0\0\x0fINSERT 0 1\0"
    talk = PostgresTalk(lying(Lie.SWALLOWED))
    for told in (read, b"C", written):
        talk.asks(commit if told == b"C" else b"P")
        assert talk.answers(told) == told
    talk.asks(commit)
    assert talk.answers(b"C") is CUT


@asynccontextmanager
async def an_echo() -> AsyncIterator[int]:
    """A server that says everything again; its port."""

    met: list[asyncio.StreamWriter] = []

    async def again(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        met.append(writer)
        with suppress(ConnectionError):
            while said := await reader.read(100):
                writer.write(said)
        writer.close()

    async with await asyncio.start_server(again, "127.0.0.1", 0) as server:
        yield server.sockets[0].getsockname()[1]
        for writer in met:
            await _closed(writer)


async def _closed(writer: asyncio.StreamWriter) -> None:
    writer.close()
    with suppress(ConnectionError):
        await writer.wait_closed()


async def test_a_door_cuts_holds_up_sends_away_and_is_mended() -> None:
    async with an_echo() as port:
        with standing({"echo": port}) as doors:
            door = doors["echo"]
            reader, writer = await asyncio.open_connection("127.0.0.1", door.port)
            writer.write(b"one")
            assert await reader.readexactly(3) == b"one"
            door.cut()
            assert not await _alive(reader)
            door.shut = True
            assert not await _answers(door)
            door.mend()
            reader, held = await asyncio.open_connection("127.0.0.1", door.port)
            door.hold()
            held.write(b"two")
            again = asyncio.create_task(reader.readexactly(3))
            done, _ = await asyncio.wait([again], timeout=0.2)
            assert not done
            door.mend()
            assert await again == b"two"
            for each in (writer, held):
                await _closed(each)


async def _alive(reader: asyncio.StreamReader) -> bool:
    try:
        return bool(await reader.read(1))
    except ConnectionError:
        return False


async def _answers(door: Door) -> bool:
    reader, writer = await asyncio.open_connection("127.0.0.1", door.port)
    writer.write(b"?")
    answered = await _alive(reader)
    await _closed(writer)
    return answered
