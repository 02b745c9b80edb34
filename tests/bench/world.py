"""Who is told what in the benchmark: a company, its customers, and the events of their jobs, as they are on Kafka."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import uuid4, uuid5

from aiokafka import AIOKafkaProducer

from contracts.events import StatusChanged
from contracts.jobs import Actor, Job, JobKind, Line, Role, Status, Technician, Visit
from contracts.model import Contract, starter_id
from contracts.profiles import (
    Brand,
    CompanyProfile,
    Contact,
    ContactFlags,
    CustomerKind,
    CustomerProfile,
    EmailAddress,
    EmailFlags,
    Phone,
    QuietHours,
    ServiceAddress,
)
from contracts.topics import JOBS, Topic
from deploy.sandbox.identity.personas import Company as Identity
from servicekit.cloudevents import headers_of

COMPANY = Identity("bench", "Northside Plumbing & Heating")
COMPANY_ID = COMPANY.id
STATUS = Status(
    id=starter_id(COMPANY_ID, "status", "scheduled"),
    name="Scheduled",
    colour="#1f6feb",
    closes=False,
    allow_tech_skip=False,
    hold_seconds=0,
)
MIDNIGHT = datetime.min.time()
NAMES = ("Maria Lee", "Samuel Adeyemi", "Ellen Marsh", "Zoë Brandt", "Noor Haddad", "José Álvarez", "Ana Kovač")
STREETS = ("Elm St", "Larimer Street", "Juniper Court", "E Colfax Ave", "Pearl St")


def company() -> CompanyProfile:
    """The company, with a brand that a real one would have."""
    brand = Brand(
        colour="#0b6e4f",
        logo_url="https://northside-plumbing.example/logo.png",
        email="office@northside-plumbing.example",
        phone="(303) 555-0134",
        website="https://northside-plumbing.example",
        postal_address="1200 Larimer Street, Denver, CO 80204",
        portal_url="https://portal.northside-plumbing.example",
    )
    return CompanyProfile(
        id=COMPANY_ID,
        company_id=COMPANY_ID,
        version=1,
        name=COMPANY.name,
        slug=COMPANY.slug,
        zone="America/Denver",
        brand=brand,
        quiet_hours=QuietHours(starts=MIDNIGHT, ends=MIDNIGHT),  # none: it is measured at any hour
    )


def customer(n: int) -> CustomerProfile:
    """Customer `n`: one contact, two phones, a service address."""
    name, id = NAMES[n % len(NAMES)], uuid5(COMPANY_ID, f"customer:{n}")
    contact = Contact(
        id=uuid5(id, "contact"),
        name=name,
        primary=True,
        emails=(EmailAddress(id=uuid5(id, "email"), address=f"customer{n}@example.com", flags=EmailFlags()),),
        phones=tuple(Phone(id=uuid5(id, f"phone:{p}"), number=f"+1303555{(n + p) % 10_000:04}") for p in range(2)),
        flags=ContactFlags(),
    )
    place = ServiceAddress(
        id=uuid5(id, "place"),
        line=f"{n + 1} {STREETS[n % len(STREETS)]}",
        city="Denver",
        state="CO",
        postal_code=f"{80200 + n % 100}",
        zone="America/Denver",
    )
    return CustomerProfile(
        id=id,
        company_id=COMPANY_ID,
        version=1,
        name=name,
        kind=CustomerKind.RESIDENTIAL,
        contacts=(contact,),
        service_addresses=(place,),
    )


def status_changed(person: CustomerProfile, number: int, now: datetime) -> StatusChanged:
    """A job of `person` was scheduled: two lines, a visit in a week (of which reminders will tell), a technician."""
    starts = now.replace(minute=0, second=0, microsecond=0) + timedelta(days=7)
    technician = Technician(id=COMPANY_ID, name="Sam Rivera", photo_url="https://northside-plumbing.example/sam.jpg")
    visit = Visit(
        id=uuid4(),
        starts_at=starts,
        ends_at=starts + timedelta(hours=2),
        zone="America/Denver",
        technicians=(technician,),
    )
    job = Job(
        id=uuid4(),
        company_id=COMPANY_ID,
        version=2,
        number=number,
        kind=JobKind.JOB,
        title="Replace water heater",
        status=STATUS,
        customer_id=person.id,
        service_address_id=person.service_addresses[0].id,
        visits=(visit,),
        lines=(
            Line(description="50 gallon gas water heater", quantity=Decimal(1), unit_price=Decimal("1290.00")),
            Line(description="Labour, two technicians", quantity=Decimal("3.5"), unit_price=Decimal("145.00")),
        ),
        currency="USD",
        total=Decimal("1797.50"),
        balance=Decimal("1797.50"),
        created_at=now,
    )
    return StatusChanged(job=job, command_id=uuid4(), actor=Actor(id="bench", role=Role.DISPATCHER))


@dataclass(frozen=True, slots=True)
class Record:
    """A message as it goes to Kafka."""

    id: str
    topic: str
    key: bytes
    value: bytes
    headers: Sequence[tuple[str, bytes]]


def record_of(topic: Topic, key: str, data: Contract) -> Record:
    """A message of `data`, told now."""
    id = str(uuid4())
    headers = headers_of(
        type(data),
        id=id,
        source=f"/{topic.owner}",
        subject=key,
        time=datetime.now(UTC),
        company_id=COMPANY_ID,
        traceparent=f"00-{uuid4().hex}-{id[-16:].replace('-', '0')}-01",
    )
    encoded = [(name, value.encode()) for name, value in headers.items()]
    return Record(id, topic.name, key.encode(), data.model_dump_json().encode(), encoded)


class Publisher:
    """Puts records on Kafka as the owners of the topics do."""

    def __init__(self, producer: AIOKafkaProducer) -> None:
        self._producer = producer

    @classmethod
    @asynccontextmanager
    async def open(cls, bootstrap: str) -> AsyncIterator["Publisher"]:
        """A producer with the relay's guarantees."""
        producer = AIOKafkaProducer(bootstrap_servers=bootstrap, acks="all", enable_idempotence=True, linger_ms=2)
        await producer.start()
        try:
            yield cls(producer)
        finally:
            await producer.stop()

    async def snapshots(self, topic: Topic, snapshots: Iterable[CompanyProfile | CustomerProfile]) -> None:
        """Publish profiles, and return when the broker has them."""
        await asyncio.gather(*[await self.send(record_of(topic, str(s.id), s)) for s in snapshots])

    async def event(self, event: StatusChanged) -> tuple[str, float]:
        """Publish one event; its id, and when it was handed to the producer."""
        record = record_of(JOBS, str(event.job.id), event)
        at = time.time()
        await self.send(record)
        return record.id, at

    async def send(self, record: Record) -> "asyncio.Future[object]":
        """Hand a record to the producer."""
        future: asyncio.Future[object] = await self._producer.send(
            record.topic, record.value, key=record.key, headers=record.headers
        )
        return future


def events(customers: int) -> Iterator[StatusChanged]:
    """Events without end, each of a job of its own, of one customer after the other."""
    people = [customer(n) for n in range(customers)]
    number = 0
    while True:
        number += 1
        yield status_changed(people[number % customers], number, datetime.now(UTC))
