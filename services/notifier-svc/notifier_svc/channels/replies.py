"""What an SMTP reply means for a delivery (RFC 5321 4.2, RFC 3463)."""

import re
from dataclasses import dataclass
from enum import StrEnum

from contracts.deliveries import Reason
from notifier_svc.channels.bounces import block_by
from notifier_svc.domain import outcome
from notifier_svc.domain.outcome import Outcome


class Stage(StrEnum):
    """Where in the conversation a reply came."""

    MAIL = "MAIL"
    RCPT = "RCPT"
    DATA = "DATA"
    END = "end of DATA"


@dataclass(frozen=True, slots=True)
class Reply:
    """An SMTP reply; the lines of a long one joined by spaces."""

    code: int
    text: str

    @property
    def enhanced(self) -> str | None:
        """The enhanced status code, where the server gives one: `5.1.1`."""
        found = _ENHANCED.match(self.text)
        return found[1] if found else None

    @property
    def label(self) -> str:
        """How the log shows it: `550 5.1.1`."""
        return f"{self.code} {self.enhanced}" if self.enhanced else str(self.code)

    @property
    def words(self) -> str:
        """The text without its code."""
        return _ENHANCED.sub("", self.text, count=1)


_ENHANCED = re.compile(r"([245]\.\d{1,3}\.\d{1,3})(?:\s+|$)")

# 5xx that are about us, not about the message: the host refuses our log-in or our connection. It is tried again.
ABOUT_US = frozenset({530, 534, 535, 538})


def meaning(stage: Stage, reply: Reply) -> Outcome:
    """The outcome of a delivery whose last reply was `reply`.

    2xx at the end is acceptance, 4xx a temporary and 5xx a permanent refusal of this message. Any other code breaks the
    protocol: before the message was handed over it is tried again, afterwards nobody can know.
    """
    kind = reply.code // 100
    if stage is Stage.END and kind == 2:
        return outcome.sent(reply.label, reply.words)
    if kind == 4 or reply.code in ABOUT_US:
        return outcome.again(reply.words, reply.label)
    if kind == 5:
        block = block_by(reply.enhanced) if (reply.enhanced or "").startswith("5") else None
        return outcome.failed(Reason.REFUSED_BY_PROVIDER, reply.words, reply.label, block=block)
    if stage is Stage.END:
        return outcome.unknown(f"The server answered {reply.code} to the whole message, which means nothing.")
    return outcome.again(f"The server answered {reply.code} to {stage}, which means nothing.", reply.label)
