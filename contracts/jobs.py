"""A job as every event carries it: whole, so that no reader has to ask back."""

from datetime import timedelta
from enum import StrEnum
from uuid import UUID

from contracts.model import Contract, Instant, Money, Quantity


class JobKind(StrEnum):
    """What the office and the customer call it."""

    ESTIMATE = "estimate"
    JOB = "job"


class Role(StrEnum):
    """Who may act (requirements G20)."""

    ADMIN = "admin"
    DISPATCHER = "dispatcher"
    TECH = "tech"
    CUSTOMER = "customer"
    SERVICE = "service"


class Actor(Contract):
    """Who did it: a person of the company, a customer, or a service."""

    id: str
    """The token's subject."""
    role: Role


class Status(Contract):
    """A work-order status as it stood when the event happened."""

    id: UUID
    name: str
    colour: str
    """`#rrggbb`."""
    closes: bool
    """Setting it closes the work order."""
    allow_tech_skip: bool
    """Technicians are asked, each time, whether the customer is told (S1.10, S1.11)."""
    hold_seconds: int
    """How long messages of this status wait, so that a mistake can be undone (G7)."""


class Technician(Contract):
    """Who comes to the door."""

    id: UUID
    name: str
    photo_url: str | None = None


class Visit(Contract):
    """One appointment of a job (G21)."""

    id: UUID
    starts_at: Instant
    ends_at: Instant
    """End of the arrival window."""
    zone: str
    """IANA zone of the service address: visit times are told in it (D10)."""
    technicians: tuple[Technician, ...] = ()
    cancelled: bool = False
    schedule_version: int = 1
    """Raised only when its time changes; reminders are keyed to it (G6)."""

    @property
    def window(self) -> timedelta:
        """Length of the arrival window."""
        return self.ends_at - self.starts_at


class Line(Contract):
    """One line of the estimate or work order."""

    description: str
    quantity: Quantity
    unit_price: Money


class Job(Contract):
    """A whole job: the newest `version` wins."""

    id: UUID
    company_id: UUID
    version: int
    number: int
    """Counted per company; what people say on the phone."""
    external_id: str | None = None
    kind: JobKind
    title: str
    status: Status
    previous_status: Status | None = None
    customer_id: UUID
    service_address_id: UUID
    visits: tuple[Visit, ...] = ()
    lines: tuple[Line, ...] = ()
    currency: str
    """ISO 4217."""
    total: Money
    balance: Money
    """What is still to pay."""
    created_at: Instant
    status_set_at: Instant | None = None
    """When its status was set; set anew it is another moment. None in data from before this was kept."""
    closed_at: Instant | None = None
    cancelled_at: Instant | None = None
