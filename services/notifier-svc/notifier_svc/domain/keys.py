"""Keyed hashes: ids that make a decision made twice one row, and addresses that can be recognised but not read."""

from hashlib import blake2b
from uuid import UUID

from contracts.deliveries import Channel


class Keys:
    """Derives ids with a secret of the installation, so that nobody can test whether an address is known."""

    def __init__(self, secret: bytes) -> None:
        self._keyed = blake2b(key=secret, digest_size=16)

    def delivery(
        self,
        company_id: UUID,
        occurrence_id: UUID,
        channel: Channel,
        address: str,
        copy_number: int,
        *skipped: UUID | None,
    ) -> UUID:
        """The dedup key of a delivery, which is its id; rows that are not sent are told apart by rule and person."""
        return self._id("delivery", company_id, occurrence_id, channel, address, copy_number, *skipped)

    def occurrence(self, company_id: UUID, *what: object) -> UUID:
        """The id of an occurrence that no event makes: the same whoever makes it, and however often."""
        return self._id("occurrence", company_id, *what)

    def destination(self, company_id: UUID, customer_id: UUID, channel: Channel, address: str) -> UUID:
        """The id of a customer's address."""
        return self._id("destination", company_id, customer_id, channel, address)

    def address(self, company_id: UUID, channel: Channel, address: str) -> bytes:
        """What stands for an address in the block registry."""
        return self._hash("address", company_id, channel, address)

    def bounce(self, token: bytes) -> bytes:
        """What shows that a bounce address is ours: eight bytes."""
        return self._hash("bounce", token.hex())[:8]

    def _id(self, *parts: object) -> UUID:
        """A UUID of version 8 (RFC 9562 5.8): ours to fill."""
        raw = bytearray(self._hash(*parts))
        raw[6] = raw[6] & 0x0F | 0x80
        raw[8] = raw[8] & 0x3F | 0x80
        return UUID(bytes=bytes(raw))

    def _hash(self, *parts: object) -> bytes:
        hashed = self._keyed.copy()
        hashed.update("\x1f".join(map(str, parts)).encode())
        return hashed.digest()
