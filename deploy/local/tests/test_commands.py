"""`python -m deploy.local`, as make calls it."""

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

from deploy.local import leftovers
from deploy.local.ports import HOST, Ports
from deploy.local.stack import Stack
from deploy.local.state import REPOSITORY
from deploy.local.waiting import until


def run(command: str, state_folder: Path, ports: Ports | None = None) -> subprocess.CompletedProcess[str]:
    env = {name: str(port) for name, port in ports.variables().items()} if ports else {}
    return subprocess.run(
        [sys.executable, "-m", "deploy.local", command],
        check=False,
        capture_output=True,
        text=True,
        cwd=REPOSITORY,
        env=os.environ | env | {"FIELDBELL_STATE": str(state_folder)},
    )


def test_up_with_a_taken_port_names_it_fails_and_leaves_nothing(state_folder: Path) -> None:
    ports = Ports.free()
    with socket.create_server((HOST, ports.kafka)):
        done = run("up", state_folder, ports)
    assert done.returncode == 1
    assert f"kafka needs port {ports.kafka}, which is taken by" in done.stderr
    assert "Traceback" not in done.stderr
    assert leftovers.of_stack(state_folder.resolve()) == []


def test_down_where_nothing_runs_is_harmless(state_folder: Path) -> None:
    done = run("down", state_folder, Ports.free())
    assert (done.returncode, done.stderr) == (0, "")
    assert "was not running" in done.stdout


def test_status_says_that_nothing_runs(state_folder: Path) -> None:
    done = run("status", state_folder, Ports.free())
    assert (done.returncode, done.stdout) == (0, "Fieldbell is not running; `make up` starts it.\n")


def test_status_may_lose_its_reader(state_folder: Path) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run(
        [sys.executable, "-m", "deploy.local", "status"],
        check=False,
        stdout=writer,
        stderr=subprocess.PIPE,
        cwd=REPOSITORY,
        env=os.environ | {"FIELDBELL_STATE": str(state_folder)},
    )
    os.close(writer)
    assert (done.returncode, done.stderr) == (0, b"")


def test_processes_without_a_supervisor_are_found_by_status_and_ended_by_down(state_folder: Path) -> None:
    stack = Stack.in_folder(state_folder)
    stack.open()
    stack.start("postgresql")
    stack.wait_ready("postgresql")
    pid = stack.supervisor.pid()
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    until(lambda: stack.supervisor.pid() is None, "supervisord survived SIGKILL")
    told = run("status", state_folder)
    assert told.returncode == 1
    assert "postgresql     orphaned" in told.stdout
    assert "`make down` ends them" in told.stdout
    ended = run("down", state_folder)
    assert "processes that had lost their supervisor were ended" in ended.stdout
    assert leftovers.of_stack(state_folder.resolve()) == []


def heeding_ctrl_c() -> None:
    """As at a terminal: what a shell starts in the background ignores SIGINT, and so would its children."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


def pending(pid: int, wanted: signal.Signals) -> bool:
    """Whether a signal was sent to a process that has not taken it yet."""
    status = Path(f"/proc/{pid}/status").read_text()
    masks = [line.split()[1] for line in status.splitlines() if line.startswith(("SigPnd", "ShdPnd"))]
    return any(int(mask, 16) >> (wanted - 1) & 1 for mask in masks)


def test_ctrl_c_says_in_a_sentence_how_to_go_on(state_folder: Path) -> None:
    with socket.create_server((HOST, 0)) as silent:
        address = f"{HOST}:{silent.getsockname()[1]}"
        up = subprocess.Popen(
            [sys.executable, "-m", "deploy.local", "up"],
            stderr=subprocess.PIPE,
            text=True,
            cwd=REPOSITORY,
            preexec_fn=heeding_ctrl_c,
            env=os.environ
            | {"FIELDBELL_STATE": str(state_folder), "DATABASE_URL": f"postgresql://boss:secret@{address}/postgres"},
        )
        with silent.accept()[0]:
            up.send_signal(signal.SIGINT)
            until(lambda: not pending(up.pid, signal.SIGINT), "the signal is not taken", seconds=30)
        _, told = up.communicate(timeout=30)
    assert up.returncode == 130
    assert told == "\nStopped half-way. What was started goes on; `make down` ends it.\n"
