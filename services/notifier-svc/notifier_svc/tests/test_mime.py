"""The assembler, read back by the stdlib's parser."""

from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from html import unescape
from typing import Any
from uuid import UUID

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from notifier_svc.channels.mime import Attachment, Email, Mailbox, NoAddress, Unsafe, addressable, assemble

ID = UUID("6a9f2c1e-0000-4000-8000-000000000001")
NOON = datetime(2026, 11, 24, 12, 0, 0, 123, tzinfo=UTC)

# What a header can hold: anything but line breaks, NUL and half characters.
header_text = st.text(st.characters(exclude_characters="\r\n\0", exclude_categories=["Cs"]), max_size=200)
body_text = st.text(st.characters(exclude_categories=["Cs"]), max_size=2000)


def an_email(**over: Any) -> Email:
    fields: dict[str, Any] = {
        "id": ID,
        "sender": Mailbox("notices@mail.example", "Northside Plumbing & Heating"),
        "to": Mailbox("maria@home.example", "Maria Lopez"),
        "subject": "Your visit",
        "text": "See you on Tuesday.\n",
        "html": "<p>See you on Tuesday.</p>\n",
        "date": NOON,
    }
    return Email(**fields | over)


def read(raw: bytes) -> EmailMessage:
    message = message_from_bytes(raw, policy=policy.default)
    assert isinstance(message, EmailMessage)
    assert not message.defects
    return message


def words(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    assert part is not None
    payload = part.get_payload(decode=True)
    assert isinstance(payload, bytes)
    return payload.decode().replace("\r\n", "\n")


def test_a_message_has_the_headers_of_automatic_mail() -> None:
    message = read(assemble(an_email(reply_to="office@northside.example")))
    assert message["From"].addresses[0].display_name == "Northside Plumbing & Heating"
    assert message["To"].addresses[0].addr_spec == "maria@home.example"
    assert message["Reply-To"] == "office@northside.example"  # S3.10
    assert message["Message-ID"] == f"<{ID}@mail.example>"
    assert message["Date"].datetime == NOON.replace(microsecond=0)
    assert message["Auto-Submitted"] == "auto-generated"
    assert message.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]


def test_a_message_without_html_is_one_plain_part() -> None:
    message = read(assemble(an_email(html=None)))
    assert message.get_content_type() == "text/plain"
    assert words(message, "plain") == "See you on Tuesday.\n"


@given(header_text.filter(str.strip))
def test_any_subject_is_read_back_as_it_was(subject: str) -> None:
    message = read(assemble(an_email(subject=subject)))
    assert _same_words(str(message["Subject"]), subject)


@given(header_text)
def test_any_display_name_is_read_back_as_it_was(name: str) -> None:
    message = read(assemble(an_email(to=Mailbox("maria@home.example", name))))
    [address] = message["To"].addresses
    assert address.addr_spec == "maria@home.example"
    assert _same_words(address.display_name, name)


@example("", "0000\x80")
@given(body_text, body_text)
def test_any_body_is_read_back_with_its_lines(text: str, html: str) -> None:
    message = read(assemble(an_email(text=text, html=html)))
    assert words(message, "plain") == _lines(text)
    assert unescape(words(message, "html")) == unescape(_lines(html))


@given(header_text, header_text, body_text, st.integers(0, 2000))
def test_no_line_is_too_long_and_all_is_ascii(subject: str, name: str, text: str, more: int) -> None:
    raw = assemble(an_email(subject=subject, to=Mailbox("maria@home.example", name), text=text, html="x" * more))
    raw.decode("ascii")
    assert b"\n" not in raw.replace(b"\r\n", b"")
    assert b"\r" not in raw.replace(b"\r\n", b"")
    headers, _, bodies = raw.partition(b"\r\n\r\n")
    assert all(len(line) <= 78 for line in headers.split(b"\r\n"))
    assert all(len(line) <= 998 for line in bodies.split(b"\r\n"))


@pytest.mark.parametrize("poison", ["\r", "\n", "\0", "\r\nBcc: victim@example.com"])
@pytest.mark.parametrize("field", ["subject", "name", "address", "reply_to", "company"])
@pytest.mark.survives(46)
def test_a_line_break_or_nul_in_a_header_is_refused(field: str, poison: str) -> None:
    value = f"a{poison}b"
    by_field: dict[str, dict[str, Any]] = {
        "subject": {"subject": value},
        "name": {"to": Mailbox("maria@home.example", value)},
        "address": {"to": Mailbox(f"{value}@home.example")},
        "reply_to": {"reply_to": f"{value}@home.example"},
        "company": {"sender": Mailbox("notices@mail.example", value)},
    }
    with pytest.raises(Unsafe):
        assemble(an_email(**by_field[field]))


def test_half_of_a_character_is_refused_everywhere() -> None:
    for over in ({"subject": "\ud800"}, {"text": "\ud800"}):
        with pytest.raises(Unsafe):
            assemble(an_email(**over))


@pytest.mark.parametrize(
    "address", ["nobody", "a@b..example", "@home.example", "a b@home.example", "a<b@home.example", "björn@x.example"]
)
def test_an_address_that_mail_cannot_carry_is_refused(address: str) -> None:
    with pytest.raises(NoAddress):
        addressable(address)


def test_an_international_domain_travels_in_its_ascii_form() -> None:
    assert addressable("info@bücher.example") == "info@xn--bcher-kva.example"
    assert addressable("info@straße.example") == "info@xn--strae-oqa.example"  # strasse.example is another domain


def test_a_long_ascii_subject_is_folded_and_stays_readable() -> None:
    subject = (
        "Your appointment with Northside Plumbing & Heating on Tuesday, November 24 between ten and noon is confirmed"
    )
    raw = assemble(an_email(subject=subject))
    assert b"Subject: Your appointment with" in raw
    assert str(read(raw)["Subject"]) == subject


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("See you on Tuesday.", "7bit"),
        ("A long line. " * 100, "quoted-printable"),
        ("Hello.\nFrom Monday on we close at five.", "quoted-printable"),
        ("Wir kommen um zehn, schöne Grüße.", "quoted-printable"),
        ("Здравствуйте, мы едем.", "base64"),
    ],
)
def test_a_text_travels_in_an_encoding_that_is_fit_for_it(text: str, encoding: str) -> None:
    assert read(assemble(an_email(text=text, html=None)))["Content-Transfer-Encoding"] == encoding


def test_no_line_of_a_body_begins_as_a_message_in_a_mailbox_file_does() -> None:
    words_of_it = "From here\nFrom there, und zurück\n"
    raw = assemble(an_email(text=words_of_it, html="<p>\nFrom us</p>"))
    assert not [line for line in raw.partition(b"\r\n\r\n")[2].split(b"\r\n") if line.startswith(b"From ")]
    assert words(read(raw), "plain") == words_of_it
    assert words(read(raw), "html") == "<p>\nFrom us</p>"


def test_html_needs_no_encoding_for_a_few_accents() -> None:
    message = read(assemble(an_email(html="<p>Grüße, José! Until Tuesday, at ten \N{GRINNING FACE}</p>\n")))
    assert words(message, "html") == "<p>Gr&#252;&#223;e, Jos&#233;! Until Tuesday, at ten &#128512;</p>\n"


def test_a_body_that_holds_the_boundary_is_encoded() -> None:
    boundary = f"--=_{ID.hex}"
    message = read(assemble(an_email(text=f"one\n{boundary}--\ntwo\n", html=f"<p>\n{boundary}\n</p>")))
    assert words(message, "plain") == f"one\n{boundary}--\ntwo\n"
    assert words(message, "html") == f"<p>\n{boundary}\n</p>"


def _same_words(found: str, given: str) -> bool:
    """Equal but for white space, which a header may fold."""
    return "".join(found.split()) == "".join(given.split())


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


PDF = bytes(range(256)) * 40 + b"\r\n.\r\n"


@pytest.mark.parametrize("html", ["<p>Hi</p>", None])
def test_an_attachment_is_read_back_byte_for_byte_beside_the_words(html: str | None) -> None:  # S3.19
    raw = assemble(an_email(text="Hi", html=html, attachment=Attachment("work-order-7.pdf", "application/pdf", PDF)))
    message = read(raw)
    assert message.get_content_type() == "multipart/mixed"
    body, file = message.iter_parts()
    assert body.get_content_type() == ("multipart/alternative" if html else "text/plain")
    assert words(message, "plain").strip() == "Hi"
    assert (file.get_content_type(), file.get_content_disposition()) == ("application/pdf", "attachment")
    assert file.get_filename() == "work-order-7.pdf"
    assert file.get_content() == PDF
    assert all(len(line) <= 78 for line in raw.split(b"\r\n"))
    assert not message.defects


@given(st.binary(max_size=2000))
def test_any_bytes_can_be_attached(content: bytes) -> None:
    raw = assemble(an_email(attachment=Attachment("a.pdf", "application/pdf", content)))
    [file] = read(raw).iter_attachments()
    assert file.get_content() == content
    assert raw.isascii()


@pytest.mark.parametrize("name", ['a".pdf', "a\r\nBcc: x@example.com", "", "año.pdf", "../a.pdf", "a" * 101])
@pytest.mark.survives(46)
def test_a_file_name_that_could_end_its_header_is_refused(name: str) -> None:
    with pytest.raises(Unsafe):
        assemble(an_email(attachment=Attachment(name, "application/pdf", b"x")))
