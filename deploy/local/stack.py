"""The stack as an object: start its parts, stop them, kill them, ask where they are."""

import os
import signal
from collections.abc import Callable, Collection, Mapping
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any, Self

import psutil

from deploy.local import databases, front, leftovers, postgres, running, services
from deploy.local.errors import StackError
from deploy.local.kafka import server as kafka
from deploy.local.parts import Part
from deploy.local.plan import SERVICES, Plan
from deploy.local.ports import Ports, free_ports, holder, is_taken
from deploy.local.state import State
from deploy.local.supervisor import Supervisor
from deploy.local.waiting import run_async, until

READY_WITHIN = 120.0  # on a machine that does much else
TRIES = 3
NOT_RUNNING = 0  # in place of a process id, in supervisord's answers
# Shows a step of the start to whoever waits for it.
Step = Callable[[str], AbstractContextManager[object]]


class Stack:
    """PostgreSQL, Kafka, the sandbox, the services and the gateway of one state folder.

    Calls block; from async code use `asyncio.to_thread`. Addresses are in `plan`.
    """

    def __init__(self, plan: Plan) -> None:
        plan.state.create()
        self.plan = plan
        self.supervisor = Supervisor(plan.state)
        self.parts = {part.name: part for part in make_parts(plan)}

    @classmethod
    def in_folder(cls, folder: Path) -> Self:
        """A stack of its own on free ports, for tests."""
        return cls(Plan(State(folder.resolve()), Ports.free()))

    def open(self) -> None:
        """Start supervisord, unless it runs; remains of one that was killed are ended first."""
        if self.supervisor.pid() is None:
            leftovers.end_all(self.plan.state.folder)
            for part in self.parts.values():
                refuse_taken_ports(part, self.plan.ports)
            running.remember(self.plan)
            self.supervisor.launch(self.parts.values())
        elif not self.supervisor.knows(self.parts.values()):
            raise StackError("The stack runs with other settings than these. `make down` stops it.")

    def up(self, step: Step = nullcontext) -> None:
        """Start everything, each part when its needs are ready. Harmless where it runs already."""
        refuse_absent_servers(self.plan)
        with step("processes"):
            self.open()
            for name in self.parts:
                if name not in (*SERVICES, *front.FRONT):
                    self.start(name)
        self._make_databases(step)
        self._up_topics(step)
        if "sandbox" in self.parts:
            with step("sandbox"):
                self.wait_ready("sandbox")
        for names in (SERVICES, front.FRONT):
            self._up_together(names, step)

    def _up_together(self, names: Collection[str], step: Step) -> None:
        for name in names:
            self.start(name)
        for name in names:
            with step(name):
                self.wait_ready(name)

    def is_up(self) -> bool:
        """Does every part run and serve?"""
        known = self.supervisor.parts()
        return all(name in known and self.serves(name, known[name]) for name in self.parts)

    def serves(self, name: str, known: Mapping[str, Any]) -> bool:
        """Does the part run, as supervisord knows it, and answer? Its port alone could be somebody else's."""
        return known["statename"] in ("STARTING", "RUNNING") and self.parts[name].ready()

    def start(self, name: str) -> None:
        """Start a part, without waiting for it; one that runs already is left alone."""
        if self.state_of(name) not in ("RUNNING", "STARTING", "BACKOFF"):
            part = self.parts[name]
            refuse_taken_ports(part, self.plan.ports)
            part.prepare()
            self.supervisor.start(name)

    def wait_ready(self, name: str, seconds: float = READY_WITHIN) -> None:
        """Return when the part serves; StackError when it keeps ending, or is not ready in time."""
        log = self.plan.state.log(name)
        pids: set[int] = set()

        def serves() -> bool:
            known = self.supervisor.parts()[name]
            pids.add(known["pid"])
            if known["statename"] == "FATAL" or len(pids - {NOT_RUNNING}) > TRIES:
                raise StackError(f"{name} does not start. The end of {log}:\n{last_lines(log)}")
            return self.serves(name, known)

        until(serves, f"{name} is not ready after {seconds:.0f} s; its log is {log}", seconds)

    def stop(self, name: str) -> None:
        """Stop a part and wait for its end. It stays stopped until `start`."""
        self.supervisor.stop(name)

    def kill(self, name: str) -> None:
        """SIGKILL, as a crash would, and wait for the end; supervisord then starts the part again."""
        process = psutil.Process(self.supervisor.parts()[name]["pid"])
        os.kill(process.pid, signal.SIGKILL)
        process.wait(timeout=10)

    def state_of(self, name: str) -> str:
        """RUNNING, STOPPED, BACKOFF, FATAL, ... in supervisord's words."""
        return str(self.supervisor.parts()[name]["statename"])

    def down(self) -> int:
        """Stop everything; returns how many processes a killed supervisord had left behind."""
        self._stop_in_order()
        self.supervisor.shut_down()
        left = leftovers.end_all(self.plan.state.folder)
        running.forget(self.plan.state)
        return left

    def _stop_in_order(self) -> None:
        """First nobody new comes in; the services end while their servers still answer, and need not wait in vain."""
        names = self.supervisor.parts()
        for group in (front.FRONT, SERVICES, names):
            self.supervisor.stop(*(name for name in names if name in group))

    def up_databases(self) -> None:
        """PostgreSQL alone, with every service's database as it should be."""
        self.open()
        self.start("postgresql")
        self._make_databases(nullcontext)

    def _make_databases(self, step: Step) -> None:
        if "postgresql" in self.parts:
            with step("PostgreSQL"):
                self.wait_ready("postgresql")
        with step("databases"):
            run_async(databases.create_roles(self.plan.admin_url, self.plan.state))
            for service in databases.SERVICES:
                run_async(databases.create_database(self.plan.admin_url, service, service))
            services.migrate_all(self.plan)

    def _up_topics(self, step: Step) -> None:
        if "kafka" in self.parts:
            with step("Kafka"):
                self.wait_ready("kafka")
        with step("topics"):
            services.create_missing_topics(self.plan)


def make_parts(plan: Plan) -> list[Part]:
    """What this plan runs, in the order of its needs."""
    ports = plan.ports
    infrastructure = [
        *([] if plan.database_url else [postgres.part(plan.state, ports.postgres)]),
        *([] if plan.kafka else [kafka.part(plan.state, ports.kafka, ports.kafka_controller)]),
    ]
    return [
        *infrastructure,
        services.sandbox(plan),
        *(services.service(plan, name) for name in SERVICES),
        front.office_ui(plan),
        front.gateway(plan),
    ]


def refuse_absent_servers(plan: Plan) -> None:
    """Servers that the environment names, and that we do not start, must be there."""
    if plan.database_url and not postgres.answers(plan.database_url):
        raise StackError(f"DATABASE_URL: no PostgreSQL answers at {postgres.server_of(plan.database_url)}.")
    if plan.kafka and not run_async(kafka.has_broker(plan.kafka)):
        raise StackError(f"KAFKA_BOOTSTRAP_SERVERS: no Kafka answers at {plan.kafka}.")


def refuse_taken_ports(part: Part, ports: Ports) -> None:
    """What listens there already would answer in the part's place."""
    for name, port in ports.variables().items():
        if port in part.ports and is_taken(port):
            raise StackError(
                f"{part.name} needs port {port}, which is taken by {holder(port)}. "
                f"Stop that, or choose another port, such as {name}={free_ports(1)[0]}."
            )


def last_lines(log: Path, count: int = 15) -> str:
    return "\n".join(log.read_text(errors="replace").splitlines()[-count:])
