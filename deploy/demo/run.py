"""The demo from seed to proof, on a stack that runs; `__main__` shows it, tests call it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from contracts.deliveries import Channel
from deploy.demo import brightway, mailbox, northside, phone, seed
from deploy.demo.api import Api, Json, as_persona, as_platform
from deploy.demo.job import Job
from deploy.demo.log import Delivery, Log
from deploy.demo.narrator import Narrator
from deploy.demo.people import Seed
from deploy.demo.story import DISPATCHER, TECH, Step, kitchen_faucet, water_heater
from deploy.demo.table import count
from deploy.local.errors import StackError
from deploy.local.plan import Plan

ELM_STREET = northside.MARIA.service_addresses[0]["line"]
TEJON_STREET = northside.HAROLD.service_addresses[0]["line"]
# He lives in Maria's other house.
ELSEWHERE = northside.MARIA.service_addresses[1]["recipients"][0]


@dataclass
class Played:
    """A job that was played, and what the log says about it."""

    name: str
    deliveries: list[Delivery]


@dataclass
class Demo:
    """One run. Nothing of an earlier one is in it but the companies and their customers."""

    plan: Plan
    narrator: Narrator
    started: datetime = field(default_factory=lambda: datetime.now(UTC))
    played: list[Played] = field(default_factory=list)

    @property
    def deliveries(self) -> list[Delivery]:
        return [delivery for job in self.played for delivery in job.deliveries]

    def seed(self) -> None:
        """Both companies with their customers, as far as they are missing."""
        self.narrator.heading("Companies")
        platform = as_platform(self.plan)
        for each in (northside.SEED, brightway.SEED):
            self._plant(platform, each)

    def play(self) -> None:
        """One job whose customer hears all of it, one whose customer wants calls and nothing in writing."""
        self._office, self._tech = as_persona(self.plan, DISPATCHER.id), as_persona(self.plan, TECH.id)
        self._play(northside.MARIA.name, ELM_STREET, water_heater)
        self._play(northside.HAROLD.name, TEJON_STREET, kitchen_faucet)

    def findings(self) -> list[str]:
        """What is not as it should be, a sentence each."""
        arrived = mailbox.arrived_since(self.plan, self.started)
        emails = [delivery for delivery in self.deliveries if delivery.channel is Channel.EMAIL]
        rings = [delivery for delivery in self.deliveries if delivery.channel is not Channel.EMAIL]
        trouble = [delivery for delivery in self.deliveries if delivery.is_trouble]
        unlogged = [mail for mail in mailbox.strangers(emails, arrived) if not self._is_logged(mail)]
        return [
            *([f"Failed, or in doubt: {len(trouble)}; the table says why."] if trouble else []),
            *([] if any(d.is_sent for d in self.deliveries) else ["Nobody was told anything; the table says why."]),
            *mailbox.differences(emails, arrived, ELSEWHERE["emails"]),
            *mailbox.differences(rings, phone.arrived_since(self.plan, self.started), (), "on the phone"),
            *(f"In the mailbox, and not in the log: {mail.message_id}" for mail in unlogged),
        ]

    def _plant(self, platform: Api, each: Seed) -> None:
        self.narrator.begin(each.company.name)
        seed.add_company(platform, each)
        office = as_persona(self.plan, f"{each.company.slug}-dispatcher")
        seed.wait_for_defaults(office, each.company.id, self.narrator)
        seed.add_technicians(office, each)
        new = seed.add_customers(office, each)
        admin = as_persona(self.plan, f"{each.company.slug}-admin")
        seed.add_sender(admin, each)
        seed.attach_work_order(admin, each.company.id)
        seed.add_consents(admin, each)
        self.narrator.end(f"{len(each.customers)} customers, {f'{new} of them new' if new else 'all there already'}")

    def _play(self, customer: str, street: str, story: Callable[[Job, datetime], list[Step]]) -> None:
        self.narrator.heading(f"{customer}, {street}")
        job = Job(northside.SEED, self._office, self._tech, self._customer(customer), street)
        log = Log(self._office, job)
        for sentence, happen in story(job, datetime.now(ZoneInfo(northside.SEED.zone))):
            self.narrator.begin(sentence)
            happen()
            self.narrator.end(count(log.settle(self.narrator)))
        self.played.append(Played(job.name, log.deliveries))

    def _customer(self, name: str) -> Json:
        found = self._office.every("customer-svc", "/v1/customers", search=name)
        ids = [summary["id"] for summary in found if summary["name"] == name]
        if not ids:
            raise StackError(f"{name} is archived. Restore the customer, or start afresh with `make clean`.")
        return self._office.get("customer-svc", f"/v1/customers/{ids[0]}")

    def _is_logged(self, mail: mailbox.Mail) -> bool:
        path = f"/v1/deliveries/{mail.delivery_id}"
        return mail.delivery_id is not None and self._office.find("notifier-svc", path) is not None
