"""Two mail hosts: the second takes the place of the first while that is away; TLS; a host's pace."""

import datetime
import ipaddress
import ssl
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from pydantic import ValidationError

from notifier_svc.channels.smtp import Connection, Host, HostAway, Security, trusting
from notifier_svc.send.hosts import MailHosts, Pace
from notifier_svc.send.mail import MailCourier
from notifier_svc.send.message import Mail
from notifier_svc.tests.app import settings_for
from notifier_svc.tests.desk import Desk, eventually
from notifier_svc.tests.mailhost import MailHost, hangs_up, mail_host, says
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


async def test_a_message_that_is_begun_once_more_waits_for_its_turn_once_more() -> None:
    mail, turns = Mail("maria@example.com", "bounces@example.com", b""), Pace(10, clock=lambda: 100.0)
    async with mail_host() as host:
        hosts = MailHosts([Host("127.0.0.1", host.port, timeout=5.0, end_timeout=5.0)], 1.0)
        hosts._ways[0]._pace = turns
        courier = MailCourier(hosts)
        connection = await courier._envelope(mail)
        await connection.message(b"Subject: a\r\n\r\nb\r\n")
        host.will("MAIL", hangs_up)  # it went stale
        await courier._envelope(mail)
        courier.hang_up()
        assert host.connections == 2
    assert turns._next == pytest.approx(100.0 - 0.9 + 3 * 0.1)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """For 127.0.0.1, signed by itself, with its key."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.datetime.now(datetime.UTC)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mail.test")])
    built = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "both.pem"
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    path.write_bytes(private + built.public_bytes(Encoding.PEM))
    return path


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


def test_the_old_name_of_a_setting_is_not_passed_over(
    database: MakeDatabase, issuer: TestIssuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    urls = database("notifier")
    monkeypatch.setenv("SMTP_STARTTLS", "false")
    with pytest.raises(ValidationError, match="SMTP_SECURITY"):
        settings_for(urls, issuer)
    monkeypatch.delenv("SMTP_STARTTLS")
    assert settings_for(urls, issuer).mail_hosts[0].security is Security.STARTTLS


async def test_a_host_without_starttls_gets_nothing_in_the_clear() -> None:
    async with mail_host() as host:
        with pytest.raises(HostAway):
            await Connection.open(Host("127.0.0.1", host.port, security=Security.STARTTLS))
        assert host.arrived == []
