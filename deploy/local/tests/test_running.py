"""Commands that come after `up` know what it was told; and a part is ready only if it is this part that answers."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from deploy.local import running
from deploy.local.errors import StackError
from deploy.local.parts import Part
from deploy.local.plan import Plan
from deploy.local.ports import HOST, Ports, free_ports
from deploy.local.services import answers_ready
from deploy.local.stack import Stack

DATABASE_URL = "postgresql://boss:secret@db.example/postgres"


@pytest.fixture
def stack(state_folder: Path) -> Iterator[Stack]:
    """Its supervisord runs, with a PostgreSQL that somebody else has."""
    stack = Stack(replace(Stack.in_folder(state_folder).plan, database_url=DATABASE_URL))
    stack.open()
    yield stack
    stack.down()


def in_folder(stack: Stack, **env: str) -> dict[str, str]:
    return {"FIELDBELL_STATE": str(stack.plan.state.folder)} | env


def test_the_settings_of_the_running_stack_need_not_be_repeated_but_may_be(stack: Stack) -> None:
    assert running.plan_of(in_folder(stack)) == stack.plan
    assert running.plan_of(in_folder(stack, **stack.plan.variables())) == stack.plan


def test_another_port_than_the_running_one_is_refused_by_name(stack: Stack) -> None:
    port = stack.plan.ports.status
    with pytest.raises(StackError, match=f"running stack has FIELDBELL_PORT_STATUS={port}.*make down"):
        running.plan_of(in_folder(stack, FIELDBELL_PORT_STATUS=str(free_ports(1)[0])))


@pytest.mark.parametrize("url", ["", "postgresql://boss:geheim@other.example/postgres"])
def test_another_database_than_the_running_one_is_refused_without_a_password(stack: Stack, url: str) -> None:
    with pytest.raises(StackError, match="another DATABASE_URL") as refusal:
        running.plan_of(in_folder(stack, DATABASE_URL=url))
    assert "secret" not in str(refusal.value)


def test_a_kafka_that_the_running_stack_does_not_use_is_refused(stack: Stack) -> None:
    with pytest.raises(StackError, match="no KAFKA_BOOTSTRAP_SERVERS"):
        running.plan_of(in_folder(stack, KAFKA_BOOTSTRAP_SERVERS="kafka.example:9092"))


def test_after_the_end_the_settings_are_forgotten(stack: Stack) -> None:
    stack.down()
    assert running.plan_of(in_folder(stack)) == Plan(stack.plan.state, Ports())


def test_services_are_stopped_before_their_servers(stack: Stack) -> None:
    stack.down()
    parts = [Part(name, ("sleep", "600"), lambda: True, ()) for name in ("status-svc", "postgresql")]
    stack.supervisor.launch(parts)
    for part in parts:
        stack.supervisor.start(part.name)
    stack.down()
    log = stack.plan.state.log("supervisord").read_text()
    assert 0 < log.index("stopped: status-svc") < log.index("stopped: postgresql")


@contextmanager
def answering(body: bytes) -> Iterator[int]:
    """Something that answers 200 with this body; its port."""

    class Door(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: object) -> None:
            """Stay quiet."""

    with HTTPServer((HOST, 0), Door) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield server.server_port
        finally:
            server.shutdown()
            thread.join()


@pytest.mark.parametrize(
    ("body", "is_it"),
    [(b'{"service": "status-svc"}', True), (b'{"service": "customer-svc"}', False), (b"hello", False), (b"[]", False)],
)
def test_only_the_service_itself_counts_as_ready(body: bytes, is_it: bool) -> None:
    with answering(body) as port:
        assert answers_ready(port, {"service": "status-svc"}) is is_it
