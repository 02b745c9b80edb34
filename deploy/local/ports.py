"""Which port each part listens on, and who is in the way."""

import os
import socket
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, fields
from typing import Self

import psutil

HOST = "127.0.0.1"


@dataclass(frozen=True)
class Ports:
    """One port a listener. FIELDBELL_PORT_<FIELD> overrides a default, e.g. FIELDBELL_PORT_STATUS=9101."""

    status: int = 8101
    customer: int = 8102
    template: int = 8103
    notifier: int = 8104
    sandbox_http: int = 8110
    sandbox_smtp: int = 8025
    postgres: int = 54330
    kafka: int = 9392
    kafka_controller: int = 9393

    @classmethod
    def from_env(cls, env: Mapping[str, str] = os.environ) -> Self:
        names = {field.name: f"FIELDBELL_PORT_{field.name.upper()}" for field in fields(cls)}
        return cls(**{field: int(env[name]) for field, name in names.items() if name in env})

    @classmethod
    def free(cls) -> Self:
        """Ports that nobody listens on now, each a different one."""
        names = [field.name for field in fields(cls)]
        return cls(**dict(zip(names, free_ports(len(names)), strict=True)))


def free_ports(count: int) -> list[int]:
    """`count` different ports that nobody listens on now."""
    with ExitStack() as held:
        sockets = [held.enter_context(socket.create_server((HOST, 0))) for _ in range(count)]
        return [s.getsockname()[1] for s in sockets]


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
