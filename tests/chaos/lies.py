"""What a door may say, or leave unsaid, in the name of a mail host or of Twilio: as often as it was asked to."""

from collections import Counter
from enum import StrEnum


class Lie(StrEnum):
    """What is made of one message."""

    REFUSED = "refused for now"
    """451 to an envelope, 429 to a request; the server hears nothing."""
    LOST = "lost before the server"
    """The connection is cut in place of the final dot, or of the request's end."""
    SWALLOWED = "accepted, answer swallowed"
    """The connection is cut in place of 250, 201, or the end of a COMMIT."""
    SILENT = "accepted, never answered"
    """The answer is held back until the client gives up."""
    FAILED = "accepted, answered with 500"


CUT = None  # in place of bytes: the connection ends here
Answer = bytes | None


class Lies:
    """How often each lie is still to be told, and how often each was."""

    def __init__(self) -> None:
        self._ahead: Counter[Lie] = Counter()
        self.told: Counter[Lie] = Counter()

    def ask_for(self, lie: Lie, times: int) -> None:
        """Tell it of the next so many messages."""
        self._ahead[lie] += times

    def take(self, *kinds: Lie) -> Lie | None:
        """One of these kinds that is still to be told; it counts as told."""
        lie = next((kind for kind in kinds if self._ahead[kind] > 0), None)
        if lie:
            self._ahead[lie] -= 1
            self.told[lie] += 1
        return lie

    def forget(self) -> None:
        """From now on the truth."""
        self._ahead.clear()


class Talk:
    """One connection, of which nothing is changed."""

    def __init__(self, lies: Lies) -> None:
        self._lies = lies

    def asks(self, said: bytes) -> tuple[Answer, bytes]:
        """What reaches the server of what the client says, and what the client is answered at once."""
        return said, b""

    def answers(self, said: bytes) -> Answer:
        """What reaches the client of what the server says."""
        return said


class SmtpTalk(Talk):
    """A mail host's (RFC 5321)."""

    _tail = b""
    _ended = False

    def asks(self, said: bytes) -> tuple[Answer, bytes]:
        if said.startswith(b"MAIL FROM") and self._lies.take(Lie.REFUSED):
            commands = said.count(b"\r\n")
            return b"", b"451 4.3.2 Try again later\r\n" + b"503 5.5.1 No transaction\r\n" * (commands - 1)
        self._tail = (self._tail + said)[-5:]
        self._ended = self._tail == b"\r\n.\r\n"
        return (CUT if self._ended and self._lies.take(Lie.LOST) else said), b""

    def answers(self, said: bytes) -> Answer:
        ended, self._ended = self._ended, False
        lie = self._lies.take(Lie.SWALLOWED, Lie.SILENT) if ended else None
        return said if lie is None else b"" if lie is Lie.SILENT else CUT


WRITTEN = (b"INSERT 0 ", b"UPDATE ", b"DELETE ")
"""The command tags of what changes something."""


class PostgresTalk(Talk):
    """A database's (PostgreSQL's frontend/backend protocol 3): the answer to a COMMIT is what can be lost.

    What only reads is left alone.
    """

    _committing = False
    _wrote = False

    def asks(self, said: bytes) -> tuple[Answer, bytes]:
        self._committing = b"COMMIT;" in said
        return said, b""

    def answers(self, said: bytes) -> Answer:
        if self._committing and self._wrote and self._lies.take(Lie.SWALLOWED):
            return CUT
        self._wrote = (self._wrote and not self._committing) or any(tag in said for tag in WRITTEN)
        return said


class TwilioTalk(Talk):
    """Twilio's API over HTTP/1.1; what only reads is left alone."""

    _posted = False
    _over = False

    def asks(self, said: bytes) -> tuple[Answer, bytes]:
        if self._over:
            return b"", b""
        self._posted = self._posted or said.startswith(b"POST ")
        if said.startswith(b"POST ") and (lie := self._lies.take(Lie.REFUSED, Lie.LOST)):
            self._over = True
            return (CUT, b"") if lie is Lie.LOST else (b"", _answer(b"429 Too Many Requests", 20429))
        return said, b""

    def answers(self, said: bytes) -> Answer:
        if self._over:
            return b""
        posted, self._posted = self._posted, False
        lie = self._lies.take(Lie.SWALLOWED, Lie.SILENT, Lie.FAILED) if posted else None
        self._over = lie is not None
        return {None: said, Lie.SILENT: b"", Lie.FAILED: _answer(b"500 Internal Server Error", 20500)}.get(lie, CUT)


def _answer(status: bytes, code: int) -> bytes:
    body = b'{"code": %d, "message": "said by the door", "status": %s}' % (code, status[:3])
    head = b"HTTP/1.1 %s\r\ncontent-type: application/json\r\nconnection: close\r\ncontent-length: %d\r\n\r\n"
    return head % (status, len(body)) + body
