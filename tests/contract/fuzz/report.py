"""What a long run asked and was answered, for people."""

from collections import defaultdict

from rich.console import Console
from rich.table import Table

from tests.contract.fuzz.run import Outcome, Pass

NOBODY = "nobody"


class Report:
    """Of one service, by role and by operation."""

    def __init__(self, service: str) -> None:
        self._service = service
        self._console = Console(width=140)
        self._by_role: dict[str, Outcome] = defaultdict(Outcome)

    def note(self, each: Pass, outcome: Outcome) -> None:
        """Say what came of a pass."""
        if not outcome.asked:
            return
        who = each.role or NOBODY
        self._by_role[who].add(outcome)
        numbers = f"{outcome.asked} answers, {len(outcome.failures)} failures"
        self._console.print(f"{self._service} as {who}, seed {each.seed}: {numbers}")
        for key, told in outcome.failures.items():
            self._console.print("  ", *key, told, markup=False)

    def show(self, whole: Outcome) -> None:
        """All of it: who was answered how often, and how often each operation was done."""
        roles = Table("role", "operations", "examples", "2xx", "failures", title=f"{self._service}-svc")
        for who, outcome in self._by_role.items():
            done = sum(map(outcome.done, outcome.answers))
            numbers = (len(outcome.answers), outcome.asked, done, len(outcome.failures))
            roles.add_row(who, *map(str, numbers))
        operations = Table("operation", "examples", "2xx")
        for operation, statuses in sorted(whole.answers.items()):
            operations.add_row(operation, str(statuses.total()), str(whole.done(operation)))
        self._console.print(roles, operations)
