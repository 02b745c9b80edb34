"""Ready-made jobs, statuses and commands for tests; name what matters, the rest is filled in."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from contracts.jobs import Actor, Job, JobKind, Role
from contracts.profiles import StatusEntry
from status_svc.domain import booking, catalogue
from status_svc.domain.booking import JobDraft, LineDraft
from status_svc.domain.command import Command
from status_svc.domain.customers import KnownAddress, KnownCompany, KnownCustomer
from status_svc.domain.visits import TechnicianDraft, VisitDraft

NOW = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
COMPANY = KnownCompany(id=uuid4(), company_id=uuid4(), version=1, zone="America/Denver", currency="USD")
HOME = KnownAddress(id=uuid4(), zone="America/Denver")
CABIN = KnownAddress(id=uuid4(), zone="America/Los_Angeles")
SAM = TechnicianDraft(id=uuid4(), name="Sam Rivera")
ALEX = TechnicianDraft(id=uuid4(), name="Alex Kim")

STARTERS = {entry.name: entry for entry in catalogue.starters(COMPANY.id)}
SCHEDULED, ON_THE_WAY, DONE = STARTERS["Scheduled"], STARTERS["On the way"], STARTERS["Done"]


def a_command(role: Role = Role.DISPATCHER, *, notify: bool = True, now: datetime = NOW) -> Command:
    return Command(uuid4(), Actor(id="user-1", role=role), now, notify)


def a_customer(**over: Any) -> KnownCustomer:
    known = {"id": uuid4(), "company_id": COMPANY.id, "version": 1, "service_addresses": (HOME, CABIN)}
    return KnownCustomer.model_validate(known | over)


def a_visit(
    day: int = 0, *, id: UUID | None = None, hours: int = 2, technicians: tuple[TechnicianDraft, ...] = (SAM,)
) -> Any:
    starts_at = NOW + timedelta(days=day + 1)
    return VisitDraft(id=id, starts_at=starts_at, ends_at=starts_at + timedelta(hours=hours), technicians=technicians)


def a_line(price: str = "240.00", quantity: str = "2") -> LineDraft:
    return LineDraft.model_validate({"description": "Labour", "quantity": quantity, "unit_price": price})


def a_draft(customer: KnownCustomer, **over: Any) -> JobDraft:
    draft = {
        "title": "Water heater",
        "customer_id": customer.id,
        "service_address_id": HOME.id,
        "visits": (a_visit(),),
        "lines": (a_line(),),
    }
    return JobDraft.model_validate(draft | over)


def a_booked(customer: KnownCustomer | None = None, *, start: StatusEntry = SCHEDULED, **over: Any) -> Job:
    """A job of 480.00 with one visit, just booked."""
    customer = customer or a_customer()
    draft = a_draft(customer, **over)
    return booking.book(a_command(), draft, number=1001, start=start, company=COMPANY, customer=customer).job


def an_estimate() -> Job:
    return a_booked(kind=JobKind.ESTIMATE, start=STARTERS["Estimate"])


def event_names(events: tuple[object, ...]) -> list[str]:
    return [type(event).__name__ for event in events]
