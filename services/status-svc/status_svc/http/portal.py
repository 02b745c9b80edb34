"""What customers may see: their own jobs and requests, without what is the office's, while their account is open."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from contracts.jobs import Job, JobKind, Line, Role
from contracts.model import Money
from servicekit.auth import Principal
from servicekit.db import Tx
from servicekit.errors import Forbidden
from status_svc.domain.customers import check_open
from status_svc.store import copies, jobs


class Seen(BaseModel):
    """Fields of a contract that its customer may see; those not named stay here."""

    model_config = ConfigDict(from_attributes=True)


class SeenStatus(Seen):
    """How far the job is."""

    name: str
    colour: str


class SeenTechnician(Seen):
    """Who comes to the door."""

    name: str
    photo_url: str | None


class SeenVisit(Seen):
    """One appointment."""

    id: UUID
    starts_at: datetime
    ends_at: datetime
    zone: str
    technicians: tuple[SeenTechnician, ...]
    cancelled: bool


class CustomersJob(Seen):
    """A job as its customer sees it: no ids of other systems, no settings of statuses, no versions."""

    id: UUID
    number: int
    kind: JobKind
    title: str
    status: SeenStatus
    service_address_id: UUID
    visits: tuple[SeenVisit, ...]
    lines: tuple[Line, ...]
    currency: str
    total: Money
    balance: Money
    created_at: datetime
    closed_at: datetime | None
    cancelled_at: datetime | None


async def only_customer(tx: Tx, who: Principal, may_see_all: Collection[Role]) -> UUID | None:
    """The one customer whose things `who` may see and do; `None` where a role of theirs may for all.

    Raises `Forbidden` for a token without a customer, `AccountClosed` for one who is blocked, archived or gone (D11).
    """
    if who.roles & set(may_see_all):
        return None
    if who.customer_id is None:
        raise Forbidden("The token names no customer.")
    check_open(await copies.known_customer(tx, who.customer_id))
    return who.customer_id


def seen_by(customer_id: UUID | None, job: Job) -> Job | CustomersJob:
    """The job as `only_customer` may see it. Raises `NoSuchJob` for somebody else's."""
    if customer_id is None:
        return job
    if customer_id != job.customer_id:
        raise jobs.NoSuchJob
    return CustomersJob.model_validate(job)
