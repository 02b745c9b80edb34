"""From what is asked of a dry run to what would have happened: jobs, statuses and customers looked up, and checked."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from pydantic import AwareDatetime, Field

from contracts import events
from contracts.customer_requests import InvitationRequested
from contracts.jobs import Job
from contracts.model import Flag
from contracts.profiles import CompanyProfile, CustomerProfile, StatusEntry
from contracts.triggers import SCHEDULED, Trigger
from notifier_svc import dryrun
from notifier_svc.domain.dryrun import (
    ABOUT_ACCOUNT,
    ABOUT_REQUEST,
    Act,
    Imagined,
    about_account,
    about_request,
)
from notifier_svc.domain.keys import Keys
from notifier_svc.domain.occasions import a_booking
from notifier_svc.store import dryrun as store
from notifier_svc.store import statuses
from servicekit.db import Tx
from servicekit.errors import Conflict, NotFound, Unavailable, Unprocessable
from servicekit.http import Body

OLDEST = timedelta(days=90)
BOOKED = {Trigger.JOB_CREATED, Trigger.ESTIMATE_CREATED}
_OF_MONEY = {Trigger.PAYMENT_RECEIVED, Trigger.INVOICE_ISSUED}
"""It comes for cancelled jobs, too."""


class JobIsOver(Conflict):
    """This job is cancelled: nothing of the kind can happen to it any more."""

    slug = "job-cancelled"


class StatusRetired(Conflict):
    """This status is not in use any more."""

    slug = "status-retired"


class DryRunBody(Body):
    """What might happen, and to whom."""

    trigger: Trigger
    job_ids: list[UUID] = Field(default_factory=list, max_length=50)
    """The jobs it happens to, each; of a request or an account: whose customers it is about."""
    customer_id: UUID | None = None
    """In place of jobs, for a request, an account, or a job that is not booked yet: that one is made up."""
    service_address_id: UUID | None = None
    """Of a request or a booking, with `customer_id`; their first address where absent."""
    contact_id: UUID | None = None
    """Of an account: who is invited; the primary contact where absent."""
    status_id: UUID | None = None
    """Of `status_set`: which one; the job's own, set anew, where absent. One that closes tells of that, too."""
    notify: Flag = True
    """What whoever does it answers to whether the customer is told."""
    happened_at: AwareDatetime | None = None
    """When it happened, where the news is late: within the last ninety days; now where absent."""
    previews: int = Field(10, ge=0, le=50)
    """How many of the messages that would go are filled in, the first ones."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked, by whom and when."""

    body: DryRunBody
    company_id: UUID
    now: datetime
    window: timedelta
    """How long changes of a job gather."""

    @property
    def act(self) -> Act:
        """What would happen. Raises `Unprocessable`."""
        at = self.body.happened_at or self.now
        if not self.now - OLDEST <= at <= self.now:
            raise Unprocessable("It happened now or within the last ninety days.")
        return Act(self.body.trigger, at, self.body.notify)


async def imagined(tx: Tx, keys: Keys, asked: Asked) -> list[Imagined]:
    """What would have happened. Raises `NotFound`, `Conflict`, `Unprocessable`, `Unavailable`."""
    trigger, act = asked.body.trigger, asked.act
    jobs = await _jobs(tx, asked.body.job_ids)
    to_book = trigger in BOOKED and not jobs and asked.body.customer_id
    if trigger in ABOUT_REQUEST or trigger in ABOUT_ACCOUNT or to_book:
        return await _about_customers(tx, asked, jobs)
    if not jobs:
        raise Unprocessable("Name the job that it happens to.")
    if trigger in SCHEDULED:
        return await dryrun.to_come(tx, keys, trigger, jobs, asked.now)
    if trigger not in _OF_MONEY and any(job.cancelled_at for job in jobs):
        raise JobIsOver
    act = replace(act, status=await _status(tx, asked.body.status_id))
    return [each for job in jobs for each in await dryrun.happening(tx, act, job, asked.now, asked.window)]


async def _jobs(tx: Tx, job_ids: Sequence[UUID]) -> list[Job]:
    found = await store.jobs_of(tx, job_ids)
    unknown = [str(id) for id in job_ids if id not in found]
    if unknown:
        raise NotFound("There is no such job, or its customer was deleted.", job_ids=unknown)
    return [found[id] for id in dict.fromkeys(job_ids)]


async def _status(tx: Tx, status_id: UUID | None) -> StatusEntry | None:
    if status_id is None:
        return None
    status = await statuses.find(tx, status_id)
    if status is None:
        raise NotFound("There is no such status.")
    if not status.active:
        raise StatusRetired
    return status


async def _about_customers(tx: Tx, asked: Asked, jobs: Sequence[Job]) -> list[Imagined]:
    """Of each job the customer, at the job's address; else the one that is named."""
    body = asked.body
    places: list[tuple[UUID, UUID | None]] = [(job.customer_id, job.service_address_id) for job in jobs]
    named = places or ([(body.customer_id, body.service_address_id)] if body.customer_id else [])
    if not named:
        raise Unprocessable("Name the customer, or a job of theirs.")
    company, customers = await store.profiles(tx, asked.company_id, {customer_id for customer_id, _ in named})
    if company is None:
        raise Unavailable("The company's profile has not arrived yet.")
    if any(customer_id not in customers for customer_id, _ in named):
        if jobs:  # where they were deleted, so were their jobs
            raise Unavailable("The customer's profile has not arrived yet.")
        raise NotFound("There is no such customer.")
    told = [_about(asked, customers[customer_id], address_id, company) for customer_id, address_id in named]
    return [dryrun.imagined(each, asked.company_id, asked.act.at, asked.now) for each in told]


def _about(
    asked: Asked, customer: CustomerProfile, address_id: UUID | None, company: CompanyProfile
) -> events.ServiceRequestEvent | events.JobEvent | InvitationRequested:
    if asked.body.trigger in ABOUT_ACCOUNT:
        told = about_account(asked.act, customer, asked.body.contact_id)
        if told is None:
            raise NotFound("The customer has no such contact.")
        return told
    known = [place.id for place in customer.service_addresses if address_id in (None, place.id)]
    if not known:
        raise NotFound("The customer has no such service address.")
    if asked.body.trigger in BOOKED:
        act = asked.act
        return a_booking(act.trigger, customer, known[0], company, act.at, act.notify)
    return about_request(asked.act, customer, known[0], company)
