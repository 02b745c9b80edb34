"""DKIM: what arrives is checked by another implementation, with the record that the world would look up."""

import asyncio
from base64 import b64encode
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import dkim  # type: ignore[import-untyped]
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from contracts.jobs import Role
from notifier_svc.channels.dkim import BadKey, Key, Signer, Signing, key_of, record_of
from notifier_svc.channels.mime import Email, Mailbox, assemble
from notifier_svc.domain.sender import DkimKey, Sender
from notifier_svc.store import senders
from notifier_svc.tests.app import App
from notifier_svc.tests.desk import Desk
from notifier_svc.tests.factories import COMPANY, SEAL, a_sender
from notifier_svc.tests.test_senders_http import put

RSA: Key = rsa.generate_private_key(65537, 2048)
ED: Key = ed25519.Ed25519PrivateKey.generate()


def pem(key: Key | ec.EllipticCurvePrivateKey) -> str:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def verified(raw: bytes, name: str, key: Key) -> bool:
    """What a receiving host finds, who asks the DNS for this one record."""

    def dns(asked: bytes, timeout: int = 5) -> bytes | None:
        return record_of(key).encode() if asked.rstrip(b".") == name.encode() else None

    return bool(dkim.verify(raw if raw.endswith(b"\r\n") else raw + b"\r\n", dnsfunc=dns))  # as SMTP ends it


def an_email(**over: object) -> bytes:
    fields = {
        "id": uuid4(),
        "sender": Mailbox("hello@northside.example", "Northside"),
        "to": Mailbox("maria@example.com", "María"),
        "subject": "Your visit  on Friday: " + "a long subject " * 8,
        "text": "Hello \n\n  two blanks\tand a tab  \n\n\n",
        "html": "<p>Hello  </p>\n\n",
        "date": datetime.now(UTC),
        "unsubscribe": "https://notify.example/v1/unsubscribe/" + "x" * 120,
    }
    return assemble(Email(**fields | over))  # type: ignore[arg-type]


@pytest.mark.parametrize("key", [RSA, ED])
def test_a_signature_holds_until_something_that_it_covers_is_changed(key: Key) -> None:
    raw, name = Signer("northside.example", "fb1", key).signed(an_email()), "fb1._domainkey.northside.example"
    assert verified(raw, name, key)
    for old, new in (
        (b"Hello", b"Hullo"),
        (b"From: Northside", b"From: Southside"),
        (b"List-Unsubscribe=One-Click", b"List-Unsubscribe=Two-Click"),
        (b"/v1/unsubscribe/x", b"/v1/unsubscribe/y"),
        (b"MIME-Version", b"Subject: another one\r\nMIME-Version"),
    ):
        assert old in raw
        assert not verified(raw.replace(old, new, 1), name, key), old
    covered = raw.partition(b"bh=")[0]
    assert b"list-unsubscribe:" in covered  # as RFC 8058 wants it
    assert b"list-unsubscribe-post:" in covered


@given(
    st.text(max_size=200), st.text(st.characters(exclude_characters="\r\n\0", exclude_categories=["Cs"]), max_size=90)
)
def test_whatever_the_words_are_the_signature_holds(text: str, subject: str) -> None:
    text = text.encode("utf-8", "ignore").decode()
    raw = Signer("northside.example", "fb1", ED).signed(an_email(text=text, html=None, subject=subject))
    assert verified(raw, "fb1._domainkey.northside.example", ED)


def test_a_key_that_is_none_is_refused() -> None:
    for text in ("no key", pem(ED).replace("A", "B"), "-----BEGIN PRIVATE KEY-----\n-----END PRIVATE KEY-----"):
        with pytest.raises(BadKey):
            key_of(text)
    too_short, too_long = (rsa.generate_private_key(65537, bits) for bits in (1024, 4104))
    others: tuple[Key | ec.EllipticCurvePrivateKey, ...] = (
        ec.generate_private_key(ec.SECP256R1()),
        too_short,
        too_long,
    )
    for other in others:
        with pytest.raises(BadKey, match="Ed25519"):
            key_of(pem(other))


async def test_a_key_of_a_kind_that_nobody_knows_is_refused(app: App) -> None:
    der = ED.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    text = b64encode(der.replace(b"\x2b\x65\x70", b"\x2b\x65\x7f")).decode()  # the kind's number
    body = {"from_address": "hello@northside.example", "dkim": {"selector": "fb1", "private_key": text}}
    assert (await put(app, body)).status_code == 422


@pytest.mark.parametrize("domain", ["bücher.example", "BÜCHER.example", "xn--bcher-kva.example"])
async def test_a_domain_is_written_as_dns_knows_it(app: App, domain: str) -> None:
    body = {"from_address": f"hello@{domain}", "dkim": {"selector": "fb1", "private_key": pem(ED)}}
    written = await put(app, body)
    assert written.json()["dkim"]["record_name"] == "fb1._domainkey.xn--bcher-kva.example"
    key = DkimKey("fb1", SEAL.seal(COMPANY, pem(ED)), record_of(ED))
    signer = Signing(None, SEAL).of(Sender(COMPANY, f"hello@{domain}", dkim=key))
    assert signer
    assert verified(signer.signed(an_email()), "fb1._domainkey.xn--bcher-kva.example", ED)
    own = {"dkim_domain": domain, "dkim_selector": "fb1", "dkim_key": SecretStr(pem(ED))}
    installation = app.settings.model_copy(update=own).dkim
    assert installation
    assert installation.domain == "xn--bcher-kva.example"


@pytest.mark.proves("G3")
async def test_a_companys_emails_are_signed_by_its_own_key_others_by_the_installations(desk: Desk) -> None:
    desk.how["signing"] = Signing(Signer("mail.example", "inst", RSA), SEAL)
    await desk.queue()
    async with desk.sending():
        await desk.settled()
        key = DkimKey("fb1", SEAL.seal(COMPANY, pem(ED)), record_of(ED))
        async with desk.db.worker() as tx:
            await senders.put(tx, a_sender(from_address="hello@northside.example", dkim=key), 1)
        await desk.queue()
        await desk.settled()
    first, second = [bytes(envelope.original_content or b"") for envelope in desk.mail.arrived]
    assert verified(first, "inst._domainkey.mail.example", RSA)
    assert verified(second, "fb1._domainkey.northside.example", ED)
    assert b"d=northside.example;" in second  # aligned with its From
    assert b"From: Northside <hello@northside.example>" in second


def test_a_key_that_can_not_be_opened_leaves_the_installations_signature() -> None:
    own = Signer("mail.example", "inst", RSA)
    lost = Sender(COMPANY, "hello@northside.example", dkim=DkimKey("fb1", b"sealed by somebody else", record_of(ED)))
    assert Signing(own, SEAL).of(lost) is own
    assert Signing(None, SEAL).of(Sender(COMPANY)) is None


async def test_a_key_is_written_and_read_as_the_record_to_publish(app: App) -> None:
    body = {"from_address": "hello@northside.example", "dkim": {"selector": "fb1", "private_key": pem(RSA)}}
    written = await put(app, body)
    assert written.status_code == 200, written.text
    shown = written.json()["dkim"]
    assert shown == {
        "selector": "fb1",
        "record_name": "fb1._domainkey.northside.example",
        "record": record_of(RSA),
    }
    kept = await put(app, body | {"dkim": {"selector": "fb1"}}, version=1)
    assert kept.json()["dkim"] == shown
    moved = await put(app, body | {"dkim": {"selector": "fb2"}}, version=2)
    assert (moved.status_code, moved.json()["type"].rpartition("/")[2]) == (422, "key-needed")
    [row] = await app.fetch("select dkim_key from sender")
    assert b"PRIVATE" not in row["dkim_key"]
    again = body | {"dkim": {"selector": "fb1", "private_key": pem(ED)}}
    assert (await put(app, again, version=2)).status_code == 200
    changes = (await app.client.get("/v1/changes", headers=app.issuer.headers(Role.ADMIN, COMPANY))).json()["items"]
    assert (changes[0]["field"], changes[0]["new"]) == ("dkim.private_key", "replaced")


class Noted(ThreadPoolExecutor):
    """Threads that note what they were given."""

    def __init__(self) -> None:
        super().__init__(2)
        self.given: list[object] = []

    def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> "Future[Any]":
        self.given += getattr(fn, "args", ())  # of `to_thread`: what runs in its context
        return super().submit(fn, *args, **kwargs)


async def test_a_key_is_checked_in_a_thread_while_others_are_answered(app: App) -> None:
    threads = Noted()
    asyncio.get_running_loop().set_default_executor(threads)
    body = {"from_address": "hello@northside.example", "dkim": {"selector": "fb1", "private_key": pem(RSA)}}
    assert (await put(app, body)).status_code == 200
    assert key_of in threads.given


@pytest.mark.parametrize("over", [{"from_address": None}, {"dkim": {"selector": "fb1", "private_key": "x" * 60}}])
async def test_a_key_without_a_from_and_what_is_no_key_is_refused(app: App, over: dict[str, object]) -> None:
    body = {"from_address": "hello@northside.example", "dkim": {"selector": "fb1", "private_key": pem(ED)}}
    assert (await put(app, body | over)).status_code == 422
