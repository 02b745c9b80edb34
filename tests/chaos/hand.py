"""Brings the faults of a seed over the stack, each when its moment has come; moments are counted in commands."""

import signal
import threading
from collections.abc import Callable

from deploy.local.waiting import until
from tests.chaos.faults import Fault, Faults, Kind
from tests.chaos.stack import FaultyStack

PATIENCE = 60.0


class NobodyCommands(Exception):
    """Whoever gives the commands has stopped."""


class Commands:
    """How many commands were given; who waits for a moment is told when it has come."""

    def __init__(self) -> None:
        self._given = 0
        self._over = False
        self._changed = threading.Condition()

    def one_more(self) -> None:
        """Another command is about to be given."""
        with self._changed:
            self._given += 1
            self._changed.notify_all()

    def end(self) -> None:
        """There are no more."""
        with self._changed:
            self._over = True
            self._changed.notify_all()

    def reach(self, moment: int) -> None:
        """Return when so many were given. Raises `NobodyCommands`."""
        with self._changed:
            self._changed.wait_for(lambda: self._over or self._given >= moment)
            if self._given < moment:
                raise NobodyCommands


class Hand:
    """Does to the stack what a seed has decided."""

    def __init__(self, stack: FaultyStack, faults: Faults, commands: Commands) -> None:
        self._stack = stack
        self._faults = faults
        self._commands = commands
        self.done: list[Fault] = []

    def begin_lives(self) -> None:
        """From here on the services die where they are told to: those that run are ended, and their next life knows."""
        for service, lives in self._faults.lives.items():
            self._stack.tell(service, lives)
            self._signal(service, signal.SIGTERM)

    def run(self) -> None:
        """Bring all faults, one after the other."""
        for fault in self._faults.over_time:
            self._commands.reach(fault.moment)
            self._bring(fault)
            self.done.append(fault)

    def all_dead(self) -> bool:
        """Has every life that was to end at a point ended there?"""
        return not any(self._stack.ahead(service) for service in self._faults.lives)

    def _bring(self, fault: Fault) -> None:
        acts: dict[Kind, Callable[[Fault], None]] = {
            Kind.KILLED: lambda f: self._signal(f.what, signal.SIGKILL),
            Kind.ENDED: lambda f: self._signal(f.what, signal.SIGTERM),
            Kind.CRASHED: lambda f: self._signal(f.what, signal.SIGQUIT),
            Kind.STOPPED: self._stop_and_continue,
        }
        acts.get(fault.kind, self._at_door)(fault)

    def _at_door(self, fault: Fault) -> None:
        door = self._stack.doors[fault.what]
        if fault.lie:
            door.lies.ask_for(fault.lie, fault.times)
            return
        if fault.kind is Kind.DELAYED:
            door.delay = 0.05
        if fault.kind is Kind.HELD:
            door.hold()
        if fault.kind in (Kind.CUT, Kind.SHUT):
            door.shut = fault.kind is Kind.SHUT
            door.cut()
        lasting(fault.seconds)
        door.mend()

    def _stop_and_continue(self, fault: Fault) -> None:
        pid = self._running(fault.what)
        self._stack.signal(pid, signal.SIGSTOP)
        lasting(fault.seconds)
        self._stack.signal(pid, signal.SIGCONT)

    def _signal(self, part: str, number: signal.Signals) -> None:
        self._stack.signal(self._running(part), number)

    def _running(self, part: str) -> int:
        """Its process, once it runs again, should it have died a moment ago."""
        until(lambda: self._stack.state_of(part) == "RUNNING", f"{part} does not come back", PATIENCE)
        return self._stack.pid_of(part)


def lasting(seconds: float) -> None:
    """How long an outage is: the fault itself, not a wait for something."""
    threading.Event().wait(seconds)
