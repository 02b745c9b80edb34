"""The load: companies whose people book jobs and see them through, while everything breaks around them."""

import itertools
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime

from deploy.demo.api import Json
from deploy.demo.people import home
from deploy.demo.seed import allow_texts
from deploy.local.errors import StackError
from deploy.local.plan import Plan
from deploy.sandbox.identity.personas import BRIGHTWAY, NORTHSIDE
from tests.chaos.hand import Commands
from tests.e2e.companies import Company, founded

AT_ONCE = 4
STEPS = 7  # commands a job, at least
BLOCKED = 12  # of so many customers one is blocked in the middle of a job
PATIENCE = 120.0  # on a machine that does much else, a service takes half a minute to start
NUMBERS = itertools.count(1000)


@dataclass(eq=False)
class Office:
    """A company, whom it knows, and what it did."""

    company: Company
    place: int
    addresses: set[str] = field(default_factory=set)
    blocked: dict[str, datetime] = field(default_factory=dict)
    """Since when, at the latest."""
    resends: dict[str, int] = field(default_factory=dict)
    """By category: how often emails in doubt are sent once more, by the company's choice."""
    jobs: list[str] = field(default_factory=list)

    def play(self, number: int, commands: Commands) -> None:
        """A customer, and a job of theirs from booking to paid; each command is given again until it is answered."""
        phone, address = (
            f"+1303555{self.place:02d}{number % 100:02d}",
            f"customer-{number}@{self.company.seed.company.slug}.example",
        )
        self.addresses |= {phone, address}
        commands.one_more()
        customer = self.company.add(home(f"Customer {number}", address, phone, f"{number} Main St", "80220"))
        commands.one_more()
        self._allow_texts(customer)
        commands.one_more()
        job = self.company.booked(customer)
        self.jobs.append(job.id)
        if number % BLOCKED == 0:
            self._block(address)
        for status in ("on-the-way", "done"):
            commands.one_more()
            job.set_status(status, by_tech=True)
        commands.one_more()
        job.send_invoice()
        commands.one_more()
        job.pay_invoice()

    def choose_once_more(self) -> None:
        """Emails in doubt go once more, but for those of statuses."""
        self.resends = dict.fromkeys(("confirmation", "invoice", "receipt"), 1)
        self.company.admin.put("notifier-svc", "/v1/once-more", {"categories": list(self.resends)})

    def _allow_texts(self, customer: Json) -> None:
        """A PUT whose answer was lost is done, and too late for its version when it comes again: then look again."""
        try:
            allow_texts(self.company.admin, customer)
        except StackError:
            allow_texts(self.company.admin, self.company.admin.get("customer-svc", f"/v1/customers/{customer['id']}"))

    def _block(self, address: str) -> None:
        body = {"channel": "email", "address": address, "note": "asked for it on the phone"}
        self.company.dispatcher.post("notifier-svc", "/v1/blocks", body)
        self.blocked[address] = datetime.now(UTC)


def two(plan: Plan, seed: int, clients: ExitStack) -> list[Office]:
    """Two companies that only this seed knows; they text from numbers and accounts of their own, one chose R = 1."""
    offices = []
    for place, (name, account) in enumerate((("ash", BRIGHTWAY), ("birch", NORTHSIDE))):
        number = next(NUMBERS)
        company = founded(plan, f"{name}-{seed}-{number}", clients)
        for person in (company.admin, company.dispatcher, company.tech):
            person.patience = PATIENCE
        company.texts_from(f"+1303777{number}", account)
        offices.append(Office(company, place + 10))
    offices[1].choose_once_more()
    return offices


class Load:
    """Jobs, one after the other, until it is enough."""

    def __init__(self, offices: list[Office], commands: Commands) -> None:
        self._offices = offices
        self._commands = commands
        self._numbers = itertools.count(1)
        self._ends = threading.Event()

    def run(self, jobs: int) -> None:
        """Play this many, a few at a time, and go on one by one until it is `enough`. Raises what went wrong."""

        def play_on(person: int) -> None:
            while (number := next(self._numbers)) <= jobs or (person == 0 and not self._ends.is_set()):
                self._offices[number % len(self._offices)].play(number, self._commands)

        with ThreadPoolExecutor(AT_ONCE) as people:
            list(people.map(play_on, range(AT_ONCE)))

    def enough(self) -> None:
        """No more than was asked for."""
        self._ends.set()
