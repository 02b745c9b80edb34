"""SendGrid's event webhook: who signed it, and what an event means (docs.sendgrid.com: Event Webhook reference)."""

from base64 import b64decode
from collections.abc import Mapping
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, EllipticCurvePublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_der_public_key

from contracts.deliveries import DeliveryState, Reason
from contracts.inbound import Cause
from notifier_svc.channels.bounces import bounced, words_of
from notifier_svc.domain.receipts import Receipt

SIGNATURE = "X-Twilio-Email-Event-Webhook-Signature"
TIMESTAMP = "X-Twilio-Email-Event-Webhook-Timestamp"
ARGUMENT = "delivery"
"""The name under which an email's token comes back with each of its events."""

# Why SendGrid did not even try, by the first words of its reason.
_DROPPED = {
    "Bounced Address": ("The address bounced before.", Cause.BOUNCED),
    "Invalid": ("The address is not valid.", None),
    "Spam Reporting Address": ("Its reader has called an earlier email spam.", Cause.COMPLAINED),
    "Unsubscribed Address": ("Its reader has unsubscribed at SendGrid.", None),
}
_COMPLAINED = "The reader called it spam. Nothing is sent to this address any more."


class Webhook:
    """Knows by SendGrid's public key what SendGrid signed."""

    def __init__(self, public_key: str) -> None:
        """Of the key as SendGrid shows it: DER in base64. Raises `ValueError` for what is none."""
        key = load_der_public_key(b64decode(public_key))
        if not isinstance(key, EllipticCurvePublicKey):
            raise ValueError("needs the ECDSA key that SendGrid shows with its signed event webhook")
        self._key = key

    def signed(self, body: bytes, timestamp: str, signature: str) -> bool:
        """Whether SendGrid signed this body at that time."""
        try:
            self._key.verify(b64decode(signature), timestamp.encode() + body, ECDSA(SHA256()))
        except (InvalidSignature, ValueError):
            return False
        return True


def header(token: str) -> bytes:
    """The line that tells SendGrid, which takes it out again, what to say with each event about an email."""
    return b'X-SMTPAPI: {"unique_args": {"%s": "%s"}}\r\n' % (ARGUMENT.encode(), token.encode())


def receipt_of(event: Mapping[str, Any]) -> Receipt | None:
    """What an event says of its email; nothing where it is about what readers do with it."""
    kind, code = event.get("event"), _text(event, "status") or None
    match kind:
        case "delivered":
            return Receipt("delivered", code, DeliveryState.DELIVERED)
        case "deferred":
            return Receipt("deferred", code, detail="The recipient's mail server asked to wait.")
        case "bounce" if event.get("type") == "blocked":
            return _refused("blocked", code, words_of(code), None)
        case "bounce":
            return bounced(code, words_of(code))
        case "dropped":
            reason = _text(event, "reason")
            known = (said for begin, said in _DROPPED.items() if reason.startswith(begin))
            return _refused("dropped", code, *next(known, ("SendGrid did not send it, and says no more.", None)))
        case "spamreport":
            return Receipt("complained", detail=_COMPLAINED, block=Cause.COMPLAINED)
    return None


def _refused(status: str, code: str | None, words: str, block: Cause | None) -> Receipt:
    return Receipt(status, code, DeliveryState.UNDELIVERED, Reason.REFUSED_BY_PROVIDER, words, block)


def _text(event: Mapping[str, Any], name: str) -> str:
    value = event.get(name)
    return value[:64] if isinstance(value, str) else ""
