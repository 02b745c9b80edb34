"""kill -9: whatever dies in the middle, all arrives, once, or stands in the log as unknown."""

from collections import Counter
from collections.abc import Callable, Sequence
from random import Random
from uuid import uuid4

import pytest

from contracts.deliveries import DeliveryState
from contracts.topics import JOBS
from deploy.demo.api import Json
from deploy.demo.mailbox import Arrived
from deploy.demo.people import home
from deploy.demo.seed import allow_texts
from deploy.local.stack import Stack
from deploy.local.waiting import until
from deploy.sandbox.identity.personas import BRIGHTWAY
from tests.chaos.faults import brief, chosen
from tests.chaos.report import table
from tests.chaos.seed import run
from tests.chaos.stack import FaultyStack
from tests.e2e import kafka
from tests.e2e.checker import Rules, faults
from tests.e2e.companies import Company
from tests.e2e.log import Delivery, deliveries, settled, told
from tests.e2e.mailbox import count_to, mails_of
from tests.e2e.phone import rings_of

PLAYED = 15  # jobs
DEATHS = 4  # at a point
KILLS = 2
BURST = 500  # events: a mail and a text each
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
    seed = chosen()
    say(f"SEED={seed}")
    return Random(seed)  # noqa: S311


@pytest.mark.survives(1, 2, 3, 4, 5, 6)
def test_while_jobs_are_played_and_everything_breaks_nothing_is_lost_or_repeated(stack: FaultyStack, say: Say) -> None:
    verdict = run(stack, chosen(), PLAYED, brief, say)
    say(table([verdict]))
    assert verdict.findings == []
    assert verdict.hits.total() >= DEATHS


@pytest.mark.survives(3, 4, 5)
def test_in_the_middle_of_a_thousand_messages_the_sender_may_die(
    company: Company, stack: Stack, random: Random, say: Say
) -> None:
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

    rows = settled(company.dispatcher, events, LIMIT)
    assert len(in_doubt(rows, say)) <= MOST_IN_DOUBT + MOST_TEXTS_IN_DOUBT
    ids = {row.id for row in rows}
    texts = [ring for ring in rings_of(stack.plan, BRIGHTWAY.slug) if ring.delivery_id in ids]
    assert len(texts) > BURST // 2
    arrived: list[Arrived] = [*mails_of(stack.plan, ids), *texts]
    assert faults(events, rows, arrived, Rules({*addresses(1), PHONE})) == []
    wait_until_heard_by_others(stack, lambda: deliveries(company.dispatcher))


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


def wait_until_heard_by_others(stack: Stack, log: Callable[[], Sequence[Delivery]]) -> None:
    """Return when deliveries.v1 says of each delivery what the log says by then: receipts go on moving it."""

    def heard() -> bool:
        states = {row.id: row.state for row in log()}
        return kafka.delivery_states(stack.plan).items() >= states.items()

    until(heard, "deliveries.v1 differs from the log")
