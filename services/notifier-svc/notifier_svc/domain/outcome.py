"""How a try to send ended."""

import re
from dataclasses import dataclass

from contracts.deliveries import DeliveryState, Reason
from contracts.inbound import Cause
from notifier_svc.domain.reasons import SENTENCES

DETAIL_LENGTH = 300
WAS_TO_GO_ONCE_MORE = "It was to go once more."
FAILING = frozenset(
    {
        Reason.EMPTY_MESSAGE,
        Reason.INVALID_ADDRESS,
        Reason.LANDLINE,
        Reason.MISSING_VALUE,
        Reason.OPTED_OUT,
        Reason.REFUSED_BY_PROVIDER,
        Reason.REPORT_UNUSABLE,
        Reason.TEMPLATE_UNUSABLE,
        Reason.TOO_LONG,
        Reason.UNREADABLE,
        Reason.UNSAFE_CONTENT,
    }
)
"""Why a try fails for good."""

# Looked for once per word, from its start: a host's 32,000 characters without a space cost no more than any other.
_ADDRESS = re.compile(r"<?(?<![^\s<>])[^\s<>]+@[^\s<>]+>?")
_NUMBER = re.compile(r"\+[0-9][0-9 ().-]{5,20}[0-9]")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one try. State `queued` means: not yet, try again."""

    state: DeliveryState
    reason: Reason | None = None
    code: str | None = None
    """The provider's: `550 5.1.1`."""
    detail: str | None = None
    """The provider's or the renderer's words, without addresses."""
    block: Cause | None = None
    """What the try taught about the address: nobody may write to it again."""
    delay: float | None = None
    """Seconds to wait before the next try, where the cause is not this message."""
    provider_id: str | None = None
    """The provider's own id of what it took."""
    segments: int | None = None
    """Of a text: what it is billed by."""

    @property
    def temporary(self) -> bool:
        """Whether it is tried again."""
        return self.state is DeliveryState.QUEUED


def sent(
    code: str | None, detail: str | None, *, provider_id: str | None = None, segments: int | None = None
) -> Outcome:
    """The provider took it."""
    words = without_addresses(detail) if detail else None
    return Outcome(DeliveryState.SENT, code=code, detail=words, provider_id=provider_id, segments=segments)


def skipped(reason: Reason) -> Outcome:
    """The gate said no when asked again; what is too late by now is `expired`."""
    state = DeliveryState.EXPIRED if reason is Reason.EXPIRED else DeliveryState.SKIPPED
    return Outcome(state, reason)


def failed(reason: Reason, detail: str, code: str | None = None, *, block: Cause | None = None) -> Outcome:
    """Trying again would change nothing."""
    return Outcome(DeliveryState.FAILED, reason, code, without_addresses(detail), block)


def again(detail: str, code: str | None = None, delay: float | None = None) -> Outcome:
    """It certainly did not arrive, and may the next time."""
    return Outcome(DeliveryState.QUEUED, code=code, detail=without_addresses(detail), delay=delay)


def gave_up(last: Outcome) -> Outcome:
    """Tried until it expired."""
    return Outcome(DeliveryState.EXPIRED, Reason.GAVE_UP, last.code, last.detail)


def unknown(detail: str, code: str | None = None) -> Outcome:
    """It may have arrived; nobody can know (D14)."""
    return Outcome(DeliveryState.UNKNOWN, Reason.OUTCOME_UNKNOWN, code, without_addresses(detail))


def not_once_more(ended: Outcome) -> Outcome:
    """It was to go once more, and did not: whether it is there is as unknown as before (D14)."""
    said = (WAS_TO_GO_ONCE_MORE, ended.reason and SENTENCES[ended.reason], ended.detail)
    return unknown(" ".join(filter(None, said)))


def without_addresses(words: str) -> str:
    """`words` as they may be kept: one line, no address, not too long."""
    return _NUMBER.sub("[number]", _ADDRESS.sub("[address]", " ".join(words.split())))[:DETAIL_LENGTH]
