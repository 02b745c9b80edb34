"""The wire: what the host's words mean, and that a message arrives byte for byte."""

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.deliveries import DeliveryState, Reason
from contracts.inbound import Cause
from notifier_svc.channels.bounces import bounced
from notifier_svc.channels.replies import Reply, Stage, meaning
from notifier_svc.channels.smtp import Connection, Host, HostAway, dot_stuffed
from notifier_svc.channels.wire import Dropped
from notifier_svc.domain.outcome import DETAIL_LENGTH, without_addresses
from notifier_svc.tests.mailhost import mail_host

SENT, QUEUED, FAILED, UNKNOWN = (
    DeliveryState.SENT,
    DeliveryState.QUEUED,
    DeliveryState.FAILED,
    DeliveryState.UNKNOWN,
)


@pytest.mark.parametrize(
    ("stage", "code", "text", "state"),
    [
        (Stage.END, 250, "2.0.0 OK", SENT),
        (Stage.END, 251, "forwarded", SENT),
        (Stage.MAIL, 451, "4.3.0 busy", QUEUED),  # fault 30
        (Stage.RCPT, 450, "4.2.1 busy", QUEUED),
        (Stage.RCPT, 421, "closing", QUEUED),
        (Stage.END, 452, "4.3.1 full", QUEUED),
        (Stage.MAIL, 530, "5.7.0 log in", QUEUED),
        (Stage.RCPT, 550, "5.7.1 no", FAILED),  # fault 31
        (Stage.DATA, 554, "no", FAILED),
        (Stage.END, 554, "5.7.1 spam", FAILED),
        (Stage.DATA, 250, "what?", QUEUED),
        (Stage.END, 354, "what?", UNKNOWN),  # fault 34
    ],
)
@pytest.mark.survives(30, 31, 34)
def test_a_reply_means_one_outcome(stage: Stage, code: int, text: str, state: DeliveryState) -> None:
    outcome = meaning(stage, Reply(code, text))
    assert outcome.state is state
    assert outcome.block is None
    assert (outcome.reason is Reason.REFUSED_BY_PROVIDER) == (state is FAILED)


@pytest.mark.parametrize(
    ("said", "block"),
    [
        ("5.1.1 no such user", Cause.BOUNCED),
        ("5.1.2 no such domain", Cause.BOUNCED),
        ("5.1.3 no address", Cause.BOUNCED),
        ("5.1.6 moved", Cause.BOUNCED),
        ("5.1.10 takes no mail", Cause.BOUNCED),
        ("5.2.1 switched off", Cause.BOUNCED),
        ("5.4.4 no route", Cause.BOUNCED),
        ("5.1.8 the sender is unknown", None),
        ("5.2.2 mailbox full", None),
        ("5.4.7 too late", None),
        ("5.7.1 not wanted", None),
        ("4.1.1 not yet", None),
        ("no such user", None),
    ],
)
@pytest.mark.survives(31)
def test_an_address_is_blocked_where_it_is_to_blame_and_by_the_same_codes_as_in_a_bounce(
    said: str, block: Cause | None
) -> None:
    assert meaning(Stage.RCPT, Reply(550, said)).block is block
    if said.startswith("5"):
        assert bounced(said.split()[0], "").block is block


@pytest.mark.survives(63)
def test_the_log_shows_code_and_words_apart() -> None:
    outcome = meaning(Stage.RCPT, Reply(550, "5.7.1 <maria@example.com> refused, ask help@host.example"))
    assert (outcome.code, outcome.detail) == ("550 5.7.1", "[address] refused, ask [address]")  # fault 63


def test_a_hosts_long_story_is_cut() -> None:
    assert len(without_addresses("word " * 1000)) == DETAIL_LENGTH


@pytest.mark.timeout(20)
@pytest.mark.parametrize("word", ["x", "<", "<x", "x@", "@", "x<"])
def test_a_story_without_an_end_is_read_in_one_go(word: str) -> None:
    assert len(without_addresses(word * 500_000)) <= DETAIL_LENGTH


@pytest.mark.parametrize("address", ["<maria@example.com>", "to=maria@example.com", "x<maria@example.com"])
@pytest.mark.survives(63)
def test_no_part_of_an_address_is_kept_however_it_is_written(address: str) -> None:
    told = without_addresses("long-words@example.com " * 400 + address)
    assert "maria" not in told + without_addresses(address)


def test_lines_that_begin_with_a_dot_get_another() -> None:  # RFC 5321 4.5.2
    assert dot_stuffed(b".a\r\n..b\r\n.\r\nc.") == b"..a\r\n...b\r\n..\r\nc.\r\n"


@given(st.lists(st.text(st.sampled_from("ab. "), max_size=6)))
def test_stuffing_is_undone_by_the_receiver_and_never_ends_the_message_early(lines: list[str]) -> None:
    stuffed = dot_stuffed("\r\n".join(lines).encode())
    received = stuffed.split(b"\r\n")[:-1]
    assert b"." not in received
    assert [line[1:] if line.startswith(b".") else line for line in received] == [
        line.encode() for line in lines or [""]
    ][: len(received)]


@pytest.mark.parametrize("pipelining", [True, False])
@pytest.mark.parametrize("size", [1, 100_000])  # in one packet, and flushed before its dot
async def test_a_message_arrives_byte_for_byte(pipelining: bool, size: int) -> None:
    raw = b"Subject: dots\r\n\r\n.\r\n.." + b"x\r\n" * size
    async with mail_host(pipelining=pipelining) as host:
        connection = await Connection.open(Host("127.0.0.1", host.port))
        for _ in range(2):
            await connection.envelope("a@example.com", "b@example.com")
            reply = await connection.message(raw)
            assert reply.code == 250
        await connection.quit()
        assert [envelope.original_content for envelope in host.arrived] == [raw, raw]
        assert host.connections == 1


@pytest.mark.parametrize("pipelining", [True, False])
async def test_a_message_that_is_not_ours_any_more_is_taken_back_before_it_is_said(pipelining: bool) -> None:
    async with mail_host(pipelining=pipelining) as host:
        connection = await Connection.open(Host("127.0.0.1", host.port))
        await connection.envelope("a@example.com", "b@example.com")
        await connection.reset()
        assert not connection.usable  # the host awaits the message: only the end of the connection says there is none
        assert host.arrived == []


@pytest.mark.survives(33)
async def test_a_host_that_leaves_before_the_message_certainly_does_not_have_it() -> None:
    async with mail_host() as host:
        connection = await Connection.open(Host("127.0.0.1", host.port))
        await connection.envelope("a@example.com", "b@example.com")
        host.hang_up_all()
        while connection.usable:
            await asyncio.sleep(0)
        with pytest.raises(Dropped):
            await connection.message(b"Subject: late\r\n\r\n")
        assert not connection.handed_over


@pytest.mark.survives(29)
async def test_nobody_at_the_door_is_said_so() -> None:
    async with mail_host() as host:
        port = host.port
    with pytest.raises(HostAway):
        await Connection.open(Host("127.0.0.1", port))


async def test_a_host_that_does_not_speak_smtp_is_away() -> None:
    async with mail_host(banner=b"HTTP/1.1 400 Bad Request\r\n") as host:
        with pytest.raises(HostAway):
            await Connection.open(Host("127.0.0.1", host.port))
