"""kill -9: whatever dies in the middle, all arrives, once, or stands in the log as unknown."""

from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from random import Random
from uuid import uuid4

import pytest

from contracts.deliveries import DeliveryState
from contracts.topics import JOBS
from deploy.demo.api import Json
from deploy.demo.mailbox import Arrived
from deploy.demo.people import home
from deploy.demo.seed import allow_texts
from deploy.local.plan import SERVICES
from deploy.local.stack import Stack
from deploy.local.waiting import until
from deploy.sandbox.identity.personas import BRIGHTWAY
from tests.e2e import kafka
from tests.e2e.checker import faults
from tests.e2e.companies import Company
from tests.e2e.killer import Killer, seed
from tests.e2e.log import Delivery, deliveries, happened, is_settled, told
from tests.e2e.mailbox import count_to, mails_of
from tests.e2e.phone import rings_of

PLAYED = 20  # jobs
AT_ONCE = 4
COMMANDS = 6  # that each job takes, its customer included
KILLS = 2  # of each service
BURST = 1000  # messages
CONNECTIONS = 8  # of a notifier to the mail host
# Each connection has at most one message on the wire and one whose outcome is being written down.
MOST_IN_DOUBT = 2 * CONNECTIONS * KILLS
MOST_TEXTS_IN_DOUBT = 2 * 16 * KILLS  # a notifier's requests to Twilio
PHONE = "+13035550150"
LIMIT = 90.0

Say = Callable[[str], None]


@pytest.fixture
def random(say: Say) -> Random:
    """What decides when who dies."""
    chosen = seed()
    say(f"FIELDBELL_SEED={chosen}")
    return Random(chosen)  # noqa: S311


def test_while_twenty_jobs_are_played_any_service_may_die(
    company: Company, stack: Stack, random: Random, say: Say
) -> None:
    # fault 1, 2, 3, 4, 5, 6
    killer = Killer(stack, list(SERVICES), KILLS, PLAYED * COMMANDS, random)

    with ThreadPoolExecutor(AT_ONCE) as offices:
        jobs = list(offices.map(lambda number: play(company, killer, number), range(PLAYED)))

    assert sorted(killer.killed) == sorted([*SERVICES] * KILLS)
    say(f"killed in this order: {', '.join(killer.killed)}")
    events = set().union(*(happened(company.dispatcher, job) for job in jobs))
    until(lambda: is_settled(events, deliveries(company.dispatcher)), "not everything is told", LIMIT)
    rows = deliveries(company.dispatcher)
    assert len(in_doubt(rows, say)) <= MOST_IN_DOUBT
    assert faults(events, rows, mails_of(stack.plan, (row.id for row in rows)), addresses(PLAYED)) == []
    wait_until_heard_by_others(stack, rows)


def test_in_the_middle_of_a_thousand_messages_the_sender_may_die(
    company: Company, stack: Stack, random: Random, say: Say
) -> None:
    # fault 3, 4, 5
    company.texts_from("+13035559000")
    customer = add_customer(company, 0)
    allow_texts(company.admin, customer)
    job = company.booked(customer)
    told(company.dispatcher, job.id)
    record, events = kafka.first_event(stack.plan, job.id), {uuid4() for _ in range(BURST)}
    assert record.key
    assert record.value

    kafka.publish(stack.plan, JOBS, record.key, record.value, *(kafka.renamed(record.headers, id) for id in events))
    for moment in sorted(random.sample(range(1, BURST // 2), KILLS)):
        wait_for_mails(stack, moment)
        stack.kill("notifier-svc")
        say(f"killed after {count_to(stack.plan, address(0))} of {BURST} mails")

    until(lambda: is_settled(events, deliveries(company.dispatcher)), "not everything is told", LIMIT)
    rows = deliveries(company.dispatcher)
    assert len(in_doubt(rows, say)) <= MOST_IN_DOUBT + MOST_TEXTS_IN_DOUBT
    ids = {row.id for row in rows}
    texts = [ring for ring in rings_of(stack.plan, BRIGHTWAY.slug) if ring.delivery_id in ids]
    assert len(texts) > BURST // 2
    arrived: list[Arrived] = [*mails_of(stack.plan, ids), *texts]
    assert faults(events, rows, arrived, {*addresses(1), PHONE}) == []
    wait_until_heard_by_others(stack, rows)


def play(company: Company, killer: Killer, number: int) -> str:
    """A customer, and a job of theirs from booking to paid; each command is given again until it is answered."""
    killer.command()
    customer = add_customer(company, number)
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


def add_customer(company: Company, number: int) -> Json:
    return company.add(home(f"Customer {number}", address(number), "303-555-0150", f"{number} Main St", "80220"))


def address(number: int) -> str:
    return f"customer-{number}@example.com"


def addresses(count: int) -> set[str]:
    return {address(number) for number in range(count)}


def wait_for_mails(stack: Stack, count: int) -> None:
    """Return when the first customer has got more than `count` mails."""
    until(lambda: count_to(stack.plan, address(0)) > count, f"no more than {count} mails arrive", LIMIT)


def in_doubt(rows: Sequence[Delivery], say: Say) -> list[Delivery]:
    """The deliveries that ended as unknown, listed for whoever reads the run."""
    unknown = [row for row in rows if row.state is DeliveryState.UNKNOWN]
    say(f"{len(rows)} deliveries, {len(unknown)} unknown")
    for what, count in Counter(f"{row.rule_name} to {row.recipient_name}" for row in unknown).items():
        say(f"  unknown: {what}, {count} of them")
    return unknown


def wait_until_heard_by_others(stack: Stack, rows: Sequence[Delivery]) -> None:
    """Return when deliveries.v1 says of each delivery what the log says."""
    states = {row.id: row.state for row in rows}
    until(lambda: kafka.delivery_states(stack.plan).items() >= states.items(), "deliveries.v1 differs from the log")
