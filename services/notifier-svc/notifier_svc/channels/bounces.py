"""Bounces (RFC 3464): what a report about one of our emails says, and what its code (RFC 3463) means in plain words."""

import re
from collections.abc import Iterator
from email import message_from_bytes
from email.message import Message

from contracts.deliveries import DeliveryState, Reason
from contracts.inbound import Cause
from notifier_svc.domain.receipts import Receipt

_CODE = re.compile(r"([245])\.(\d{1,3})\.(\d{1,3})")
_WORDS = {
    "1": "The address is not valid.",
    "1.1": "There is no such mailbox.",
    "1.2": "There is no such mail domain.",
    "1.6": "The mailbox has moved.",
    "1.7": "The recipient's mail server does not take the sender's address.",
    "1.8": "The recipient's mail server does not take the sender's address.",
    "1.9": "The recipient's mail server can't take it.",
    "1.10": "The domain takes no mail.",
    "2": "The mailbox takes no mail.",
    "2.1": "The mailbox is switched off.",
    "2.2": "The mailbox is full.",
    "2.3": "The mailbox takes no mail as large as this.",
    "3": "The recipient's mail server can't take it.",
    "3.4": "The recipient's mail server takes no mail as large as this.",
    "4": "The recipient's mail server could not be reached.",
    "4.7": "It was tried until it was too late, and the recipient's mail server did not take it.",
    "6": "The recipient's mail server can't take its content.",
    "7": "The recipient's mail server refused it as unwanted, or by a rule of its own.",
}
_SAYS_NO_MORE = "The recipient's mail server sent it back, and says no more."
# Refused for good, and for the address: not because it is full, nor because of this message, of us, or of a rule; and
# not where nobody says why, it only took too long, or went round in circles.
_INVALID = re.compile(r"1\.(?![789]$)")
_OF_THE_ADDRESS = re.compile(rf"{_INVALID.pattern}|2\.[01]$|4\.(?!(?:6|7|14)$)")
_MOST_PARTS = 30
_INTERNATIONAL = re.compile(rb"message/global-delivery-status", re.IGNORECASE)


def read(raw: bytes) -> Receipt | None:
    """What a report says of the one message it is about; `None` where it is no such report, or says nothing."""
    if raw.lower().count(b"content-type") > _MOST_PARTS:  # within each other they take the library minutes
        return None
    try:
        found = [of_status(_text(fields, "Action"), _text(fields, "Status")) for fields in _recipients(raw)]
    except (LookupError, ValueError):  # whatever strangers send
        return None
    known = [receipt for receipt in found if receipt]
    return max(known, key=lambda receipt: receipt.rank or 0, default=None)


def of_status(action: str, status: str) -> Receipt | None:
    """What an action and its code make of a delivery: sent back for good, given up after a while, or only delayed."""
    action, found = action.strip().lower(), _CODE.search(status)
    code = found[0] if found else None
    words = _words(*found.group(2, 3)) if found else _SAYS_NO_MORE
    if action == "delayed":
        return Receipt("delayed", code, detail=words)
    if action != "failed":
        return None
    if found and found[1] == "4":
        return Receipt("given up", code, DeliveryState.UNDELIVERED, Reason.REFUSED_BY_PROVIDER, words)
    return bounced(code, words)


def bounced(code: str | None, words: str) -> Receipt:
    """It came back for good; where the address is to blame, nobody writes there again (G3)."""
    kind = code.partition(".")[2] if code else ""
    reason = Reason.INVALID_ADDRESS if _INVALID.match(kind) else Reason.REFUSED_BY_PROVIDER
    return Receipt("bounced", code, DeliveryState.BOUNCED, reason, words, block_by(code))


def block_by(code: str | None) -> Cause | None:
    """What a code of a refusal for good teaches about the address, said at once or afterwards."""
    kind = code.partition(".")[2] if code else ""
    return Cause.BOUNCED if _OF_THE_ADDRESS.match(kind) else None


def words_of(code: str | None) -> str:
    """A code in plain words."""
    found = _CODE.search(code or "")
    return _words(*found.group(2, 3)) if found else _SAYS_NO_MORE


def _words(subject: str, detail: str) -> str:
    return _WORDS.get(f"{subject}.{detail}") or _WORDS.get(subject) or _SAYS_NO_MORE


def _recipients(raw: bytes) -> Iterator[Message]:
    """The fields about each recipient; the first block of a status is about the message.

    The library would take the international kind (RFC 6533) for a whole message.
    """
    report = message_from_bytes(_INTERNATIONAL.sub(b"message/delivery-status", raw))
    if report.get_content_type() != "multipart/report":
        return
    for part in report.walk():
        if part.get_content_type() == "message/delivery-status":
            yield from (block for block in part.get_payload()[1:] if isinstance(block, Message))  # type: ignore[index]


def _text(fields: Message, name: str) -> str:
    """The library has a class of its own for what is not ASCII."""
    return str(fields.get(name, ""))
