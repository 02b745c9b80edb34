"""Work on many things at once, and alone on each where that fails, so that a bad one stops no other."""

import logging
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

from servicekit.db import TROUBLE, Tx

log = logging.getLogger(__name__)

T = TypeVar("T")

TRIES = 5


async def isolated(
    tx: Tx,
    items: Sequence[T],
    work: Callable[[Sequence[T]], Awaitable[None]],
    give_up: Callable[[T, Exception], Awaitable[None]],
) -> int:
    """`work` on all `items` under a savepoint; if that raises, on each alone, `TRIES` times, then `give_up` on it.

    Trouble of the database says nothing about the items and passes through. Returns how many were worked off.
    """
    if not items:
        return 0
    try:
        async with tx.transaction():
            await work(items)
    except TROUBLE:
        raise
    except Exception:
        log.exception("many at once failed; each is tried alone", extra={"count": len(items)})
        return sum([await _alone(tx, item, work, give_up) for item in items])
    return len(items)


async def _alone(
    tx: Tx,
    item: T,
    work: Callable[[Sequence[T]], Awaitable[None]],
    give_up: Callable[[T, Exception], Awaitable[None]],
) -> int:
    for attempt in range(1, TRIES + 1):
        try:
            async with tx.transaction():
                await work([item])
        except TROUBLE:
            raise
        except Exception as error:
            log.warning("one failed alone", extra={"attempt": attempt, "error": type(error).__name__})
            if attempt == TRIES:
                await give_up(item, error)
        else:
            return 1
    return 0
