"""One story told by the golden messages: Northside fits a water heater for Maria Alvarez, and is paid."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from contracts.deliveries import Category, Channel, DeliveryState, DeliveryUpdated
from contracts.events import (
    Invoice,
    JobCreated,
    JobEvent,
    Payment,
    PaymentKind,
    ServiceRequest,
    ServiceRequestRejected,
)
from contracts.jobs import Actor, Job, JobKind, Line, Role, Status, Technician, Visit
from contracts.model import starter_id

MORNING = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)  # 8 o'clock in Denver
ZONE = "America/Denver"
COMPANY_ID = uuid5(NAMESPACE_URL, "https://fieldbell.dev/companies/northside-plumbing")


def an_id(name: str) -> UUID:
    """The id of a thing of the story: always the same."""
    return uuid5(COMPANY_ID, name)


CUSTOMER_ID, ADDRESS_ID, JOB_ID = an_id("customer"), an_id("service address"), an_id("job")
OFFICE = Actor(id="dana.whitfield", role=Role.DISPATCHER)
TECHNICIAN = Actor(id="sam.rivera", role=Role.TECH)


def a_status(slug: str, name: str, colour: str, *, closes: bool = False, hold_seconds: int = 0) -> Status:
    """A status of the starter catalogue."""
    id = starter_id(COMPANY_ID, "status", slug)
    return Status(id=id, name=name, colour=colour, closes=closes, allow_tech_skip=not closes, hold_seconds=hold_seconds)


ESTIMATE = a_status("estimate", "Estimate", "#8250df")
SCHEDULED = a_status("scheduled", "Scheduled", "#1f6feb")
ON_THE_WAY = a_status("on-the-way", "On the way", "#bf8700", hold_seconds=60)
DONE = a_status("done", "Done", "#1a7f37", closes=True)

VISIT = Visit(
    id=an_id("visit"),
    starts_at=MORNING + timedelta(hours=2),
    ends_at=MORNING + timedelta(hours=4),
    zone=ZONE,
    technicians=(
        Technician(id=an_id("sam"), name="Sam Rivera", photo_url="https://northside-plumbing.example/team/sam.jpg"),
    ),
)
LINES = (
    Line(description="Water heater, 50 gal", quantity=Decimal(1), unit_price=Decimal("1180.00")),
    Line(description="Labour", quantity=Decimal("2.5"), unit_price=Decimal("120.00")),
)


def a_job(version: int, status: Status, **over: Any) -> Job:
    """Job 1042 as it stood at `version`."""
    known: dict[str, Any] = {
        "id": JOB_ID,
        "company_id": COMPANY_ID,
        "version": version,
        "number": 1042,
        "external_id": "QB-88213",
        "kind": JobKind.JOB,
        "title": "Replace water heater",
        "status": status,
        "customer_id": CUSTOMER_ID,
        "service_address_id": ADDRESS_ID,
        "visits": (VISIT,),
        "lines": LINES,
        "currency": "USD",
        "total": Decimal("1480.00"),
        "balance": Decimal("1480.00"),
        "created_at": MORNING,
    }
    return Job(**known | over)


def an_event(type_: type[JobEvent], job: Job, actor: Actor = OFFICE, **over: Any) -> JobEvent:
    """What `actor` did to `job`; each version of it is a command of its own."""
    return type_(job=job, command_id=an_id(f"command {job.version}"), actor=actor, **over)


ESTIMATED = a_job(1, ESTIMATE, kind=JobKind.ESTIMATE)
SENT = a_job(2, ESTIMATE, kind=JobKind.ESTIMATE)
LAST_DAY = date(2026, 12, 23)
BOOKED = a_job(3, SCHEDULED, previous_status=ESTIMATE)
AN_HOUR = timedelta(hours=1)
MOVED_VISIT = VISIT.model_copy(
    update={"starts_at": VISIT.starts_at + AN_HOUR, "ends_at": VISIT.ends_at + AN_HOUR, "schedule_version": 2}
)
MOVED = a_job(4, SCHEDULED, visits=(MOVED_VISIT,))
UNDER_WAY = a_job(5, ON_THE_WAY, previous_status=SCHEDULED, visits=(MOVED_VISIT,))
CLOSED = a_job(6, DONE, previous_status=ON_THE_WAY, visits=(MOVED_VISIT,), closed_at=MORNING + timedelta(hours=7))
INVOICE = Invoice(
    id=an_id("invoice"),
    number="INV-1042",
    total=Decimal("1480.00"),
    balance=Decimal("1480.00"),
    due_on=date(2026, 12, 23),
)
PAYMENT = Payment(
    id=an_id("payment"),
    kind=PaymentKind.INVOICE,
    amount=Decimal("1480.00"),
    method="card",
    received_at=MORNING + timedelta(hours=8),
)
SETTLED = CLOSED.model_copy(update={"version": 7, "balance": Decimal("0.00")})
REOPENED = a_job(8, ON_THE_WAY, previous_status=DONE, visits=(MOVED_VISIT,), balance=Decimal("0.00"))
CANCELLED = a_job(
    9,
    ON_THE_WAY,
    previous_status=DONE,
    visits=(MOVED_VISIT.model_copy(update={"cancelled": True}),),
    balance=Decimal("0.00"),
    cancelled_at=MORNING + timedelta(hours=10),
)
PAID = INVOICE.model_copy(update={"balance": Decimal("0.00")})
REQUEST = ServiceRequest(
    id=an_id("request"),
    company_id=COMPANY_ID,
    version=1,
    customer_id=CUSTOMER_ID,
    service_address_id=ADDRESS_ID,
    summary="No hot water since this morning",
    received_at=MORNING - timedelta(hours=1),
)
ACCEPTED = REQUEST.model_copy(update={"version": 2, "job_id": JOB_ID})
REJECTION = ServiceRequestRejected(
    request=REQUEST.model_copy(update={"version": 2}),
    command_id=an_id("rejected"),
    actor=OFFICE,
    reason="We do not serve this area yet.",
)
DELIVERY = DeliveryUpdated(
    id=an_id("delivery"),
    company_id=COMPANY_ID,
    event_id=an_id(f"event {JobCreated.__name__}"),
    trigger="job_created",
    category=Category.CONFIRMATION,
    channel=Channel.EMAIL,
    state=DeliveryState.SENT,
    rule_id=starter_id(COMPANY_ID, "rule", "job-created"),
    template_id=starter_id(COMPANY_ID, "template", "job-created"),
    template_version=1,
    job_id=JOB_ID,
    customer_id=CUSTOMER_ID,
    recipient_id=an_id("contact"),
    masked_address="m***@example.com",
    attempt=1,
    occurred_at=MORNING,
    updated_at=MORNING + timedelta(seconds=1),
)
