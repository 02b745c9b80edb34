"""What `python -m deploy.local up | down | status | run` do."""

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from deploy.local import leftovers, postgres, running
from deploy.local.errors import StackError
from deploy.local.plan import SERVICES, Plan
from deploy.local.ports import HOST, Ports
from deploy.local.services import BIN, service_env
from deploy.local.stack import Stack
from deploy.local.state import State


def main() -> None:
    """Run one command; what goes wrong is told in a sentence, with exit code 1."""
    parser = argparse.ArgumentParser(prog="python -m deploy.local", description="Fieldbell on this machine.")
    parser.add_argument("command", choices=(*COMMANDS, "run"))
    parser.add_argument("words", nargs=argparse.REMAINDER, help="after `run`: a service and one of its own commands")
    arguments = parser.parse_args()
    command = COMMANDS.get(arguments.command, lambda: run(arguments.words))
    try:
        code = command()
        sys.stdout.flush()
    except StackError as error:
        sys.exit(f"\n{error}")
    except BrokenPipeError:  # as in `make status | head -3`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0 if command is status else "\nWho read this has gone; it stopped half-way.")
    sys.exit(code)


def up() -> int:
    """Start what does not run yet, and print the addresses."""
    stack = Stack(running.plan_of())
    if stack.is_up():
        print("Fieldbell runs already.")
    else:
        stack.up(step)
    print(f"\n{addresses(stack.plan)}")
    return 0


def down() -> int:
    """Stop everything, whatever its ports are; data stays."""
    stack = Stack(Plan(State.from_env(), Ports()))
    supervised = stack.supervisor.pid() is not None
    left = stack.down()
    if left:
        print(f"{left} processes that had lost their supervisor were ended.")
    print("Fieldbell is stopped." if supervised or left else "Fieldbell was not running.")
    return 0


def status() -> int:
    """A line a part; exit code 1 where something runs, but not all of it serves."""
    stack = Stack(running.plan_of())
    if stack.supervisor.pid() is None:
        return status_unsupervised(stack)
    known = stack.supervisor.parts()
    serving = {name for name in stack.parts if stack.serves(name, known[name])}
    for name in stack.parts:
        state, since = ("ready", known[name]["description"]) if name in serving else (known[name]["statename"], "")
        print(f"  {name:<14} {state.lower():<10} {since}".rstrip())
    print(f"\n{addresses(stack.plan)}")
    return 0 if serving == stack.parts.keys() else 1


def run(words: Sequence[str]) -> int:
    """A service's own command, with the settings that the service has here."""
    plan = running.plan_of()
    if not words or words[0] not in SERVICES:
        raise StackError(f"Say whose command it is: {', '.join(SERVICES)}.")
    environment = os.environ | {"OWNER_DATABASE_URL": plan.role_url(words[0], "owner")} | service_env(plan, words[0])
    return subprocess.call([str(BIN / words[0]), *words[1:]], env=environment)


def status_unsupervised(stack: Stack) -> int:
    """Nothing runs, or supervisord was killed and its processes go on."""
    left = leftovers.of_stack(stack.plan.state.folder)
    if not left:
        print("Fieldbell is not running; `make up` starts it.")
        return 0
    for name, part in stack.parts.items():
        print(f"  {name:<14} {'orphaned' if part.ready() else 'not ready'}")
    print(f"\nsupervisord is gone, and {len(left)} processes go on without it.")
    print("`make down` ends them; `make up` ends them and starts anew.")
    return 1


@contextmanager
def step(label: str) -> Iterator[None]:
    """A line of progress: what is waited for, and how long it took."""
    started = time.monotonic()
    print(f"  {label:<14} ... ", end="", flush=True)
    yield
    print(f"ready {time.monotonic() - started:5.1f} s")


def addresses(plan: Plan) -> str:
    """Where to look, as a table."""
    rows = [("Fieldbell", plan.public_url, f"http://{HOST}:{plan.ports.gateway_operations}/metrics")]
    rows += [(name, f"{plan.url(name)}/docs", f"{plan.url(name)}/metrics") for name in SERVICES]
    rows += [
        ("mailbox", f"{plan.sandbox_url}/mailbox", f"smtp://{HOST}:{plan.ports.sandbox_smtp}"),
        ("phone", f"{plan.sandbox_url}/phone", ""),
        ("identity", plan.issuer, ""),
        ("PostgreSQL", postgres.server_of(plan.admin_url), f"passwords: {plan.state.folder / 'secrets.json'}"),
        ("Kafka", plan.kafka_bootstrap, ""),
        ("logs", str(plan.state.logs), ""),
        ("traces", os.environ.get("OTEL_EXPORTER_OTLP_ENDPOINT", "none; set OTEL_EXPORTER_OTLP_ENDPOINT"), ""),
    ]
    return "\n".join(f"  {name:<14} {first:<34} {second}".rstrip() for name, first, second in rows)


COMMANDS = {"up": up, "down": down, "status": status}
