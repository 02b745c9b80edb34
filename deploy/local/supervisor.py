"""supervisord (supervisord.org) runs the parts: restarts what dies, writes the logs, stops all of them together."""

import contextlib
import itertools
import os
import subprocess
import sys
from collections.abc import Collection, Iterable, Iterator
from typing import Any
from xmlrpc.client import Fault, ServerProxy

from deploy.local import leftovers
from deploy.local.errors import StackError
from deploy.local.parts import Part
from deploy.local.ports import HOST, free_ports
from deploy.local.state import REPOSITORY, State, write_private
from deploy.local.waiting import until

USER = "fieldbell"
STOP_SECONDS = 20
MARKER = "; the parts\n"


class Supervisor:
    """One supervisord for one state folder, controlled over XML-RPC on a loopback port with a password."""

    def __init__(self, state: State) -> None:
        self.state = state
        self.config = state.folder / "supervisord.conf"
        self.pid_file = state.folder / "supervisord.pid"
        self.port_file = state.folder / "supervisord.port"

    def launch(self, parts: Iterable[Part]) -> None:
        """Start supervisord with these parts defined, none of them running."""
        port = free_ports(1)[0]
        self.port_file.write_text(str(port))
        write_private(self.config, self._head(port) + self._programs(parts))
        command = [sys.executable, "-m", "supervisor.supervisord", "--configuration", str(self.config)]
        env = os.environ | {leftovers.MARK: str(self.state.folder)}
        done = subprocess.run(command, check=False, capture_output=True, text=True, env=env)
        if done.returncode:
            raise StackError(f"supervisord did not start: {(done.stderr or done.stdout).strip()}")
        until(lambda: self.pid() is not None, f"supervisord did not start; see {self.state.log('supervisord')}")

    def knows(self, parts: Iterable[Part]) -> bool:
        """Was it launched with exactly these parts, with these settings?"""
        return self.config.read_text().endswith(self._programs(parts))

    def pid(self) -> int | None:
        """Process id of this folder's supervisord; None where it does not run."""
        try:
            pid = int(self.pid_file.read_text())
        except (FileNotFoundError, ValueError):
            return None
        return pid if leftovers.is_alive(pid, self.state.folder) else None

    def parts(self) -> dict[str, dict[str, Any]]:
        """What supervisord knows of each part (`statename`, `pid`, `start`, ...); empty where it does not run."""
        if self.pid() is None:
            return {}
        with self._rpc() as rpc:
            return {info["name"]: info for info in rpc.getAllProcessInfo()}

    def start(self, name: str) -> None:
        """Start a part; one that runs already is left alone."""
        with self._rpc() as rpc, tolerated("ALREADY_STARTED"):
            rpc.startProcess(name, False)

    def stop(self, *names: str) -> None:
        """Stop parts, all at a time, and wait for their end; one that does not run is left alone."""
        for name in names:
            with self._rpc() as rpc, tolerated("NOT_RUNNING"):
                rpc.stopProcess(name, False)
        until(lambda: not self._any_runs(names), f"{', '.join(names)} does not stop", seconds=2 * STOP_SECONDS)

    def shut_down(self) -> None:
        """Stop all parts, then supervisord itself, and wait for the end of it."""
        pid = self.pid()
        if pid is None:
            return
        with self._rpc() as rpc:
            rpc.shutdown()
        until(lambda: not leftovers.is_alive(pid, self.state.folder), "supervisord does not stop", seconds=60)

    def _any_runs(self, names: Collection[str]) -> bool:
        return any(known["pid"] for name, known in self.parts().items() if name in names)

    @contextlib.contextmanager
    def _rpc(self) -> Iterator[Any]:
        url = f"http://{USER}:{self.state.secret('supervisor')}@{HOST}:{self.port_file.read_text()}/RPC2"
        with ServerProxy(url) as server:
            yield server.supervisor

    def _head(self, port: int) -> str:
        login = f"username={USER}\npassword={self.state.secret('supervisor')}\n"
        return (
            f"[supervisord]\nlogfile={escape(self.state.log('supervisord'))}\npidfile={escape(self.pid_file)}\n"
            f"directory={escape(REPOSITORY)}\n{'user=root' if os.geteuid() == 0 else ''}\n"
            f"[inet_http_server]\nport={HOST}:{port}\n{login}"
            f"[supervisorctl]\nserverurl=http://{HOST}:{port}\n{login}"
            "[rpcinterface:supervisor]\n"
            "supervisor.rpcinterface_factory=supervisor.rpcinterface:make_main_rpcinterface\n"
        )

    def _programs(self, parts: Iterable[Part]) -> str:
        return MARKER + "".join(itertools.starmap(self._program, enumerate(parts)))

    def _program(self, place: int, part: Part) -> str:
        """supervisord itself, when it is told to end, stops what comes last first."""
        command = " ".join(quote(word) for word in part.command)
        env = ",".join(f"{name}={quote(value)}" for name, value in part.env.items())
        user = f"user={part.user}\n" if part.user else ""
        return (
            f"[program:{part.name}]\ncommand={command}\nenvironment={env}\n{user}"
            f"priority={place}\nautostart=false\nautorestart=true\nstartsecs=1\nstartretries=3\n"
            f"stopsignal={part.stop_signal}\nstopwaitsecs={STOP_SECONDS}\nkillasgroup=true\n"
            f"redirect_stderr=true\nstdout_logfile={escape(self.state.log(part.name))}\n"
            "stdout_logfile_maxbytes=20MB\nstdout_logfile_backups=1\n"
        )


@contextlib.contextmanager
def tolerated(fault_name: str) -> Iterator[None]:
    """Pass over this one refusal of supervisord; others become a StackError."""
    try:
        yield
    except Fault as fault:
        if not fault.faultString.startswith(fault_name):
            raise StackError(f"supervisord: {fault.faultString}") from fault


def escape(text: object) -> str:
    """supervisord expands %(name)s in its values."""
    return str(text).replace("%", "%%")


def quote(text: str) -> str:
    """One word of a command or of an environment; supervisord knows no way to write a quote within quotes."""
    if "'" in text or "\n" in text:
        raise StackError(f"supervisord cannot pass on a quote or a line break: {text!r}")
    return f"'{escape(text)}'"
