"""Reads what people read out of a raw message, and never fails on a hostile one."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from email.message import Message

_HEADERS_END = re.compile(rb"\r?\n\r?\n")


@dataclass(frozen=True, slots=True)
class Attachment:
    """A part that is kept as a file."""

    filename: str
    content_type: str
    size: int


@dataclass(frozen=True, slots=True)
class Content:
    """The decoded parts of one message."""

    headers: list[tuple[str, str]]
    text: str | None
    html: str | None
    attachments: list[Attachment]

    def header(self, name: str) -> str:
        """The first header of that name, decoded; empty when there is none."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), "")


def read_headers(raw: bytes) -> Content:
    """Headers alone, without a look at the body."""
    head = _HEADERS_END.split(raw, maxsplit=1)[0]
    return Content(_headers(message_from_bytes(head + b"\r\n\r\n")), None, None, [])


def read_content(raw: bytes) -> Content:
    """Headers, the first text and the first HTML part, and the names of attachments."""
    message = message_from_bytes(raw)
    shown = [part for part in _leaves(message) if not _is_attachment(part)]
    return Content(
        headers=_headers(message),
        text=_first(shown, "text/plain"),
        html=_first(shown, "text/html"),
        attachments=[_attachment(part) for part in _leaves(message) if _is_attachment(part)],
    )


def read_attachment(raw: bytes, number: int) -> tuple[Attachment, bytes] | None:
    """The file at this place of the list, which begins with 1."""
    files = [part for part in _leaves(message_from_bytes(raw)) if _is_attachment(part)]
    return (_attachment(files[number - 1]), _payload(files[number - 1])) if 0 < number <= len(files) else None


def _leaves(message: Message) -> Iterator[Message]:
    return (part for part in message.walk() if not part.is_multipart())


def _is_attachment(part: Message) -> bool:
    return part.get_content_disposition() == "attachment" or part.get_content_maintype() != "text"


def _first(parts: list[Message], content_type: str) -> str | None:
    return next((_text(part) for part in parts if part.get_content_type() == content_type), None)


def _text(part: Message) -> str:
    payload = _payload(part)
    try:
        return payload.decode(part.get_content_charset("utf-8"), "replace")
    except LookupError:
        return payload.decode("utf-8", "replace")


def _payload(part: Message) -> bytes:
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""


def _attachment(part: Message) -> Attachment:
    name = _decoded(part.get_filename() or "without a name")
    return Attachment(name, part.get_content_type(), len(_payload(part)))


def _headers(message: Message) -> list[tuple[str, str]]:
    return [(name, _decoded(str(value))) for name, value in message.raw_items()]


def _decoded(value: str) -> str:
    """Unfolded, raw UTF-8 (RFC 6532) and encoded words (RFC 2047) read; what can't be read stays as it came."""
    plain = value.replace("\r", "").replace("\n", "").encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    try:
        return str(make_header(decode_header(plain)))
    except (HeaderParseError, LookupError, ValueError):
        return plain
