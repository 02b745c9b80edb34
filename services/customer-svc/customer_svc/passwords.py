"""Passwords at rest: argon2id (RFC 9106), two at a time, so that many who sign in at once don't take all memory."""

import asyncio

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

# The least of OWASP's recommendations: 19 MiB and two passes, some 20 ms..
_HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_NOBODYS = _HASHER.hash("nobody's password")
AT_ONCE = 2


class Passwords:
    """Makes and checks hashes outside of the event loop."""

    def __init__(self) -> None:
        self._turn = asyncio.Semaphore(AT_ONCE)

    async def hash(self, password: str) -> str:
        """What is kept of a password."""
        async with self._turn:
            return await asyncio.to_thread(_HASHER.hash, password)

    async def right(self, password: str, hashed: str | None) -> bool:
        """Whether it is this password; of nobody's it is not, which takes as long to find out."""
        async with self._turn:
            return await asyncio.to_thread(_verify, password, hashed or _NOBODYS) and hashed is not None


def _verify(password: str, hashed: str) -> bool:
    try:
        return _HASHER.verify(hashed, password)
    except (VerificationError, InvalidHashError):
        return False
