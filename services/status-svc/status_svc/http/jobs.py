"""Jobs: book, read, list, change, and keep in step with another system."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response
from pydantic import Field

from contracts.jobs import Job
from contracts.model import Flag
from servicekit.db import Tx
from servicekit.errors import Conflict, Unprocessable
from servicekit.http import Db, Moment
from servicekit.idempotency import Once, once
from servicekit.paging import DEFAULT_LIMIT, Page, encode_cursor
from servicekit.preconditions import IfMatch, OnceIfMatch, etag
from status_svc.domain import booking, catalogue
from status_svc.domain.booking import JobDraft, JobEdit
from status_svc.domain.command import Command, Outcome
from status_svc.domain.fields import ExternalId, Title
from status_svc.domain.service_requests import booked
from status_svc.http.acting import (
    STAFF,
    Office,
    OtherSystem,
    Reader,
    act,
    check_if_match,
    commanded_by,
    job_answer,
    json,
)
from status_svc.http.pages import Cursor, Limit, number_in
from status_svc.http.portal import CustomersJob, only_customer, seen_by
from status_svc.store import copies, jobs, service_requests, statuses, technicians
from status_svc.store.jobs import Filters

router = APIRouter(prefix="/v1", tags=["jobs"])

Revision = Annotated[int, Field(ge=0, lt=2**63)]
Number = Annotated[int | None, Query(ge=1, le=2**31 - 1)]


class ExternalIdTaken(Conflict):
    """Another job has this external id."""

    slug = "external-id-taken"


class NewJob(JobDraft):
    """A job to book."""

    service_request_id: UUID | None = None
    """The accepted request that it is booked for."""
    notify: Flag = True


class ExternalJob(JobDraft):
    """A job as another system has it."""

    notify: Flag = True
    revision: Revision | None = None
    """Counted by the other system: what is not newer than what came before changes nothing."""


class ChangedJob(JobEdit):
    """What to change of a job; visits and lines are given whole."""

    notify: Flag = True


@router.post("/jobs", status_code=201, response_model=Job)
async def book(body: NewJob, request: Once, who: Office, db: Db) -> Response:
    """Book a job or an estimate."""
    async with db.company(who.company) as tx:

        async def work() -> Response:
            if body.external_id and await jobs.locked_job_of(tx, who.company, body.external_id):
                raise ExternalIdTaken
            asked = body.service_request_id and await service_requests.locked_request(tx, body.service_request_id)
            draft = await technicians.with_photos(tx, body)
            job = await _book(tx, commanded_by(who, body.notify), who.company, draft)
            if asked:
                before = await jobs.locked_job(tx, asked.job_id) if asked.job_id else None
                await service_requests.keep(tx, booked(asked, job, before))
            return _booked(job)

        return await once(tx, request, who, work)


@router.get("/jobs")
async def list_jobs(
    who: Reader,
    db: Db,
    status_id: UUID | None = None,
    customer_id: UUID | None = None,
    number: Number = None,
    text: Title | None = None,
    cancelled: Annotated[bool | None, Query(description="only those that are cancelled, or are not")] = None,
    technician_id: Annotated[UUID | None, Query(description="who comes on some visit")] = None,
    visit_since: Annotated[Moment | None, Query(description="such a visit ends after this")] = None,
    visit_until: Annotated[Moment | None, Query(description="and begins before this")] = None,
    cursor: Cursor = None,
    limit: Limit = DEFAULT_LIMIT,
) -> Page[Job | CustomersJob]:
    """The company's jobs and estimates, newest first; a customer sees their own, whatever the query says (S4.2)."""
    below = number_in(cursor)
    async with db.company(who.company) as tx:
        only = await only_customer(tx, who, STAFF)
        visited = (technician_id, visit_since, visit_until)
        filters = Filters(status_id, only or customer_id, number, text, cancelled, *visited)
        found = await jobs.list_jobs(tx, filters, below=below, limit=limit + 1)
    page = found[:limit]
    items = [seen_by(only, job) for job in page]
    return Page(items=items, next_cursor=encode_cursor(page[-1].number) if len(found) > limit else None)


@router.get("/jobs/{job_id}", response_model=Job | CustomersJob)
async def read_job(job_id: UUID, who: Reader, db: Db) -> Response:
    """One job; its ETag is what a change must name. A customer's own (S4.2), without what is the office's."""
    async with db.company(who.company) as tx:
        only = await only_customer(tx, who, STAFF)
        job = await jobs.job(tx, job_id)
    return json(seen_by(only, job), etag=etag(job.version))


@router.patch("/jobs/{job_id}", response_model=Job)
async def change_job(job_id: UUID, body: ChangedJob, request: OnceIfMatch, who: Office, db: Db) -> Response:
    """Change what was booked. Needs If-Match."""

    async def decide(tx: Tx, command: Command, job: Job) -> Outcome:
        edit = await technicians.with_photos(tx, body)
        return booking.update(command, job, edit, await copies.customer(tx, job.customer_id))

    return await act(db, request, who, job_id, decide, notify=body.notify)


@router.put("/jobs/by-external-id/{external_id}", response_model=Job, responses={201: {"model": Job}})
async def upsert(external_id: ExternalId, body: ExternalJob, request: IfMatch, who: OtherSystem, db: Db) -> Response:
    """Book the job that another system knows by `external_id`, or bring it up to date (G18).

    The same again changes nothing, and neither does an older `revision`: both are answered with the job as it stands.
    """
    if body.external_id not in (None, external_id):
        raise Unprocessable("The body names another external id.")
    async with db.company(who.company) as tx:
        job = await jobs.locked_job_of(tx, who.company, external_id)  # before what others may change is read
        draft = await technicians.with_photos(tx, body.model_copy(update={"external_id": external_id}))
        command = commanded_by(who, body.notify)
        if job is None:
            job = await _book(tx, command, who.company, draft)
            await jobs.is_news(tx, external_id, body.revision)
            return _booked(job)
        check_if_match(request, job.version)
        if not await jobs.is_news(tx, external_id, body.revision):
            return job_answer(job)
        customer = await copies.customer(tx, job.customer_id)
        outcome = booking.update(command, job, booking.edit_of(draft, job), customer)
        await jobs.save(tx, job, outcome, command.now)
        return job_answer(outcome.job)


async def _book(tx: Tx, command: Command, company_id: UUID, draft: JobDraft) -> Job:
    """Book `draft`. The number is taken last, because other bookings wait for it."""
    company = await copies.company(tx, company_id)
    customer = await copies.customer(tx, draft.customer_id)
    start = await statuses.status(tx, draft.status_id or catalogue.start_of(company_id, draft.kind))
    number = await jobs.next_number(tx, company_id)
    outcome = booking.book(command, draft, number=number, start=start, company=company, customer=customer)
    await jobs.add(tx, outcome, command.now)
    return outcome.job


def _booked(job: Job) -> Response:
    answer = job_answer(job, 201)
    answer.headers["location"] = f"/v1/jobs/{job.id}"
    return answer
