"""What has been answered for survives the process; what hasn't leaves no trace."""

import asyncio
import resource
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import aiosmtplib
import pytest

from deploy.local.ports import free_ports
from deploy.sandbox.errors import CannotStart
from deploy.sandbox.tests.conftest import ROOT, Sandbox, StartSandbox, environment
from deploy.sandbox.tests.mails import a_mail
from deploy.sandbox.truth_log import Place, Record, TruthLog


class Heard:
    """Remembers what a log told."""

    def __init__(self) -> None:
        self.records: list[Record] = []
        self.places: list[Place] = []

    def __call__(self, place: Place, record: Record) -> None:
        self.places.append(place)
        self.records.append(record)


async def test_all_that_was_answered_with_250_is_there_after_kill_9(
    start_sandbox: StartSandbox, tmp_path: Path
) -> None:
    sandbox = start_sandbox(tmp_path / "state")
    accepted: list[str] = []
    async with asyncio.TaskGroup() as senders:
        for sender in range(8):
            senders.create_task(send_until_it_dies(sandbox, sender, accepted))

    again = start_sandbox(tmp_path / "state")

    for message_id in accepted:
        assert again.http.get("/api/mailbox/count", params={"message_id": message_id}).json() == {"count": 1}
    await again.send(a_mail(message_id="<after@fieldbell.dev>"))
    newest = again.http.get("/api/mailbox/messages", params={"limit": 1}).json()["messages"][0]
    assert newest["message_id"] == "<after@fieldbell.dev>"


async def send_until_it_dies(sandbox: Sandbox, sender: int, accepted: list[str]) -> None:
    client = aiosmtplib.SMTP(hostname="127.0.0.1", port=sandbox.smtp_port)
    await client.connect()
    number = 0
    try:
        while True:
            message_id = f"<{sender}-{number}@fieldbell.dev>"
            await client.send_message(a_mail(message_id=message_id))
            accepted.append(message_id)
            number += 1
            if len(accepted) == 100:
                sandbox.process.kill()
    except (aiosmtplib.SMTPServerDisconnected, ConnectionError):
        client.close()


async def test_the_cleared_view_stays_cleared_after_a_restart(start_sandbox: StartSandbox, tmp_path: Path) -> None:
    sandbox = start_sandbox(tmp_path / "state")
    await sandbox.send(a_mail())
    sandbox.http.delete("/api/mailbox/messages")
    sandbox.stop()

    again = start_sandbox(tmp_path / "state")

    assert again.http.get("/api/mailbox/count").json() == {"count": 0}
    assert "1 older email is hidden" in again.http.get("/mailbox").text


async def test_a_torn_last_line_is_dropped_and_the_next_one_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_bytes(b'{"n":1}\n{"n":2')
    heard = Heard()

    log = TruthLog(path, heard)
    await log.append({"n": 3})
    await log.close()

    assert heard.records == [{"n": 1}, {"n": 3}]
    assert path.read_bytes() == b'{"n":1}\n{"n":3}\n'


async def test_a_place_leads_back_to_its_record(tmp_path: Path) -> None:
    heard = Heard()
    log = TruthLog(tmp_path / "log", heard)
    await asyncio.gather(*(log.append({"n": n, "text": "ü" * n}) for n in range(50)))

    assert [await log.read(place) for place in heard.places] == heard.records
    assert [record["n"] for record in heard.records] == list(range(50))
    await log.close()


async def test_a_client_that_hangs_up_while_waiting_is_still_heard_of(tmp_path: Path) -> None:
    # fault 34: the message was taken, the answer never arrived
    heard = Heard()
    log = TruthLog(tmp_path / "log", heard)
    waiting = asyncio.create_task(log.append({"n": 1}))
    await asyncio.sleep(0)
    waiting.cancel()
    await log.append({"n": 2})
    await log.close()

    assert heard.records == [{"n": 1}, {"n": 2}]


async def test_a_full_disk_is_a_refusal_and_nothing_is_heard(tmp_path: Path) -> None:
    # fault 18
    heard = Heard()
    log = TruthLog(tmp_path / "log", heard)
    await log.append({"n": 1})
    with file_size_limit(10), pytest.raises(OSError, match="File too large"):
        await log.append({"n": 2})  # two of its bytes fit
    await log.append({"n": 3})
    await log.close()

    assert (tmp_path / "log").read_bytes() == b'{"n":1}\n{"n":3}\n'
    assert heard.records == [{"n": 1}, {"n": 3}]


async def test_a_damaged_line_in_the_middle_stops_the_start(tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_bytes(b'{"n":1}\n{"n":\n{"n":3}\n')

    with pytest.raises(CannotStart, match="Line 2"):
        TruthLog(path, Heard())


async def test_two_sandboxes_never_share_a_state_folder(sandbox: Sandbox) -> None:
    outcome = run_sandbox(environment(sandbox.state, *free_ports(2)))

    assert outcome.returncode == 1
    assert outcome.stderr.startswith("The sandbox can't start. Another sandbox is using")


async def test_a_taken_port_is_one_clear_sentence(sandbox: Sandbox, tmp_path: Path) -> None:
    [http_port] = free_ports(1)
    outcome = run_sandbox(environment(tmp_path / "other", http_port, sandbox.smtp_port))

    assert outcome.returncode == 1
    assert outcome.stderr.count("\n") == 1
    assert f"Port {sandbox.smtp_port} on 127.0.0.1" in outcome.stderr
    assert "SANDBOX_SMTP_PORT" in outcome.stderr


@contextmanager
def file_size_limit(size: int) -> Iterator[None]:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def run_sandbox(env: dict[str, str]) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "deploy.sandbox"]
    return subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=30, check=False)
