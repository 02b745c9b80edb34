"""The stack as an object: start its parts, stop them, kill them, ask where they are."""

import os
import signal
from collections.abc import Iterable
from pathlib import Path
from typing import Self

from deploy.local import leftovers, postgres
from deploy.local.errors import StackError
from deploy.local.kafka import server as kafka
from deploy.local.parts import Part
from deploy.local.ports import Ports, holder, is_taken
from deploy.local.state import State
from deploy.local.supervisor import Supervisor
from deploy.local.waiting import run_async, until

READY_WITHIN = 60.0


class Stack:
    """PostgreSQL, Kafka, the sandbox and the services of one state folder.

    Calls block; from async code use `asyncio.to_thread`.
    """

    def __init__(self, state: State, ports: Ports) -> None:
        self.state = state
        self.ports = ports
        self.supervisor = Supervisor(state)
        self.admin_url = postgres.admin_url(state, ports.postgres)
        self.kafka_bootstrap = kafka.bootstrap(ports.kafka)
        self.parts = {part.name: part for part in self._parts()}

    @classmethod
    def in_folder(cls, folder: Path) -> Self:
        """A stack of its own on free ports, for tests."""
        state = State(folder.resolve())
        state.create()
        return cls(state, Ports.free())

    def _parts(self) -> Iterable[Part]:
        yield postgres.part(self.state, self.ports.postgres)
        yield kafka.part(self.state, self.ports.kafka, self.ports.kafka_controller)

    def open(self) -> None:
        """Start supervisord, unless it runs; remains of one that was killed are ended first."""
        if self.supervisor.pid() is None:
            leftovers.end_all(self.state.folder)
            self.supervisor.launch(self.parts.values())

    def start(self, name: str) -> None:
        """Start a part, without waiting for it; one that runs already is left alone."""
        if self.state_of(name) not in ("RUNNING", "STARTING"):
            part = self.parts[name]
            refuse_taken_ports(part)
            part.prepare()
            self.supervisor.start(name)

    def wait_ready(self, name: str, seconds: float = READY_WITHIN) -> None:
        """Return when the part serves; StackError when it gave up, or is not ready in time."""
        until(lambda: self._is_ready(name), f"{name} is not ready after {seconds:.0f} s", seconds)

    def stop(self, name: str) -> None:
        """Stop a part and wait for its end. It stays stopped until `start`."""
        self.supervisor.stop(name)

    def kill(self, name: str) -> None:
        """SIGKILL, as a crash would; supervisord then starts the part again."""
        os.kill(self.supervisor.parts()[name]["pid"], signal.SIGKILL)

    def state_of(self, name: str) -> str:
        """RUNNING, STOPPED, BACKOFF, FATAL, ... in supervisord's words."""
        return str(self.supervisor.parts()[name]["statename"])

    def down(self) -> int:
        """Stop everything; returns how many processes a killed supervisord had left behind."""
        self.supervisor.shut_down()
        return leftovers.end_all(self.state.folder)

    def _is_ready(self, name: str) -> bool:
        if self.state_of(name) == "FATAL":
            log = self.state.log(name)
            raise StackError(f"{name} does not start. The end of {log}:\n{last_lines(log)}")
        return run_async(self.parts[name].ready())


def refuse_taken_ports(part: Part) -> None:
    for port in part.ports:
        if is_taken(port):
            raise StackError(
                f"{part.name} needs port {port}, which {holder(port)} has taken. "
                "Stop that, or choose another port with FIELDBELL_PORT_... (see deploy/local/ports.py)."
            )


def last_lines(log: Path, count: int = 15) -> str:
    return "\n".join(log.read_text(errors="replace").splitlines()[-count:])
