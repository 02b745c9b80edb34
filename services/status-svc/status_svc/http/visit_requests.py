"""Customers ask in the portal to move or cancel a visit; the office accepts or declines (S4.2)."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Response

from contracts.jobs import Job, Role
from contracts.model import Flag
from servicekit.auth import Principal, require
from servicekit.db import Tx
from servicekit.http import Db
from servicekit.idempotency import Once, once
from servicekit.paging import DEFAULT_LIMIT, Page, encode_cursor
from status_svc.domain import visit_requests as rules
from status_svc.domain.fields import Draft, Paragraph
from status_svc.domain.visit_requests import State, VisitRequest, VisitRequestDraft, Window
from status_svc.http.acting import OFFICE, Office, commanded_by, json
from status_svc.http.pages import Cursor, Limit, number_in
from status_svc.http.portal import only_customer, seen_by
from status_svc.store import jobs, visit_requests
from status_svc.store.visit_requests import Filters

router = APIRouter(prefix="/v1/visit-requests", tags=["visit requests"])

Customer = Annotated[Principal, Depends(require(Role.CUSTOMER))]
Asking = Annotated[Principal, Depends(require(*OFFICE, Role.CUSTOMER))]


class Granted(Window):
    """The office does it: moves the visit to this time, else to the one asked for; cancels it without one."""

    notify: Flag = True


class Declined(Draft):
    """The office does not."""

    reason: Paragraph


@router.post("", status_code=201, response_model=VisitRequest)
async def ask_about_visit(body: VisitRequestDraft, request: Once, who: Customer, db: Db) -> Response:
    """Ask to move or cancel a visit of one's own that is to come. No message goes out; the office answers."""
    async with db.company(who.company) as tx:

        async def work() -> Response:
            only = await only_customer(tx, who, ())
            job = await jobs.locked_job(tx, body.job_id)
            seen_by(only, job)
            asked = rules.ask(commanded_by(who), job, body)
            await visit_requests.add(tx, who.company, asked)
            return json(asked, 201, location=f"{router.prefix}/{asked.id}")

        return await once(tx, request, who, work)


@router.get("", response_model=Page[VisitRequest])
async def list_visit_requests(
    who: Asking,
    db: Db,
    state: State | None = None,
    customer_id: UUID | None = None,
    job_id: UUID | None = None,
    cursor: Cursor = None,
    limit: Limit = DEFAULT_LIMIT,
) -> Page[VisitRequest]:
    """What was asked about visits, newest first; a customer sees their own."""
    below = number_in(cursor)
    async with db.company(who.company) as tx:
        filters = Filters(state, await only_customer(tx, who, OFFICE) or customer_id, job_id)
        found = await visit_requests.list_visit_requests(tx, filters, below=below, limit=limit + 1)
    page = found[:limit]
    items = [VisitRequest.model_validate(dict(row)) for row in page]
    return Page(items=items, next_cursor=encode_cursor(page[-1]["seq"]) if len(found) > limit else None)


@router.get("/{visit_request_id}")
async def read_visit_request(visit_request_id: UUID, who: Asking, db: Db) -> VisitRequest:
    """One request and its answer."""
    async with db.company(who.company) as tx:
        only = await only_customer(tx, who, OFFICE)
        found = await visit_requests.visit_request(tx, visit_request_id)
    if only not in (None, found.customer_id):
        raise visit_requests.NoSuchVisitRequest
    return found


@router.post("/{visit_request_id}/accept", response_model=VisitRequest)
async def accept_visit_request(visit_request_id: UUID, body: Granted, request: Once, who: Office, db: Db) -> Response:
    """Move or cancel the visit as the customer asked: the job is updated, and told of as any update."""
    async with db.company(who.company) as tx:

        async def work() -> Response:
            asked, job = await _locked(tx, visit_request_id)
            command = commanded_by(who, body.notify)
            answered, outcome = rules.accept(command, job, asked, body)
            await jobs.save(tx, job, outcome, command.now)
            await visit_requests.save(tx, answered)
            return json(answered)

        return await once(tx, request, who, work)


@router.post("/{visit_request_id}/decline", response_model=VisitRequest)
async def decline_visit_request(visit_request_id: UUID, body: Declined, request: Once, who: Office, db: Db) -> Response:
    """Leave the visit as it is, with words that the customer reads in the portal."""
    async with db.company(who.company) as tx:

        async def work() -> Response:
            asked, _ = await _locked(tx, visit_request_id)
            answered = rules.decline(commanded_by(who), asked, body.reason)
            await visit_requests.save(tx, answered)
            return json(answered)

        return await once(tx, request, who, work)


async def _locked(tx: Tx, visit_request_id: UUID) -> tuple[VisitRequest, Job]:
    """The request and its job, which nobody else answers or changes until this transaction ends."""
    asked = await visit_requests.visit_request(tx, visit_request_id)
    job = await jobs.locked_job(tx, asked.job_id)
    return await visit_requests.visit_request(tx, visit_request_id), job
