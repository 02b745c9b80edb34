"""What the running stack was started with: commands that come later need not be told again."""

import json
import os
from collections.abc import Mapping
from pathlib import Path

from deploy.local import leftovers
from deploy.local.errors import StackError
from deploy.local.plan import Plan
from deploy.local.ports import PREFIX
from deploy.local.state import State, write_private
from deploy.local.supervisor import Supervisor


def remember(plan: Plan) -> None:
    """Keep the plan's variables while its stack runs."""
    write_private(_file(plan.state), json.dumps(plan.variables(), indent=2))


def forget(state: State) -> None:
    """The stack has ended."""
    _file(state).unlink(missing_ok=True)


def plan_of(env: Mapping[str, str] = os.environ) -> Plan:
    """The plan of the running stack, or what `env` asks for where none runs. StackError where the two differ."""
    kept = remembered(State.from_env(env))
    wanted = Plan.from_env({**kept, **env})
    asked = wanted.variables()
    different = [name for name in kept | asked if kept.get(name) != asked.get(name)]
    if kept and different:
        raise StackError(
            f"The running stack has {', '.join(_told(name, kept.get(name)) for name in different)}. "
            "Leave the variable out to use what runs, or stop it with `make down` first."
        )
    return wanted


def remembered(state: State) -> dict[str, str]:
    """The variables of the running stack; empty where none runs."""
    file = _file(state)
    runs = file.exists() and (Supervisor(state).pid() is not None or leftovers.of_stack(state.folder))
    variables: dict[str, str] = json.loads(file.read_text()) if runs else {}
    return variables


def _told(name: str, value: str | None) -> str:
    """A variable of the running stack as one may show it: a URL may hold a password."""
    if name.startswith(PREFIX):
        return f"{name}={value}"
    return f"another {name}" if value else f"no {name}"


def _file(state: State) -> Path:
    return state.folder / "running.json"
