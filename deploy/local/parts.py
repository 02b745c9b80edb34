"""What a part of the stack is: a process, and how to tell that it is ready."""

import socket
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from deploy.local.ports import HOST


@dataclass(frozen=True)
class Part:
    """A process of the stack. `prepare` runs before it is started, `ready` tells whether it serves."""

    name: str
    command: tuple[str, ...]
    ready: Callable[[], bool]
    ports: tuple[int, ...]
    prepare: Callable[[], None] = lambda: None
    env: Mapping[str, str] = field(default_factory=dict)
    user: str | None = None
    stop_signal: str = "TERM"


def listens(port: int) -> bool:
    """Does something accept connections there? Asked before a client is made that would complain in the log."""
    with socket.socket() as probe:
        return probe.connect_ex((HOST, port)) == 0
