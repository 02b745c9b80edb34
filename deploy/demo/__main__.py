"""`python -m deploy.demo`: start everything, play two jobs, show who was told what, and why not."""

import sys

from rich.console import Console

from deploy.demo import northside
from deploy.demo.narrator import Narrator
from deploy.demo.run import ELSEWHERE, Demo
from deploy.demo.table import count, log_table, reached, screen, sent_by_channel
from deploy.local import running
from deploy.local.commands import step
from deploy.local.errors import HALF_WAY, INTERRUPTED, StackError
from deploy.local.plan import SERVICES, Plan
from deploy.local.stack import Stack


def main() -> None:
    """Run it; what goes wrong is told in a sentence, with exit code 1."""
    console = screen()
    try:
        sys.exit(show(Stack(running.plan_of()), console))
    except StackError as error:
        sys.exit(f"\n\n{error}")
    except KeyboardInterrupt:
        sys.stderr.write(f"\n\n{HALF_WAY}\n")
        sys.exit(INTERRUPTED)


def show(stack: Stack, console: Console) -> int:
    """The whole demo on `console`; returns the exit code."""
    narrator = Narrator(console)
    narrator.heading("Fieldbell")
    if stack.is_up():
        console.print("  runs already")
    else:
        stack.up(step)
    demo = Demo(stack.plan, narrator)
    demo.seed()
    demo.play()
    tables(demo, console)
    findings = demo.findings()
    verdict(demo, findings, console)
    where_next(stack.plan, console)
    return 1 if findings else 0


def tables(demo: Demo, console: Console) -> None:
    """The log of the jobs that were played."""
    for job in demo.played:
        console.print()
        console.print(log_table(job.name, job.deliveries, northside.SEED.zone))


def verdict(demo: Demo, findings: list[str], console: Console) -> None:
    """What it adds up to."""
    console.print(f"\n[bold]{count(demo.deliveries)}, all in the log.[/] Times are Denver's.")
    console.print(f"Sent: {sent_by_channel(demo.deliveries)}. By person: {reached(demo.deliveries)}.")
    if findings:
        console.print("\n[bold red]That is not as it should be:[/]")
        for finding in findings:
            console.print(f"  {finding}", markup=False)
        return
    console.print("The mailbox and the phones received exactly these, each once.")
    console.print(f"{ELSEWHERE['name']} rents Maria's other house, and was told nothing of this one.")


def where_next(plan: Plan, console: Console) -> None:
    """Where to look."""
    rows = [
        ("The office, and APIs", f"{plan.public_url}  (sign in as Priya Nair)"),
        ("Read the emails", f"{plan.sandbox_url}/mailbox"),
        ("Texts and calls", f"{plan.sandbox_url}/phone"),
        *((f"API of {name}", f"{plan.url(name)}/docs") for name in SERVICES),
        ("Tokens for the APIs", plan.issuer),
        ("Logs", str(plan.state.logs)),
        ("What runs", "make status"),
        ("Another job", "make demo"),
        ("Stop it all", "make down"),
    ]
    console.print("\n[bold]Where to look next[/]")
    for what, where in rows:
        console.print(f"  {what:<21} {where}", soft_wrap=True, markup=False)


if __name__ == "__main__":
    main()
