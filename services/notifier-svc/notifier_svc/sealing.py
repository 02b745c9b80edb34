"""Credentials at rest: sealed with a key of the installation (Fernet: AES-128-CBC, HMAC-SHA256); old keys open."""

import json
from collections.abc import Sequence
from uuid import UUID

from cryptography.fernet import Fernet, InvalidToken, MultiFernet


class Unopenable(ValueError):
    """No key in the settings opens it, or it was sealed for another company."""


class Seal:
    """Seals a company's credentials. What was sealed for one company opens for no other, wherever the bytes are put."""

    def __init__(self, keys: Sequence[str]) -> None:
        """The first key seals, all of them open. Raises `ValueError` for what is no Fernet key."""
        self._fernet = MultiFernet([Fernet(key) for key in keys])

    def seal(self, company_id: UUID, secret: str) -> bytes:
        """The secret as it may be stored."""
        return self._fernet.encrypt(json.dumps([str(company_id), secret]).encode())

    def open(self, company_id: UUID, sealed: bytes) -> str:
        """The secret. Raises `Unopenable`."""
        try:
            owner, secret = json.loads(self._fernet.decrypt(sealed))
        except InvalidToken as error:
            raise Unopenable("No key in SENDER_KEYS opens it.") from error
        if owner != str(company_id):
            raise Unopenable("It belongs to another company.")
        return str(secret)
