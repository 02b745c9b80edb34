"""Links that speak for one person without a sign-in, and for years: signed, and without a name in them."""

import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b
from hmac import compare_digest
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, SecretStr

from contracts.inbound import Scope
from servicekit.errors import NotFound

KEY_LENGTH = 32
"""Of a key, at least, in characters."""
_SCOPES = (Scope.EVERYTHING, Scope.REMINDERS, Scope.BROADCASTS)  # the order is on the wire: append, never reorder
_READER, _INVITATION = b"\1", b"\2"  # the first byte: what a link is for
_ID, _TAG, _MAC = 16, 8, 16


class BrokenLink(NotFound):
    """This link is not complete, or not one of ours."""

    slug = "broken-link"


@dataclass(frozen=True, slots=True)
class Link:
    """For whom a link speaks: a contact or additional recipient, at the address that it was sent to."""

    company_id: UUID
    customer_id: UUID
    person_id: UUID
    address_hash: bytes
    """The notifier's keyed hash of the address, 16 bytes: it still blocks when nobody has the address on file."""
    address_tag: bytes
    """`Links.tag` of it, 8 bytes: by it customer-svc knows whether the address is still the person's."""
    scope: Scope = Scope.EVERYTHING
    """What unsubscribing by it stops."""


@dataclass(frozen=True, slots=True)
class Invitation:
    """Lets its reader choose a password, once."""

    company_id: UUID
    id: UUID


class Links:
    """Writes and reads links. The first key signs, all are accepted: a new key is put in front, old ones are kept."""

    def __init__(self, keys: Sequence[str]) -> None:
        """Raises `ValueError` for no key, or one that could be guessed."""
        if not keys or any(len(key) < KEY_LENGTH for key in keys):
            raise ValueError(f"needs at least one key, and every key at least {KEY_LENGTH} characters")
        self._macs = [blake2b(key=_stretched(key), digest_size=_MAC, person=b"fieldbell link") for key in keys]

    @classmethod
    def of(cls, setting: SecretStr) -> "Links":
        """From `LinkKeys`."""
        return cls([key.strip() for key in setting.get_secret_value().split(",") if key.strip()])

    def token(self, link: Link) -> str:
        """The link as it stands in a URL: 120 letters, digits, `-` and `_`."""
        ids = (link.company_id.bytes, link.customer_id.bytes, link.person_id.bytes, link.address_hash, link.address_tag)
        return self._write(_READER + bytes((_SCOPES.index(link.scope),)) + b"".join(ids))

    def read(self, token: str) -> Link:
        """For whom it speaks. Raises `BrokenLink`."""
        content = self._read(token, _READER)
        scope, ids, tag = _SCOPES[content[0]], content[1:-_TAG], content[-_TAG:]
        company, customer, person, address = (ids[n : n + _ID] for n in range(0, len(ids), _ID))
        return Link(UUID(bytes=company), UUID(bytes=customer), UUID(bytes=person), address, tag, scope)

    def tag(self, company_id: UUID, address: str) -> bytes:
        """What stands for a normalised address in a link."""
        return self._tag(0, company_id, address)

    def is_to(self, link: Link, address: str) -> bool:
        """Whether the link was sent to this address, normalised; by whichever key."""
        return any(self._tag(n, link.company_id, address) == link.address_tag for n in range(len(self._macs)))

    def invitation_token(self, invitation: Invitation) -> str:
        """The invitation as it stands in a URL: 66 letters, digits, `-` and `_`."""
        return self._write(_INVITATION + invitation.company_id.bytes + invitation.id.bytes)

    def read_invitation(self, token: str) -> Invitation:
        """Which invitation it is; whether it still holds is not its to say. Raises `BrokenLink`."""
        content = self._read(token, _INVITATION)
        return Invitation(UUID(bytes=content[:_ID]), UUID(bytes=content[_ID:]))

    def _write(self, content: bytes) -> str:
        return _text(content + self._sign(0, content))

    def _read(self, token: str, kind: bytes) -> bytes:
        """What a link of this kind says, if we signed it; a kind has one length. Raises `BrokenLink`."""
        try:
            raw = urlsafe_b64decode(token + "=" * (-len(token) % 4))
        except (ValueError, binascii.Error):
            raise BrokenLink from None
        content, mac = raw[:-_MAC], raw[-_MAC:]
        signed = any(compare_digest(mac, self._sign(n, content)) for n in range(len(self._macs)))
        if not signed or content[:1] != kind or _text(raw) != token:
            raise BrokenLink
        return content[1:]

    def _tag(self, n: int, company_id: UUID, address: str) -> bytes:
        return self._sign(n, b"address" + company_id.bytes + address.encode())[:_TAG]

    def _sign(self, n: int, content: bytes) -> bytes:
        mac = self._macs[n].copy()
        mac.update(content)
        return mac.digest()


def _can_sign(setting: SecretStr) -> SecretStr:
    Links.of(setting)
    return setting


LinkKeys = Annotated[SecretStr, AfterValidator(_can_sign)]
"""A setting: keys separated by commas."""


def _text(raw: bytes) -> str:
    return urlsafe_b64encode(raw).decode().rstrip("=")


def _stretched(key: str) -> bytes:
    """A key of blake2b's length from one of any."""
    return blake2b(key.encode()).digest()
