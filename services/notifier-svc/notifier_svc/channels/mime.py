"""Emails as bytes: RFC 5322 headers, RFC 2045 bodies, RFC 2047 words. By hand: the stdlib takes a millisecond."""

import binascii
import re
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from functools import lru_cache
from uuid import UUID

from contracts.addresses import ascii_domain

FOLD_AT = 76
LONGEST_LINE = 998  # that mail may carry (RFC 5322 2.1.1)
WORD_BYTES = 39  # of one encoded word: with the header's name it stays within 76 characters (RFC 2047 2)
ADDRESS_LENGTH = 320
NAME_LENGTH = 60

_FORBIDDEN = re.compile("[\r\n\0]")
_FROM = re.compile(rb"^From ", re.MULTILINE)  # mailbox files put a `>` before it (RFC 4155)
_MISREAD = re.compile(rb"&#1(?:2[89]|[3-5][0-9]);")  # control characters; to HTML the references are others
_PRINTABLE = re.compile("[ -~]*")
_ATOMS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?: [A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_FILE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._ -]{0,99}")
_ADDRESS = re.compile(r"[!#-'*+\-./0-9=?A-Z^_`a-z{|}~]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*")


class Unsafe(ValueError):
    """A value can't stand in a header: it would end it, or start another."""


class NoAddress(ValueError):
    """Mail can't be addressed like this."""


@dataclass(frozen=True, slots=True)
class Mailbox:
    """An address, and the name shown for it."""

    address: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that goes along."""

    name: str
    """ASCII, without quotes."""
    content_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Email:
    """A message before it is bytes."""

    id: UUID
    sender: Mailbox
    to: Mailbox
    subject: str
    text: str
    date: datetime
    html: str | None = None
    reply_to: str | None = None
    unsubscribe: str | None = None
    """Where one click stops messages like this one (RFC 8058)."""
    attachment: Attachment | None = None


def assemble(email: Email) -> bytes:
    """The message, ASCII with CRLF line ends. Raises `Unsafe` and `NoAddress`."""
    headers = [
        b"From: " + _of_the_house(email.sender),
        b"To: " + _mailbox(email.to),
        b"Subject: " + _unstructured(email.subject),
        b"Date: " + _date(email.date.replace(microsecond=0)),
        b"Message-ID: " + message_id(email.id, email.sender.address),
        b"MIME-Version: 1.0",
        b"Auto-Submitted: auto-generated",  # RFC 3834: no vacation answers, please
    ]
    if email.reply_to:
        headers.insert(2, b"Reply-To: " + _of_the_house(Mailbox(email.reply_to)))
    if email.unsubscribe:
        headers += [
            b"List-Unsubscribe: <" + email.unsubscribe.encode() + b">",
            b"List-Unsubscribe-Post: List-Unsubscribe=One-Click",
        ]
    body = (
        _part(b"plain", email.text, _boundary(email.id))
        if email.html is None
        else _alternatives(email.id, email.text, email.html)
    )
    if email.attachment:
        body = _mixed(email.id, body, _file(email.attachment))
    return b"\r\n".join(headers) + b"\r\n" + body


def message_id(id: UUID, sender: str) -> bytes:
    """The same on every try, so that a reader's mailbox can recognise a second copy."""
    return b"<%s@%s>" % (str(id).encode(), _domain(sender))


@lru_cache(maxsize=256)
def _domain(sender: str) -> bytes:
    return addressable(sender).rpartition("@")[2].encode()


def addressable(address: str) -> str:
    """The address as it goes over the wire, an international domain in its ASCII form. Raises `Unsafe`, `NoAddress`."""
    _refuse_controls(address)
    ascii_form = address.strip() if address.isascii() else _with_ascii_domain(address.strip())
    if len(ascii_form) > ADDRESS_LENGTH or not _ADDRESS.fullmatch(ascii_form):
        raise NoAddress("The address can't be written in ASCII.")
    return ascii_form


def _with_ascii_domain(address: str) -> str:
    local, _, domain = address.rpartition("@")
    try:
        return f"{local}@{ascii_domain(domain)}"
    except ValueError as error:
        raise NoAddress("The domain is not valid.") from error


def _alternatives(id: UUID, text: str, html: str) -> bytes:
    """Both parts, the richer last."""
    boundary = _boundary(id)
    return _multipart(b"alternative", boundary, _part(b"plain", text, boundary), _part(b"html", html, boundary))


def _mixed(id: UUID, words: bytes, file: bytes) -> bytes:
    """The words, and what goes along: what can't hold the words' boundary can't hold this one, nor does it begin so."""
    return _multipart(b"mixed", b"mixed" + _boundary(id), words, file)


def _boundary(id: UUID) -> bytes:
    return b"=_" + id.hex.encode()


def _multipart(subtype: bytes, boundary: bytes, first: bytes, second: bytes) -> bytes:
    return b"".join(
        (
            b'Content-Type: multipart/%s;\r\n boundary="%s"\r\n\r\n--%s\r\n' % (subtype, boundary, boundary),
            first,
            b"\r\n--%s\r\n" % boundary,
            second,
            b"\r\n--%s--\r\n" % boundary,
        )
    )


def _file(file: Attachment) -> bytes:
    """A file in base64 with its headers (RFC 2183)."""
    if not _FILE_NAME.fullmatch(file.name):
        raise Unsafe("The name of a file holds characters that can't stand in a header.")
    return (
        b'Content-Type: %s; name="%s"\r\nContent-Transfer-Encoding: base64\r\n'
        b'Content-Disposition: attachment; filename="%s"\r\n\r\n%s'
        % (file.content_type.encode(), file.name.encode(), file.name.encode(), _base64(file.content))
    )


def _part(subtype: bytes, text: str, boundary: bytes) -> bytes:
    """A text part with its headers, in an encoding that is fit for it; in none of them can it hold the boundary."""
    raw = _utf8(text)
    foreign = len(raw) - len(text) > len(raw) // 6
    if subtype == b"html" and not foreign and not text.isascii():
        in_ascii = text.encode("ascii", "xmlcharrefreplace")
        raw = raw if _MISREAD.search(in_ascii) else in_ascii
    if b"\r" in raw:
        raw = raw.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    if foreign:
        encoding, body = b"base64", _base64(raw.replace(b"\n", b"\r\n"))
    elif _plain(raw) and boundary not in raw:
        encoding, body = b"7bit", raw.replace(b"\n", b"\r\n")
    else:
        body = _FROM.sub(b"=46rom ", binascii.b2a_qp(raw, istext=True)).replace(b"\n", b"\r\n")
        encoding = b"quoted-printable"
    return b"Content-Type: text/%s; charset=utf-8\r\nContent-Transfer-Encoding: %s\r\n\r\n%s" % (
        subtype,
        encoding,
        body,
    )


def _utf8(text: str) -> bytes:
    try:
        return text.encode()
    except UnicodeEncodeError as error:
        raise Unsafe("The text holds half of a character.") from error


def _plain(raw: bytes) -> bool:
    """Whether every mail host carries it as it is: ASCII, no NUL, no long line (RFC 2045 2.7), no `From `."""
    if not raw.isascii() or b"\0" in raw or raw.rfind(b"\nFrom ") >= 0 or raw.startswith(b"From "):
        return False
    return _has_short_lines(raw)


def _has_short_lines(raw: bytes) -> bool:
    """From line end to line end as far on as a line may go: a dozen looks at a mail of 10 KB."""
    start = 0
    while len(raw) - start > LONGEST_LINE:
        end = raw.rfind(b"\n", start, start + LONGEST_LINE + 1)
        if end < 0:
            return False
        start = end + 1
    return True


def _base64(raw: bytes) -> bytes:
    encoded = binascii.b2a_base64(raw, newline=False)
    return b"\r\n".join(encoded[i : i + FOLD_AT] for i in range(0, len(encoded), FOLD_AT))


def _mailbox(mailbox: Mailbox) -> bytes:
    address = b"<" + addressable(mailbox.address).encode() + b">"
    if not mailbox.name.strip():
        return address
    name = _phrase(mailbox.name)
    return name + (b" " if len(name) + len(address) < FOLD_AT - 12 else b"\r\n ") + address


_of_the_house = lru_cache(maxsize=512)(_mailbox)
"""The same for the companies' own, which stand in message after message; readers' are not kept in mind."""


def _phrase(name: str) -> bytes:
    """A display name: as it is, quoted, or in encoded words (RFC 5322 3.2.5)."""
    _refuse_controls(name)
    name = " ".join(name.split())
    if _ATOMS.fullmatch(name) and "=?" not in name and len(name) <= NAME_LENGTH:
        return name.encode()
    quoted = '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'
    if _PRINTABLE.fullmatch(name) and "=?" not in name and len(quoted) <= NAME_LENGTH:
        return quoted.encode()
    return _encoded_words(name)


def _unstructured(value: str) -> bytes:
    """A subject: as it is where it is plain ASCII, folded where it is long, else in encoded words."""
    _refuse_controls(value)
    plain = _PRINTABLE.fullmatch(value) and "=?" not in value and value == " ".join(value.split())
    if plain and len(value) <= FOLD_AT - 9:
        return value.encode()
    if plain and max(map(len, value.split())) <= FOLD_AT - 16:
        return _folded(value)
    return _encoded_words(value)


def _folded(value: str) -> bytes:
    """Lines of at most 78 characters, broken at spaces."""
    lines, room = [""], FOLD_AT - 9
    for word in value.split():
        if lines[-1] and len(lines[-1]) + 1 + len(word) > room:
            lines.append(word)
            room = FOLD_AT - 1
        else:
            lines[-1] = f"{lines[-1]} {word}" if lines[-1] else word
    return "\r\n ".join(lines).encode()


def _encoded_words(value: str) -> bytes:
    """RFC 2047 words, each of whole characters; a reader joins them without the folding between."""
    words, current = [], b""
    try:
        for character in value:
            encoded = character.encode()
            if len(current) + len(encoded) > WORD_BYTES:
                words.append(current)
                current = b""
            current += encoded
    except UnicodeEncodeError as error:
        raise Unsafe("The value holds half of a character.") from error
    words.append(current)
    return b"\r\n ".join(b"=?utf-8?b?%s?=" % binascii.b2a_base64(word, newline=False) for word in words)


def _refuse_controls(value: str) -> None:
    if _FORBIDDEN.search(value):
        raise Unsafe("A line break or a NUL can't stand in a header.")


@lru_cache(maxsize=8)
def _date(second: datetime) -> bytes:
    return format_datetime(second).encode()
