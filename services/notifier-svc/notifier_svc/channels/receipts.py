"""What Twilio's status callbacks mean for a text or a call (twilio.com/docs/messaging, /docs/voice: call status)."""

from contracts.deliveries import DeliveryState, Reason
from notifier_svc.channels.codes import CODES, meaning_of
from notifier_svc.domain.receipts import Receipt

MACHINE = "answered by a machine"
_NOT_DELIVERED = {"undelivered": DeliveryState.UNDELIVERED, "failed": DeliveryState.FAILED}
_SAYS_NO_MORE = CODES[30008]
_ON_ITS_WAY = frozenset({"accepted", "queued", "sending", "sent", "initiated", "ringing", "in-progress"})
_CALLS = {
    "completed": (DeliveryState.DELIVERED, None, "The call was answered."),
    "busy": (DeliveryState.UNDELIVERED, Reason.LINE_BUSY, "The line was busy."),
    "no-answer": (DeliveryState.UNDELIVERED, Reason.NO_ANSWER, "Nobody answered the call."),
    "failed": (DeliveryState.UNDELIVERED, Reason.REFUSED_BY_PROVIDER, "The call could not be put through."),
    "canceled": (DeliveryState.UNDELIVERED, Reason.REFUSED_BY_PROVIDER, "The call was ended before it was answered."),
}


def of_text(status: str, code: str | None) -> Receipt:
    """What became of a text; a status that nobody knows is noted."""
    if status in _ON_ITS_WAY:
        return Receipt(status, code, DeliveryState.SENT)
    if status in ("delivered", "read"):
        return Receipt(status, code, DeliveryState.DELIVERED)
    state = _NOT_DELIVERED.get(status)
    if state is None:
        return Receipt(status, code)
    known = meaning_of(code) or _SAYS_NO_MORE
    return Receipt(status, code, state, known.reason or Reason.REFUSED_BY_PROVIDER, known.words, known.block)


def of_call(status: str, code: str | None, answered_by: str) -> list[Receipt]:
    """What became of a call; an answering machine is a word of its own, which says more than that it was answered."""
    receipts = [_of_call(status, code)] if status else []
    if answered_by.startswith(("machine", "fax")):
        words = "An answering machine took the call, and the message was said to it."
        receipts.append(Receipt(MACHINE, None, DeliveryState.DELIVERED, None, words, closer=True))
    return receipts


def _of_call(status: str, code: str | None) -> Receipt:
    if status in _ON_ITS_WAY:
        return Receipt(status, code, DeliveryState.SENT)
    return Receipt(status, code, *_CALLS[status]) if status in _CALLS else Receipt(status, code)
