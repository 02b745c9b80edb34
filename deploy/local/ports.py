"""Which port each part listens on, and who is in the way."""

import difflib
import os
import socket
from collections import deque
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from itertools import combinations
from typing import Self

import psutil

from deploy.local.errors import StackError

HOST = "127.0.0.1"
PREFIX = "FIELDBELL_PORT_"
LOWEST, HIGHEST = 1024, 65535  # below, only root may listen
HELD = 200  # many more than a stack needs
_HELD: deque[int] = deque()


@dataclass(frozen=True)
class Ports:
    """One port a listener. FIELDBELL_PORT_<FIELD> overrides a default, e.g. FIELDBELL_PORT_STATUS=9101."""

    gateway: int = 8100
    status: int = 8101
    customer: int = 8102
    template: int = 8103
    notifier: int = 8104
    office_ui: int = 8105
    gateway_operations: int = 8106
    sandbox_http: int = 8110
    sandbox_smtp: int = 8025
    bounces: int = 8026
    postgres: int = 54330
    kafka: int = 9392
    kafka_controller: int = 9393

    @classmethod
    def from_env(cls, env: Mapping[str, str] = os.environ) -> Self:
        """The defaults with what `env` overrides; StackError for a name or number that can't be meant."""
        names = {variable(field.name): field.name for field in fields(cls)}
        refuse_unknown(env, names)
        chosen = cls(**{field: number(name, env[name]) for name, field in names.items() if name in env})
        refuse_twins(chosen.variables())
        return chosen

    @classmethod
    def free(cls) -> Self:
        """Ports that nobody listens on now, each a different one."""
        names = [field.name for field in fields(cls)]
        return cls(**dict(zip(names, free_ports(len(names)), strict=True)))

    def variables(self) -> dict[str, int]:
        """The ports by the names of their variables."""
        return {variable(field): port for field, port in asdict(self).items()}


def variable(field: str) -> str:
    return PREFIX + field.upper()


def number(name: str, text: str) -> int:
    """A port that anybody may listen on."""
    if text.isdecimal() and LOWEST <= int(text) <= HIGHEST:
        return int(text)
    raise StackError(f"{name} is {text!r}; it must be a number from {LOWEST} to {HIGHEST}.")


def refuse_unknown(env: Mapping[str, str], known: Mapping[str, str]) -> None:
    """A misspelled variable would be passed over in silence."""
    for name in env:
        if name.startswith(PREFIX) and name not in known:
            [closest] = difflib.get_close_matches(name, known, n=1, cutoff=0)
            raise StackError(f"{name} is unknown; perhaps {closest} is meant. There are: {', '.join(known)}.")


def refuse_twins(ports: Mapping[str, int]) -> None:
    """Two parts on one port: the second could not start, and the first would answer in its place."""
    for (one, port), (other, same) in combinations(ports.items(), 2):
        if port == same:
            raise StackError(f"{one} and {other} are both {port}; each needs a port of its own.")


def free_ports(count: int) -> list[int]:
    """`count` different ports that nobody listens on. Nobody else is given them: the last ones stay bound."""
    while len(_HELD) > HELD - count:
        os.close(_HELD.popleft())
    sockets = [_bound() for _ in range(count)]
    ports = [each.getsockname()[1] for each in sockets]
    _HELD.extend(each.detach() for each in sockets)
    return ports


def _bound() -> socket.socket:
    """Bound to a free port, and not in the way of whoever then listens there."""
    bound = socket.socket()
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    bound.bind((HOST, 0))
    return bound


def is_taken(port: int) -> bool:
    """Does something listen on this port?"""
    try:
        socket.create_server((HOST, port)).close()
    except OSError:
        return True
    return False


def holder(port: int) -> str:
    """The process that listens on the port, as far as this user may see it."""
    try:
        listening = [c for c in psutil.net_connections("tcp") if c.status == psutil.CONN_LISTEN and c.pid]
        pid = next(c.pid for c in listening if c.laddr and c.laddr.port == port)
        return f"{psutil.Process(pid).name()} (process {pid})"
    except (StopIteration, psutil.Error):
        return "a process this user cannot see"
