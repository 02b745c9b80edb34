"""Where bounces come back: an address for each try, signed, so that a bounce names its message and nobody makes one up.

In hexadecimal, as mail hosts on the way may change the case of addresses.
"""

from datetime import date
from hmac import compare_digest
from uuid import UUID

from notifier_svc.domain.keys import Keys
from notifier_svc.domain.receipts import Try

PREFIX = "bounce+"
_FIRST_YEAR = 2000
_LENGTH, _TAG = 2 + 16 + 2, 8
_MOST = 2**16 - 1


class Tokens:
    """Writes and reads what stands for a try outside. It holds as long as `SECRET_KEY` stays."""

    def __init__(self, keys: Keys) -> None:
        self._keys = keys

    def token(self, month: date, delivery_id: UUID, n: int) -> str:
        """What names the try and shows that we wrote it: 56 letters and digits."""
        months = (month.year - _FIRST_YEAR) * 12 + month.month - 1
        raw = months.to_bytes(2, "big") + delivery_id.bytes + min(n, _MOST).to_bytes(2, "big")
        return (raw + self._keys.bounce(raw)).hex()

    def try_of(self, token: str) -> Try | None:
        """The try that a token names, if we wrote it."""
        try:
            whole = bytes.fromhex(token)
        except ValueError:
            return None
        raw, tag = whole[:-_TAG], whole[-_TAG:]
        if len(raw) != _LENGTH or not compare_digest(tag, self._keys.bounce(raw)):
            return None
        years, month = divmod(int.from_bytes(raw[:2], "big"), 12)
        return Try(date(_FIRST_YEAR + years, month + 1, 1), UUID(bytes=raw[2:18]), int.from_bytes(raw[18:], "big"))


class BounceAddresses(Tokens):
    """The envelope senders of one domain."""

    def __init__(self, domain: str, keys: Keys) -> None:
        super().__init__(keys)
        self.domain = domain.lower()

    def of(self, month: date, delivery_id: UUID, n: int) -> str:
        """The envelope sender of a try."""
        return f"{PREFIX}{self.token(month, delivery_id, n)}@{self.domain}"

    def try_at(self, address: str) -> Try | None:
        """The try whose bounces come to `address`; `None`: it is none of ours."""
        local, _, domain = address.lower().rpartition("@")
        return self.try_of(local.removeprefix(PREFIX)) if domain == self.domain and local.startswith(PREFIX) else None
