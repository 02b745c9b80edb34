"""What one part may cost: counted alike by its program and by the interpreter, so that both stop at one place."""

from collections.abc import Callable
from typing import Any

from liquid.exceptions import LiquidTypeError, LoopIterationLimitError, OutputStreamLimitError

MAX_OUTPUT = 256 * 1024  # characters of one part
MAX_LOOP = 1_000  # iterations, nested ones multiplied
MAX_LOOP_WORK = 10_000  # tags, texts and terms that all loops of one part may pass over
MAX_HANDLED = 400_000  # characters that go into and out of the filters and guards of one part


def full() -> OutputStreamLimitError:
    """What stops a part that grows without end."""
    return OutputStreamLimitError("the output is too large", token=None)


class Work:
    """The work of one rendering, so far."""

    __slots__ = ("handled", "iterations", "looped")

    def __init__(self) -> None:
        self.looped = 0
        self.handled = 0
        self.iterations = 1

    def charge(self, work: int) -> None:
        """Count what a loop is about to do. Raises `LoopIterationLimitError`."""
        self.looped += work
        if self.looped > MAX_LOOP_WORK:
            raise LoopIterationLimitError("the loops do too much", token=None)

    def enter(self, length: int, size: int) -> None:
        """Count a loop and the iterations it multiplies. Raises `LoopIterationLimitError`."""
        self.charge(length * size)
        self.iterations *= length
        if self.iterations > MAX_LOOP:
            raise LoopIterationLimitError("loop iteration limit reached", token=None)

    def leave(self, length: int) -> None:
        """The loop is over."""
        self.iterations //= length

    def handle(self, value: Any) -> None:
        """Count the characters of a text. Raises `OutputStreamLimitError`."""
        if isinstance(value, str):
            self.handled += len(value)
            if self.handled > MAX_HANDLED:
                raise OutputStreamLimitError("the filters and links have too much to do", token=None)

    def filtered(self, function: Callable[..., Any], value: Any, *arguments: Any, **named: Any) -> Any:
        """What the filter makes of a value, counted."""
        self.handle(value)
        try:
            found = function(value, *arguments, **named)
        except TypeError as error:
            raise LiquidTypeError(str(error), token=None) from error
        self.handle(found)
        return found

    def guarded(self, guard: Callable[[str], str], text: str) -> str:
        """What the guard lets through, counted."""
        self.handle(text)
        return guard(text)
