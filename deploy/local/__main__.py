"""`python -m deploy.local up | down | status`."""

import argparse
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from deploy.local import postgres
from deploy.local.errors import StackError
from deploy.local.plan import SERVICES, Plan
from deploy.local.ports import HOST
from deploy.local.stack import Stack


def main() -> None:
    """Run one command; what goes wrong is told in a sentence, with exit code 1."""
    parser = argparse.ArgumentParser(prog="python -m deploy.local", description=__doc__)
    parser.add_argument("command", choices=COMMANDS)
    command = COMMANDS[parser.parse_args().command]
    try:
        sys.exit(command(Stack(Plan.from_env())))
    except StackError as error:
        sys.exit(f"\n{error}")


def up(stack: Stack) -> int:
    """Start what does not run yet, and print the addresses."""
    if stack.is_up():
        print("Fieldbell runs already.")
    else:
        stack.up(step)
    print(f"\n{addresses(stack.plan)}")
    return 0


def down(stack: Stack) -> int:
    """Stop everything; data stays."""
    running = stack.supervisor.pid() is not None
    left = stack.down()
    if left:
        print(f"{left} processes that had lost their supervisor were ended.")
    print("Fieldbell is stopped." if running or left else "Fieldbell was not running.")
    return 0


def status(stack: Stack) -> int:
    """A line a part; exit code 1 unless all serve."""
    known = stack.supervisor.parts()
    healthy = True
    for name, part in stack.parts.items():
        state = known[name]["statename"].lower() if name in known else "stopped"
        ready = state == "running" and part.ready()
        healthy &= ready
        print(f"  {name:<14} {'ready' if ready else state:<10} {known[name]['description'] if ready else ''}")
    print(f"\n{addresses(stack.plan)}")
    return 0 if healthy else 1


@contextmanager
def step(label: str) -> Iterator[None]:
    """A line of progress: what is waited for, and how long it took."""
    started = time.monotonic()
    print(f"  {label:<14} ... ", end="", flush=True)
    yield
    print(f"ready {time.monotonic() - started:5.1f} s")


def addresses(plan: Plan) -> str:
    """Where to look, as a table."""
    rows = [(name, f"{plan.url(name)}/docs", f"{plan.url(name)}/metrics") for name in SERVICES]
    rows += [
        ("mailbox", plan.sandbox_url, f"smtp://{HOST}:{plan.ports.sandbox_smtp}"),
        ("identity", plan.issuer, ""),
        ("PostgreSQL", postgres.server_of(plan.admin_url), f"passwords: {plan.state.folder / 'secrets.json'}"),
        ("Kafka", plan.kafka_bootstrap, ""),
        ("logs", str(plan.state.logs), ""),
    ]
    return "\n".join(f"  {name:<14} {first:<34} {second}".rstrip() for name, first, second in rows)


COMMANDS = {"up": up, "down": down, "status": status}

if __name__ == "__main__":
    main()
