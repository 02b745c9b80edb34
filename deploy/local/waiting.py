"""Wait for something to become true, for a bounded time."""

import asyncio
import time
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from deploy.local.errors import StackError

PAUSE = 0.05
T = TypeVar("T")


def until(condition: Callable[[], bool], else_say: str | Callable[[], str], seconds: float = 15) -> None:
    """Return when `condition` holds; StackError with what `else_say` says when it still does not after `seconds`."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise StackError(else_say if isinstance(else_say, str) else else_say())
        time.sleep(PAUSE)


def run_async(work: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine to its end from code that is not async, whether or not this thread has a loop of its own."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, work).result()
