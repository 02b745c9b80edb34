"""A telemetry collector that takes what it is sent and never answers: nobody waits for it, and nothing piles up."""

import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import suppress

import pytest

SPANS = 50_000
MOST_KEPT_MB = 40  # 2,048 spans and one batch on its way; fifty thousand would be a hundred
EXPORT_SECONDS = 5.0  # how long one export may take: work that waited for it would last that long
END_SECONDS = 10.0  # of the twenty that a process is given to end

# A process of its own: what telemetry is set to cannot be taken back.
PROGRAM = """
import sys, time, psutil
from servicekit import telemetry
telemetry.setup("test-svc", otlp_endpoint=sys.argv[1], log_level="CRITICAL")
process = psutil.Process()
for _ in range(5_000):
    with telemetry.spanned("warm"):
        pass
before, longest = process.memory_info().rss, 0.0
for _ in range({spans}):
    begun = time.monotonic()
    with telemetry.spanned("work", attributes={{"delivery.id": "x" * 36}}):
        pass
    longest = max(longest, time.monotonic() - begun)
grown = (process.memory_info().rss - before) / 1e6
begun = time.monotonic()
telemetry.shutdown()
print(longest, grown, time.monotonic() - begun)
"""


@pytest.fixture
def silent() -> Iterator[str]:
    """The address of a collector that lets everybody in and says nothing."""
    ends = threading.Event()
    kept: list[socket.socket] = []

    def let_in(server: socket.socket) -> None:
        with suppress(OSError):
            while not ends.is_set():
                kept.append(server.accept()[0])

    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=let_in, args=(server,))
        thread.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}"
        ends.set()
        server.shutdown(socket.SHUT_RDWR)
        thread.join()
    for each in kept:
        each.close()


@pytest.mark.survives(20)
def test_a_collector_that_never_answers_costs_no_time_and_no_memory(silent: str) -> None:
    command = [sys.executable, "-c", PROGRAM.format(spans=SPANS), silent]
    done = subprocess.run(command, check=True, capture_output=True, text=True, timeout=120)
    longest, grown, ending = map(float, done.stdout.split())
    assert longest < EXPORT_SECONDS
    assert grown < MOST_KEPT_MB
    assert ending < END_SECONDS
