"""kill -9 of every service while twenty jobs are played: all arrives, once, or stands in the log as unknown.

FIELDBELL_SEED=n plays the same kills at the same commands again.
"""

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from random import SystemRandom

from contracts.deliveries import DeliveryState
from deploy.demo.people import home
from deploy.local.plan import SERVICES
from deploy.local.stack import Stack
from deploy.local.waiting import until
from tests.e2e import kafka
from tests.e2e.checker import faults
from tests.e2e.companies import Company
from tests.e2e.killer import Killer
from tests.e2e.log import Delivery, deliveries, happened, is_settled
from tests.e2e.mailbox import mails_of

JOBS = 20
AT_ONCE = 4
COMMANDS = 6  # each job takes, its customer included
KILLS = 2  # of each service
CONNECTIONS = 8  # that a notifier has open to the mail host: at most so many are in doubt after each of its deaths
LIMIT = 90.0


def test_whatever_dies_everything_arrives_once_or_is_listed_as_unknown(
    company: Company, stack: Stack, say: Callable[[str], None]
) -> None:
    # fault 1, 2, 3, 4, 5, 6
    seed = int(os.environ.get("FIELDBELL_SEED") or SystemRandom().randrange(2**32))
    say(f"FIELDBELL_SEED={seed}")
    killer = Killer(stack, list(SERVICES), KILLS, JOBS * COMMANDS, seed)

    with ThreadPoolExecutor(AT_ONCE) as offices:
        jobs = list(offices.map(lambda number: play(company, killer, number), range(JOBS)))

    events = set().union(*(happened(company.dispatcher, job) for job in jobs))
    until(lambda: is_settled(events, deliveries(company.dispatcher)), "not everything is told", LIMIT)
    rows = deliveries(company.dispatcher)
    say_what_is_unknown(rows, killer.killed, say)
    assert sorted(killer.killed) == sorted([*SERVICES] * KILLS)
    assert faults(events, rows, mails_of(stack.plan, (row.id for row in rows)), addresses()) == []
    states = {row.id: row.state for row in rows}
    until(lambda: kafka.delivery_states(stack.plan).items() >= states.items(), "deliveries.v1 differs from the log")


def play(company: Company, killer: Killer, number: int) -> str:
    """A customer, and a job of theirs from booking to paid; each command is asked again until it is answered."""
    killer.command()
    customer = company.add(home(f"Customer {number}", address(number), "303-555-0150", f"{number} Main St", "80220"))
    killer.command()
    job = company.booked(customer)
    steps = [
        lambda: job.set_status("on-the-way", by_tech=True),
        lambda: job.set_status("done", by_tech=True),
        job.send_invoice,
        job.pay_invoice,
    ]
    for step in steps:
        killer.command()
        step()
    return job.id


def address(number: int) -> str:
    return f"customer-{number}@example.com"


def addresses() -> set[str]:
    return {address(number) for number in range(JOBS)}


def say_what_is_unknown(rows: Sequence[Delivery], killed: Sequence[str], say: Callable[[str], None]) -> None:
    """List what is in doubt; there must not be more than could have been on the wire."""
    unknown = [row for row in rows if row.state is DeliveryState.UNKNOWN]
    say(f"{len(rows)} deliveries, {len(unknown)} unknown; killed in this order: {', '.join(killed)}")
    for row in unknown:
        say(f"  unknown: {row.rule_name} to {row.recipient_name} ({row.id})")
    assert len(unknown) <= CONNECTIONS * killed.count("notifier-svc")
