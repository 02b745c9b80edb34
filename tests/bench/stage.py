"""The stack under measurement: real servers and services as processes, and a mail host that keeps up with them."""

import json
import sys
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import asyncpg
import orjson

from deploy.local import services
from deploy.local.parts import Part, listens
from deploy.local.ports import free_ports
from deploy.local.stack import Stack, last_lines
from deploy.local.waiting import run_async
from tests.bench.sink import ENTRY

MEASURED = ("notifier plan", "notifier send", "template-svc", "postgresql", "kafka", "sink")
PROCESSES = {"notifier plan": "notifier-svc", "notifier send": "sender"}
CONNECTIONS = 64
DURABLE = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"}


@dataclass(frozen=True)
class Stage:
    """A running stack, and what its mail host has accepted."""

    stack: Stack
    folder: Path
    sink_port: int

    @property
    def first_message(self) -> Path:
        """The first message as it came over the wire."""
        return self.folder / "first.eml"

    def pid(self, part: str) -> int:
        """The process of a part."""
        return int(self.stack.supervisor.parts()[PROCESSES.get(part, part)]["pid"])

    def accepted(self) -> int:
        """How many messages there are so far."""
        return (self.folder / "accepted.log").stat().st_size // ENTRY.size

    def log(self, start: int = 0) -> list[tuple[str, float]]:
        """(Message-ID's delivery, when it was accepted), from the message `start` on."""
        raw = (self.folder / "accepted.log").read_bytes()[start * ENTRY.size :]
        whole = len(raw) // ENTRY.size * ENTRY.size
        return [(id.decode(), at) for id, at in ENTRY.iter_unpack(raw[:whole])]

    def message(self) -> dict[str, int]:
        """How large the first message is: on the wire, and its HTML and text by themselves."""
        words = orjson.loads(zlib.decompress(self.fetch("select body from rendering order by n limit 1")[0]["body"]))
        sizes = {part: len(words[part].encode()) for part in ("html", "text")}
        return {"wire": self.first_message.stat().st_size} | sizes

    def fetch(self, sql: str, *values: object) -> list[asyncpg.Record]:
        """Rows of the notifier's database."""
        return run_async(_fetch(self.stack.plan.role_url("notifier-svc", "worker"), sql, values))


@contextmanager
def staged(folder: Path) -> Iterator[Stage]:
    """The stack, up for as long as the block lasts."""
    stack = Stack.in_folder(folder)
    port = free_ports(1)[0]
    planner = stack.parts["notifier-svc"]
    stack.parts["notifier-svc"] = replace(planner, env=_env(planner, port, "api", "plan"))
    stack.parts["sender"] = _sender(planner, port, free_ports(1)[0])
    stack.parts["sink"] = _sink(port, folder)
    try:
        stack.up()
        for part in ("sink", "sender"):
            stack.start(part)
            stack.wait_ready(part)
        for unused in ("status-svc", "customer-svc"):
            stack.stop(unused)
        stage = Stage(stack, folder, port)
        _insist_on_durability(stage)
        yield stage
    except Exception as error:
        for part in ("notifier-svc", "sender", "template-svc"):
            error.add_note(f"{part} last wrote:\n{last_lines(stack.plan.state.log(part))}")
        raise
    finally:
        stack.down()


def _env(part: Part, sink_port: int, *roles: str) -> dict[str, str]:
    return {
        **part.env,
        "SMTP_PORT": str(sink_port),
        "SMTP_CONNECTIONS": str(CONNECTIONS),
        "LOG_LEVEL": "WARNING",
        "ROLES": json.dumps(roles),
        "VOLUME_AT_LEAST": str(10**9),  # far more than any hour before is what is measured
    }


def _sender(planner: Part, sink_port: int, port: int) -> Part:
    """A notifier that only sends, beside the one that plans."""
    return replace(
        planner,
        name="sender",
        ready=lambda: services.answers_ready(port, {"service": "notifier-svc"}),
        ports=(port,),
        env={**_env(planner, sink_port, "send"), "HTTP_PORT": str(port)},
    )


def _sink(port: int, folder: Path) -> Part:
    return Part(
        name="sink",
        command=(sys.executable, "-m", "tests.bench.sink", str(port), str(folder)),
        ready=lambda: listens(port),
        ports=(port,),
    )


def _insist_on_durability(stage: Stage) -> None:
    for setting, wanted in DURABLE.items():
        [row] = stage.fetch(f"show {setting}")
        if row[0] != wanted:
            raise AssertionError(f"{setting} is {row[0]}: without it the figures would mean nothing")


async def _fetch(url: str, sql: str, values: tuple[object, ...]) -> list[asyncpg.Record]:
    connection = await asyncpg.connect(url)
    try:
        return list(await connection.fetch(sql, *values))
    finally:
        await connection.close()
