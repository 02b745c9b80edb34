"""One seed, from its first command to the verdict."""

import time
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from uuid import UUID

from contracts.deliveries import DeliveryState
from deploy.demo.mailbox import Arrived
from deploy.local.waiting import until
from servicekit.failpoints import Point
from tests.chaos import books
from tests.chaos.faults import Faults
from tests.chaos.hand import Commands, Hand, NobodyCommands
from tests.chaos.offices import STEPS, Load, Office, two
from tests.chaos.stack import FaultyStack
from tests.e2e.checker import Finding, Rules, faults, unlike_others
from tests.e2e.log import Delivery, deliveries, happened, is_settled

SETTLED_WITHIN = 300.0
Say = Callable[[str], None]
Decide = Callable[[int, int], Faults]


@dataclass(frozen=True)
class Verdict:
    """What a seed did, and what came of it."""

    seed: int
    faults: int
    events: int
    deliveries: int
    arrived: int
    unknown: int
    unknown_arrived: int
    twice: int
    """What arrived twice: by its company's choice, where it is no finding."""
    settled: int
    """Of those that were unknown for a while: later known."""
    hits: Counter[Point]
    findings: Sequence[Finding]
    drained: float
    """Seconds from the last command to the last outcome."""

    def count(self, *kinds: str) -> int:
        """How many findings are of these kinds."""
        return sum(kind in kinds for kind, _ in self.findings)


def run(stack: FaultyStack, seed: int, jobs: int, decide: Decide, say: Say) -> Verdict:
    """Play `jobs` jobs at least while the faults of this seed happen, let everything settle, and look."""
    plan = decide(seed, jobs * STEPS)
    say(f"seed {seed}: {len(plan.over_time)} faults and {plan.deaths} deaths at a point are planned")
    for fault in plan.over_time:
        say(f"  {fault}")
    before, hits = {mail.delivery_id for mail in books.truth(stack.plan)}, Counter(stack.died())
    with ExitStack() as clients:
        offices = two(stack.plan, seed, clients)
        hand = _played(stack, plan, offices, jobs)
        ended = time.monotonic()
        for name in stack.parts:
            stack.wait_ready(name)
        events = {office: _happened(office) for office in offices}
        rows = {office: _settled(stack, office, events[office]) for office in offices}
        drained = time.monotonic() - ended
        for office in offices:
            office.company.texts_no_more()
    arrived = books.truth(stack.plan, before)
    died = Counter(stack.died()) - hits
    return _verdict(stack, seed, events, rows, arrived, died, len(hand.done), drained)


def _played(stack: FaultyStack, plan: Faults, offices: list[Office], jobs: int) -> Hand:
    commands = Commands()
    load, hand = Load(offices, commands), Hand(stack, plan, commands)
    hand.begin_lives()
    with ThreadPoolExecutor(1) as pool:
        playing = pool.submit(load.run, jobs)
        playing.add_done_callback(lambda _: commands.end())
        try:
            with suppress(NobodyCommands):  # what stopped them is raised below
                hand.run()
                until(lambda: hand.all_dead() or playing.done(), "not all points are reached", SETTLED_WITHIN)
        finally:
            load.enough()
        playing.result()
    return hand


def _happened(office: Office) -> dict[UUID, str]:
    events = (happened(office.company.dispatcher, job) for job in office.jobs)
    return {event: kind for of_job in events for event, kind in of_job.items()}


def _settled(stack: FaultyStack, office: Office, events: Collection[UUID]) -> list[Delivery]:
    """The log, once every event is in it and nothing waits."""
    rows: list[Delivery] = []

    def settled() -> bool:
        nonlocal rows
        if books.waits(stack.plan):
            return False
        rows = deliveries(office.company.dispatcher)
        return is_settled(events, rows)

    until(settled, "not everything is told", SETTLED_WITHIN)
    return rows


def _verdict(
    stack: FaultyStack,
    seed: int,
    events: dict[Office, dict[UUID, str]],
    rows: dict[Office, list[Delivery]],
    arrived: Sequence[Arrived],
    died: Counter[str],
    brought: int,
    drained: float,
) -> Verdict:
    """What the checker finds in each company's books, and what is nobody's."""
    every = [row for own in rows.values() for row in own]
    whose = {row.id: office for office, own in rows.items() for row in own}
    begun, doubted = books.begun(stack.plan, list(whose)), books.doubted(stack.plan, list(whose))
    unheard = {mail.delivery_id for mail in arrived if mail.delivery_id} - whose.keys()
    findings: list[Finding] = [("in no log", str(id)) for id in unheard - books.logged(stack.plan, unheard)]
    for office, own in rows.items():
        theirs = [mail for mail in arrived if whose.get(mail.delivery_id) is office]  # type: ignore[arg-type]
        rules = Rules(office.addresses, office.blocked, begun, office.resends, doubted)
        findings += [*faults(events[office], own, theirs, rules), *unlike_others(events[office], own)]
    unknown = {row.id for row in every if row.state is DeliveryState.UNKNOWN}
    copies = Counter(mail.delivery_id for mail in arrived)
    return Verdict(
        seed=seed,
        faults=brought + died.total(),
        events=sum(map(len, events.values())),
        deliveries=len(every),
        arrived=len(arrived),
        unknown=len(unknown),
        unknown_arrived=len(unknown & {mail.delivery_id for mail in arrived}),
        twice=sum(count == 2 for count in copies.values()),
        settled=len(doubted.keys() - unknown),
        hits=Counter({point: died[point] for point in Point}),
        findings=findings,
        drained=drained,
    )
