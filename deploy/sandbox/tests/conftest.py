"""A real sandbox process on free ports and an empty state folder."""

import multiprocessing
import os
import signal
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from email.message import EmailMessage
from multiprocessing.process import BaseProcess
from pathlib import Path

import aiosmtplib
import httpx
import pytest

from deploy.local.ports import free_ports
from deploy.sandbox.__main__ import main
from deploy.sandbox.tests.receiver import Receiver, receiving

ROOT = Path(__file__).parents[3]
READY_WITHIN_SECONDS = 120
# Each process is forked from one that has imported the sandbox, which takes longer than most tests.
FORKING = multiprocessing.get_context("forkserver")
FORKING.set_forkserver_preload(["deploy.sandbox.__main__"])


@dataclass
class Sandbox:
    """A running sandbox and how to reach it."""

    process: BaseProcess
    http: httpx.Client
    smtp_port: int
    state: Path
    output: Path

    @property
    def issuer(self) -> str:
        return f"{str(self.http.base_url).rstrip('/')}/identity"

    async def send(self, message: EmailMessage) -> None:
        await aiosmtplib.send(message, hostname="127.0.0.1", port=self.smtp_port)

    def stop(self, sig: int = signal.SIGTERM) -> None:
        assert self.process.pid
        os.kill(self.process.pid, sig)
        self.process.join(10)
        assert self.process.exitcode is not None


StartSandbox = Callable[..., Sandbox]  # on a state folder, with SANDBOX_* variables by name


def environment(state: Path, http_port: int, smtp_port: int) -> dict[str, str]:
    return os.environ | {
        "SANDBOX_STATE": str(state),
        "SANDBOX_HTTP_PORT": str(http_port),
        "SANDBOX_SMTP_PORT": str(smtp_port),
        "SANDBOX_SERVICE_SECRET": "a secret: 100% local & odd",
        "SANDBOX_PHONE_STEP_SECONDS": "0.01",
    }


def serve(variables: dict[str, str], output: Path) -> None:
    """What the process does: the sandbox with these variables, and what it says in a file."""
    warnings.simplefilter("error")
    os.environ |= variables
    for stream in (1, 2):
        os.dup2(os.open(output, os.O_WRONLY | os.O_CREAT | os.O_APPEND), stream)
    main()


def wait_until_ready(sandbox: Sandbox) -> None:
    deadline = time.monotonic() + READY_WITHIN_SECONDS
    while time.monotonic() < deadline:
        assert sandbox.process.is_alive(), sandbox.output.read_text()
        try:
            sandbox.http.get("/health/ready").raise_for_status()
            return
        except httpx.TransportError:
            time.sleep(0.02)
    raise TimeoutError(sandbox.output.read_text())


@contextmanager
def starter(outputs: Path) -> Iterator[StartSandbox]:
    with ExitStack() as stack:

        def start(state: Path, **variables: str) -> Sandbox:
            http_port, smtp_port = free_ports(2)
            output = outputs / f"sandbox-{http_port}.log"
            environ = environment(state, http_port, smtp_port) | variables
            process = FORKING.Process(target=serve, args=(environ, output))
            process.start()
            stack.callback(process.join)
            stack.callback(process.kill)
            client = stack.enter_context(httpx.Client(base_url=f"http://127.0.0.1:{http_port}", trust_env=False))
            sandbox = Sandbox(process, client, smtp_port, state, output)
            wait_until_ready(sandbox)
            return sandbox

        yield start


@pytest.fixture
def start_sandbox(tmp_path: Path) -> Iterator[StartSandbox]:
    with starter(tmp_path) as start:
        yield start


@pytest.fixture
def sandbox(start_sandbox: StartSandbox, tmp_path: Path) -> Sandbox:
    return start_sandbox(tmp_path / "state")


@pytest.fixture(scope="module")
def standing_sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    """One for all tests of a module that don't mind what the others left."""
    folder = tmp_path_factory.mktemp("sandbox")
    with starter(folder) as start:
        yield start(folder / "state")


@pytest.fixture(scope="session")
def receiver() -> Iterator[Receiver]:
    """Takes webhooks; tests tell theirs apart by the path."""
    with receiving() as receiver:
        yield receiver
