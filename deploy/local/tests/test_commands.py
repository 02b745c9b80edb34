"""`python -m deploy.local`, as make calls it."""

import os
import socket
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path

from deploy.local import leftovers
from deploy.local.ports import HOST, Ports
from deploy.local.state import REPOSITORY


def run(command: str, state_folder: Path, ports: Ports) -> subprocess.CompletedProcess[str]:
    env = {f"FIELDBELL_PORT_{name.upper()}": str(port) for name, port in asdict(ports).items()}
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


def test_status_says_that_nothing_runs_and_fails(state_folder: Path) -> None:
    done = run("status", state_folder, Ports.free())
    assert done.returncode == 1
    assert done.stdout.count(" stopped") == 7
