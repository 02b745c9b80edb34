"""Two mail hosts: the second takes the place of the first while that is away; TLS; a host's pace."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from types import SimpleNamespace

import pytest
from pydantic import ValidationError

from contracts.deliveries import Channel, Lane
from contracts.inbound import Cause
from notifier_svc.channels.smtp import Connection, Host, HostAway, Security, trusting
from notifier_svc.channels.verp import Tokens
from notifier_svc.send.hosts import MailHosts, Pace
from notifier_svc.send.intake import Counter
from notifier_svc.send.mail import MailCourier
from notifier_svc.send.message import Mail, Ready
from notifier_svc.send.task import hosts as hosts_of
from notifier_svc.store import blocks
from notifier_svc.store.blocks import Place
from notifier_svc.tests.app import settings_for
from notifier_svc.tests.desk import Desk, eventually
from notifier_svc.tests.factories import COMPANY
from notifier_svc.tests.mailhost import MailHost, Server, hangs_up, mail_host, says
from notifier_svc.tests.test_sendgrid import PUBLIC
from servicekit.testing import MakeDatabase, TestIssuer

SENT = [("sent", None)]


def beside(desk: Desk, second: MailHost) -> None:
    """The desk has this host, too."""
    desk.more_hosts = (Host("127.0.0.1", second.port, timeout=5.0, end_timeout=5.0),)


@pytest.mark.parametrize("banner", [None, b"421 4.3.2 come back later\r\n"])
@pytest.mark.survives(29)
async def test_while_a_host_is_away_another_takes_its_place(desk: Desk, banner: bytes | None) -> None:
    desk.mail.banner = banner
    async with mail_host() as second, mail_host() as gone:
        beside(desk, second)
        if banner is None:
            desk.mail.port = gone.port
    async with mail_host(port=second.port) as second:
        await desk.queue("maria@example.com", "jo@example.com", "al@example.com")
        async with desk.sending():
            assert await desk.settled() == SENT * 3
        assert (len(desk.mail.arrived), len(second.arrived)) == (0, 3)


async def test_when_the_first_host_is_back_it_is_used_again(desk: Desk) -> None:
    async with mail_host() as second:
        beside(desk, second)
        desk.how["connections"] = 1
        desk.mail.banner = b"421 4.3.2 come back later\r\n"
        async with desk.sending():
            await desk.queue()
            assert await desk.settled() == SENT
            desk.mail.banner = None

            async def on_the_first_again() -> bool:
                await desk.queue()
                await desk.settled()
                return bool(desk.mail.arrived)

            await eventually(on_the_first_again)
        assert second.arrived


async def test_the_second_host_has_no_more_connections_than_it_allows(desk: Desk) -> None:
    desk.how["connections"] = 4
    desk.mail.banner = b"421 4.3.2 come back later\r\n"
    async with mail_host() as second:
        desk.more_hosts = (Host("127.0.0.1", second.port, timeout=5.0, end_timeout=5.0, connections=1),)
        await desk.queue(*(f"reader{n}@example.com" for n in range(12)))
        async with desk.sending():
            assert await desk.settled() == SENT * 12
            for _ in range(4):  # whoever takes it uses the one that lies idle
                await desk.queue()
                await desk.settled()
        assert (len(second.arrived), second.connections) == (16, 1)


@asynccontextmanager
async def one_of_two_has_all_the_room(desk: Desk) -> AsyncIterator[tuple[asyncio.Event, str]]:
    """The first host is away, the second has room for one and is slow with it: what frees it, and who waits."""
    desk.mail.banner = b"421 4.3.2 come back later\r\n"
    free, served = asyncio.Event(), asyncio.Queue[str]()

    async def slow(server: Server) -> None:
        served.put_nowait(server.envelope.rcpt_tos[0])  # type: ignore[union-attr]
        await free.wait()

    async with mail_host() as second:
        second.will("END", slow)
        desk.more_hosts = (Host("127.0.0.1", second.port, timeout=60.0, end_timeout=60.0, connections=1),)
        await desk.queue("maria@example.com", "jo@example.com")
        async with desk.sending():
            first = await served.get()
            yield free, {"maria@example.com": "jo@example.com", "jo@example.com": "maria@example.com"}[first]
            free.set()
            await desk.settled()


async def test_who_waits_for_room_at_a_host_is_asked_about_again(desk: Desk) -> None:
    async with one_of_two_has_all_the_room(desk) as (_, waits):
        place = Place(COMPANY, Channel.EMAIL, waits)
        async with desk.db.worker() as tx:
            await blocks.add(tx, place.hash(desk.keys), place, Cause.UNSUBSCRIBED)

        async def skipped() -> bool:
            return "skipped" in {state for state, _ in await desk.log()}

        await eventually(skipped)
    assert sorted(await desk.log()) == [("sent", None), ("skipped", "unsubscribed")]


async def test_who_waits_for_room_goes_to_the_first_host_once_that_is_back(desk: Desk) -> None:
    async with one_of_two_has_all_the_room(desk) as (free, waits):
        desk.mail.banner = None

        async def arrived() -> bool:
            return bool(desk.mail.arrived)

        await eventually(arrived)
        assert not free.is_set()
        assert desk.mail.arrived[0].rcpt_tos == [waits]


async def test_a_host_that_takes_a_message_works_though_another_connection_failed() -> None:
    async def begin() -> bool:
        return True

    async with mail_host() as host:
        hosts = MailHosts([Host("127.0.0.1", host.port, timeout=5.0, end_timeout=5.0)] * 2, 1e-9)
        connection, way = await hosts.connect()
        way.give_back(connection)
        way.failed()
        await hosts.closed()
        mail = Mail("maria@example.com", "bounces@example.com", b"Subject: a\r\n\r\nb\r\n")
        await MailCourier(hosts).carry(Ready(start=None, sender=None, content=mail), begin)  # type: ignore[arg-type]
        assert (len(host.arrived), host.connections) == (1, 1)
        assert (way._shaky, way.breaker._failures) == (False, 0)
        hosts.hang_up()


async def test_a_message_waits_for_room_and_not_for_a_host_that_failed_meanwhile() -> None:
    async with mail_host() as host:
        hosts = MailHosts([Host("127.0.0.1", host.port, timeout=5.0, connections=1)], 60.0)
        connection, way = await hosts.connect()
        waits = asyncio.create_task(hosts.connect())
        await asyncio.sleep(0)
        assert not waits.done()
        connection.close()
        way.failed()
        way.give_back(connection)
        with pytest.raises(HostAway):
            await waits
        assert host.connections == 1


async def test_a_connection_in_the_middle_of_a_message_is_lent_to_nobody() -> None:
    async with mail_host() as host:
        hosts = MailHosts([Host("127.0.0.1", host.port, timeout=5.0)], 1.0)
        connection, way = await hosts.connect()
        await connection.envelope("a@example.com", "b@example.com")
        way.give_back(connection)
        other, way = await hosts.connect()
        assert other is not connection
        way.give_back(other)
        hosts.hang_up()


async def test_what_is_for_sendgrid_goes_to_no_other_host(desk: Desk) -> None:
    desk.how["tokens"] = Tokens(desk.keys)
    desk.host["sendgrid"] = True
    async with mail_host() as second:
        beside(desk, second)
        async with desk.sending():
            await desk.queue()
            await desk.settled()
        desk.mail.banner = b"421 4.3.2 come back later\r\n"
        async with desk.sending():
            await desk.queue()
            await desk.settled()
        assert ["X-SMTPAPI" in mail for mail in (*desk.mail.mails, *second.mails)] == [True, False]


def test_each_host_has_limits_of_its_own_and_sendgrid_is_named(database: MakeDatabase, issuer: TestIssuer) -> None:
    urls, key = database("notifier"), {"sendgrid_webhook_key": PUBLIC}
    second = {"host": "smtp.other.example", "connections": 3, "per_second": 5, "sendgrid": True}
    settings = settings_for(urls, issuer, smtp_connections=12, smtp_second=second, **key)
    found = [(host.name, host.connections, host.per_second, host.sendgrid) for host in hosts_of(settings)]
    assert found == [("127.0.0.1", 12, None, False), ("smtp.other.example", 3, 5.0, True)]
    del second["connections"]
    settings = settings_for(urls, issuer, smtp_connections=12, smtp_second=second)
    assert [host.connections for host in hosts_of(settings)] == [12, 12]
    with pytest.raises(ValidationError, match="SMTP_SENDGRID"):
        settings_for(urls, issuer, **key)


@pytest.mark.parametrize("stage", ["MAIL", "RCPT", "DATA", "END"])
@pytest.mark.survives(30)
async def test_a_host_that_sends_us_away_loses_the_message_to_the_other(desk: Desk, stage: str) -> None:
    async with mail_host() as second:
        beside(desk, second)
        desk.how |= {"connections": 1, "retry_seconds": 3600.0, "breaker_seconds": 5.0}
        desk.mail.will(stage, says("421 4.3.2 closing"))
        await desk.queue()
        async with desk.sending():
            assert await desk.settled() == SENT
        assert (len(desk.mail.arrived), len(second.arrived)) == (0, 1)


@pytest.mark.parametrize("stage", ["END", "ACCEPTED"])
@pytest.mark.survives(34)
async def test_what_is_in_doubt_at_one_host_never_goes_to_the_other(desk: Desk, stage: str) -> None:
    async with mail_host() as second:
        beside(desk, second)
        desk.mail.will(stage, hangs_up)
        await desk.queue()
        async with desk.sending():
            assert [state for state, _ in await desk.settled()] == ["unknown"]
        assert second.arrived == []


@pytest.mark.survives(31)
async def test_what_a_host_refuses_for_good_is_not_offered_to_the_other(desk: Desk) -> None:
    async with mail_host() as second:
        beside(desk, second)
        desk.mail.will("RCPT", says("550 5.1.1 no such user"))
        await desk.queue()
        async with desk.sending():
            assert [state for state, _ in await desk.settled()] == ["failed"]
        assert second.connections == 0


async def test_one_at_a_time_finds_out_whether_a_host_is_back() -> None:
    hosts = MailHosts([Host("127.0.0.1", 9), Host("127.0.0.1", 9)], 1e-9)
    with pytest.raises(HostAway):
        await hosts.connect()
    [first, _] = hosts._ways
    first._tried = 1  # somebody is at it
    assert first not in list(hosts._in_turn())
    first._tried = 0
    await hosts.closed()
    assert first in list(hosts._in_turn())


async def test_while_nobody_may_be_asked_everybody_waits() -> None:
    hosts = MailHosts([Host("127.0.0.1", 9), Host("127.0.0.1", 9)], 1e-9)
    with pytest.raises(HostAway):
        await hosts.connect()
    await hosts.closed()
    first, second = hosts._ways
    first._tried = 1  # somebody waits for its answer
    assert hosts.seconds == 0.0  # the second may be asked
    second._tried = 1
    assert hosts.seconds > 0.0
    with pytest.raises(HostAway):
        await hosts.connect()


def test_a_host_is_given_no_more_than_it_takes() -> None:
    now = 100.0
    pace = Pace(10, clock=lambda: now)
    waits = [pace.wait() for _ in range(15)]
    assert waits[:10] == [0.0] * 10  # one second's worth
    assert waits[10:] == pytest.approx([0.1, 0.2, 0.3, 0.4, 0.5])
    now += 60.0
    assert pace.wait() == 0.0
    slow = Pace(0.5, clock=lambda: now)
    assert [slow.wait(), slow.wait()] == [0.0, 2.0]
    assert Pace(None).wait() == 0.0


@pytest.mark.survives(66)
async def test_at_a_slow_host_the_next_turn_is_the_most_urgent_ones(desk: Desk) -> None:
    desk.host["per_second"] = 0.25  # so that a slow machine can claim and render before the next turn
    desk.how["connections"] = 4
    held = list[int]()

    async def meanwhile(_server: Server) -> None:
        held.append(len(await desk.fetch("select from queue where leased")))
        await desk.queue("urgent@example.com")

    desk.mail.will("ACCEPTED", meanwhile)
    await desk.queue(*(f"bulk{n}@example.com" for n in range(30)))
    await desk.fetch("update delivery set lane = 'bulk'")
    await desk.fetch("update queue set lane = 2")
    async with desk.sending():

        async def two_went() -> bool:
            return len(desk.mail.arrived) == 2

        await eventually(two_went)
    assert [each.rcpt_tos[0][:4] for each in desk.mail.arrived] == ["bulk", "urge"]
    assert held[0] <= 1 + 1  # on its way, and what the host takes soon: the rest keeps its place in the queue
    assert await desk.fetch("select from queue where leased") == []


def a_message(lane: Lane) -> Ready:
    return SimpleNamespace(due=SimpleNamespace(lane=lane))  # type: ignore[return-value]


async def test_what_is_not_ours_any_more_takes_no_turn_and_a_full_lane_no_room_of_another() -> None:
    counter, turns = Counter(1), iter([0.0])
    bulk, given_back = a_message(Lane.BULK), a_message(Lane.URGENT)
    await counter.put(bulk)
    await counter.put(given_back)
    assert await counter.get(lambda: next(turns), lambda due: due is not given_back.due) is bulk
    assert list(turns) == []


async def test_who_waits_for_a_turn_goes_home_when_the_counter_closes() -> None:
    counter, asked = Counter(1), asyncio.Event()

    def far_away() -> float:
        asked.set()
        return 3600.0

    waits = asyncio.create_task(counter.get(far_away, lambda _: True))
    await counter.put(a_message(Lane.BULK))
    await asked.wait()
    counter.close(1)
    assert await waits is None


async def test_a_message_that_is_begun_once_more_waits_for_its_turn_once_more() -> None:
    mail, turns = Mail("maria@example.com", "bounces@example.com", b""), Pace(10, clock=lambda: 100.0)
    async with mail_host() as host:
        hosts = MailHosts([Host("127.0.0.1", host.port, timeout=5.0, end_timeout=5.0)], 1.0)
        hosts._ways[0]._pace = turns
        courier = MailCourier(hosts)
        connection = await courier._envelope(mail)
        await connection.message(b"Subject: a\r\n\r\nb\r\n")
        courier._let_go()
        host.will("MAIL", hangs_up)  # it went stale
        await courier._envelope(mail)
        courier.hang_up()
        assert host.connections == 2
    assert turns._next == pytest.approx(100.0 - 0.9 + 3 * 0.1)


@pytest.mark.parametrize("security", [Security.TLS, Security.STARTTLS])
async def test_a_host_by_tls_is_believed_where_its_certificate_is(certificate: Path, security: Security) -> None:
    own = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    own.load_cert_chain(certificate)
    offered = {"tls" if security is Security.TLS else "starttls": own}
    async with mail_host(**offered) as host:
        for context in (trusting(str(certificate), verify=True), trusting(None, verify=False)):
            connection = await Connection.open(Host("127.0.0.1", host.port, security=security, tls=context))
            await connection.envelope("a@example.com", "b@example.com")
            assert (await connection.message(b"Subject: secret\r\n\r\nhello\r\n")).code == 250
            await connection.quit()
        with pytest.raises(HostAway):
            await Connection.open(Host("127.0.0.1", host.port, security=security, tls=trusting(None, verify=True)))
        assert len(host.arrived) == 2


def test_a_setting_of_old_is_not_passed_over(
    database: MakeDatabase, issuer: TestIssuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    urls = database("notifier")
    for old, instead in (("SMTP_STARTTLS", "SMTP_SECURITY"), ("RESEND_UNKNOWN", "/v1/once-more")):
        monkeypatch.setenv(old, "false")
        with pytest.raises(ValidationError, match=instead):
            settings_for(urls, issuer)
        monkeypatch.delenv(old)
    assert settings_for(urls, issuer).mail_hosts[0].security is Security.STARTTLS


async def test_a_host_without_starttls_gets_nothing_in_the_clear() -> None:
    async with mail_host() as host:
        with pytest.raises(HostAway):
            await Connection.open(Host("127.0.0.1", host.port, security=Security.STARTTLS))
        assert host.arrived == []
