"""Envoy as a process, configured as in life, in front of something that stands for the services."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from deploy.gateway.settings import GatewaySettings
from deploy.gateway.tests.upstream import Upstream, running_upstream
from deploy.local.ports import free_ports
from deploy.local.services import answers_ready
from deploy.local.state import REPOSITORY
from deploy.local.waiting import until
from servicekit.testing import TestIssuer

START_SECONDS = 60


@dataclass
class Gateway:
    """One that runs."""

    url: str
    operations_url: str
    log_file: Path
    http: httpx.Client

    @property
    def log(self) -> str:
        """All that it wrote."""
        return self.log_file.read_text()


StartGateway = Callable[..., Gateway]


@pytest.fixture(scope="session")
def upstream() -> Iterator[Upstream]:
    with running_upstream() as upstream:
        yield upstream


@pytest.fixture(scope="session")
def gateway(upstream: Upstream, issuer: TestIssuer) -> Iterator[Gateway]:
    """With limits that no test comes near."""
    many = json.dumps({"burst": 100_000, "refill": 100_000})
    limits = {name.upper(): many for name in GatewaySettings.model_fields if name.startswith("limit_")}
    with running_gateway(upstream, [issuer.setting], limits) as gateway:
        yield gateway


@pytest.fixture
def start(upstream: Upstream, issuer: TestIssuer) -> Iterator[StartGateway]:
    """`start(CORS_ORIGINS="...")` starts one with these settings, gone after the test."""
    with ExitStack() as stack:
        yield lambda **env: stack.enter_context(running_gateway(upstream, [issuer.setting], env))


@contextmanager
def running_gateway(upstream: Upstream, issuers: list[object], settings: dict[str, str]) -> Iterator[Gateway]:
    """Until the block ends; what it wrote is shown where it does not start."""
    port, operations_port = free_ports(2)
    url = f"http://127.0.0.1:{port}"
    with tempfile.TemporaryDirectory(prefix="fieldbell-") as folder:
        log_file = Path(folder) / "log"
        env = {
            **{f"{name.replace('-', '_')}_url".upper(): at for name, at in upstream.urls.items()},
            "HTTP_PORT": str(port),
            "OPERATIONS_PORT": str(operations_port),
            "PUBLIC_URL": url,
            "STATE_FOLDER": folder,
            "AUTH_ISSUERS": json.dumps(issuers),
            "WORKER_THREADS": "1",
        }
        command = [sys.executable, "-m", "deploy.gateway"]
        with log_file.open("w") as log, httpx.Client(base_url=url, timeout=30) as client:
            process = subprocess.Popen(command, cwd=REPOSITORY, env=os.environ | env | settings, stdout=log, stderr=log)
            try:
                gateway = Gateway(url, f"http://127.0.0.1:{operations_port}", log_file, client)
                until(lambda: serves(process, gateway, operations_port), "the gateway does not start", START_SECONDS)
                yield gateway
            finally:
                process.terminate()
                process.wait(timeout=30)


def serves(process: "subprocess.Popen[bytes]", gateway: Gateway, port: int) -> bool:
    assert process.poll() is None, gateway.log
    return answers_ready(port, {"service": "gateway"})
