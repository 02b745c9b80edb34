"""Passwords at rest: argon2id (RFC 9106), two at a time, so that many who sign in at once don't take all memory."""

import asyncio
from collections.abc import Callable
from typing import TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from servicekit.errors import Unavailable

T = TypeVar("T")

# The least of OWASP's recommendations: 19 MiB and two passes, some 20 ms.
_HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_NOBODYS = _HASHER.hash("nobody's password")
AT_ONCE, MOST_WAITING = 2, 50


class Passwords:
    """Makes and checks hashes outside of the event loop."""

    def __init__(self) -> None:
        self._turn = asyncio.Semaphore(AT_ONCE)
        self._waiting = 0

    async def hash(self, password: str) -> str:
        """What is kept of a password."""
        return await self._in_turn(_HASHER.hash, password)

    async def right(self, password: str, hashed: str | None) -> bool:
        """Whether it is this password; of nobody's it is not, which takes as long to find out."""
        return await self._in_turn(_verify, password, hashed or _NOBODYS) and hashed is not None

    async def _in_turn(self, work: Callable[..., T], *values: str) -> T:
        """In a thread. Raises `Unavailable` where too many wait already."""
        if self._waiting >= MOST_WAITING:
            raise Unavailable("Too many sign in at this moment.")
        self._waiting += 1
        try:
            async with self._turn:
                return await asyncio.to_thread(work, *values)
        finally:
            self._waiting -= 1


def _verify(password: str, hashed: str) -> bool:
    try:
        return _HASHER.verify(hashed, password)
    except (VerificationError, InvalidHashError):
        return False
