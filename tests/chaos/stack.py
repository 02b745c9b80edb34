"""The local stack with doors in front of its servers, and services that die at the points they are told."""

import contextlib
import os
import signal
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from deploy.local.kafka import server as kafka
from deploy.local.parts import Part
from deploy.local.plan import SERVICES, Plan
from deploy.local.ports import HOST
from deploy.local.stack import Stack
from tests.chaos.doors import Door

DATABASES = ("API_DATABASE_URL", "WORKER_DATABASE_URL")


def targets(plan: Plan, *names: str) -> dict[str, int]:
    """The servers that doors of these names stand in front of."""
    ports = plan.ports
    all_of_them = {
        "kafka": ports.kafka,
        "postgres": ports.postgres,
        "smtp": ports.sandbox_smtp,
        "twilio": ports.sandbox_http,
    }
    return {name: all_of_them[name] for name in names or all_of_them}


class FaultyStack(Stack):
    """A stack whose services go through `doors`, by the names of `targets`."""

    def __init__(self, plan: Plan, doors: Mapping[str, Door]) -> None:
        super().__init__(plan)
        self.doors = doors
        self.points = plan.state.folder / "failpoints"
        self.points.mkdir(exist_ok=True)
        for name in SERVICES:
            part = self.parts[name]
            self.parts[name] = replace(
                part, env={**part.env, **self._rewired(part.env), "FAILPOINT": f"@{self._lives(name)}"}
            )
        if "kafka" in doors:
            self.parts["kafka"] = self._advertised_by(doors["kafka"])

    def tell(self, service: str, lives: Iterable[str]) -> None:
        """Where the next lives of a service end; the one that it has now is not concerned."""
        self._lives(service).write_text("\n".join(lives))

    def ahead(self, service: str) -> list[str]:
        """The lives that have not begun."""
        file = self._lives(service)
        return file.read_text().splitlines() if file.exists() else []

    def died(self) -> list[str]:
        """The points at which services died, over and over."""
        return [line for file in self.points.glob("*.hit") for line in file.read_text().splitlines()]

    def pid_of(self, part: str) -> int:
        """The process of a part that runs."""
        return int(self.supervisor.parts()[part]["pid"])

    def signal(self, pid: int, number: signal.Signals) -> None:
        """Send a signal, and don't wait for what comes of it; who died meanwhile needs none."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, number)

    def _lives(self, service: str) -> Path:
        return self.points / service

    def _rewired(self, env: Mapping[str, str]) -> dict[str, str]:
        """What of a service's environment leads through a door."""
        changed: dict[str, Any] = {}
        if "kafka" in self.doors:
            changed["KAFKA_BOOTSTRAP_SERVERS"] = kafka.bootstrap(self.doors["kafka"].port)
        if "postgres" in self.doors:
            changed |= {name: at_port(env[name], self.doors["postgres"].port) for name in DATABASES}
        if "smtp" in self.doors and "SMTP_PORT" in env:
            changed["SMTP_PORT"] = str(self.doors["smtp"].port)
        if "twilio" in self.doors and "TWILIO_URL" in env:
            changed["TWILIO_URL"] = f"http://{HOST}:{self.doors['twilio'].port}"
        return changed

    def _advertised_by(self, door: Door) -> Part:
        """The broker, which tells its clients to come through the door."""
        ports, state = self.plan.ports, self.plan.state
        return replace(
            self.parts["kafka"],
            prepare=lambda: kafka.format_storage(state, ports.kafka, ports.kafka_controller, advertised=door.port),
        )


def at_port(url: str, port: int) -> str:
    """The same server and login, reached through another port."""
    parts = urlsplit(url)
    return urlunsplit(parts._replace(netloc=f"{parts.netloc.rpartition(':')[0]}:{port}"))
