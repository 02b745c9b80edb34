"""`make demo`, played on a stack of this session as a newcomer plays it: as a command."""

import os
import subprocess
import sys
from dataclasses import asdict

from deploy.local.plan import Plan
from deploy.local.state import REPOSITORY

LIMIT = 120


def play_demo(plan: Plan) -> "subprocess.CompletedProcess[str]":
    """Run it to its end; the stack runs already."""
    ports = {f"FIELDBELL_PORT_{name.upper()}": str(port) for name, port in asdict(plan.ports).items()}
    others = {"DATABASE_URL", "KAFKA_BOOTSTRAP_SERVERS"}  # servers that this stack does not use
    env = {name: value for name, value in os.environ.items() if name not in others}
    env |= ports | {"FIELDBELL_STATE": str(plan.state.folder)}
    command = [sys.executable, "-m", "deploy.demo"]
    return subprocess.run(command, check=False, cwd=REPOSITORY, env=env, capture_output=True, text=True, timeout=LIMIT)
