"""Tells whoever watches what happens, line by line, and that something still happens while it waits."""

import time
from collections.abc import Callable

from rich.console import Console

from deploy.local.errors import StackError

LIMIT = 60.0
PAUSE = 0.05
DOT_SECONDS = 2.0


class Narrator:
    """Lines of progress that read as well in a file as on a screen."""

    def __init__(self, console: Console) -> None:
        self.console = console

    def heading(self, text: str) -> None:
        self.console.print(f"\n[bold]{text}[/]")

    def begin(self, text: str) -> None:
        """Say what is being done; `end` completes the line."""
        self.console.print(f"  {text} ... ", end="", highlight=False, markup=False)

    def end(self, text: str) -> None:
        self.console.print(text, highlight=False, markup=False)

    def wait(self, condition: Callable[[], bool], trouble: Callable[[], str], seconds: float = LIMIT) -> None:
        """Return when `condition` holds, with a dot now and then; StackError(trouble()) if it does not in time."""
        started = said = time.monotonic()
        while not condition():
            now = time.monotonic()
            if now - started > seconds:
                raise StackError(f"{trouble()}\nThis was waited for {seconds:.0f} s.")
            if now - said > DOT_SECONDS:
                self.console.print(".", end="")
                said = now
            time.sleep(PAUSE)
