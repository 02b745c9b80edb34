"""Service requests: customers ask in the portal (or the office for them), the office answers."""

from collections.abc import Awaitable, Callable
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response

from contracts.jobs import Role
from contracts.model import Flag
from servicekit.auth import Principal, require
from servicekit.db import Database, Tx
from servicekit.errors import Forbidden, Unprocessable
from servicekit.http import Db
from servicekit.idempotency import Once, Repeatable, once
from servicekit.paging import DEFAULT_LIMIT, Page, encode_cursor
from status_svc.domain import service_requests as rules
from status_svc.domain.command import Command
from status_svc.domain.fields import Draft, Paragraph
from status_svc.domain.service_requests import Answered, RequestDraft, RequestRecord, RequestState
from status_svc.http.acting import OFFICE, Office, commanded_by, json
from status_svc.http.pages import Cursor, Limit, number_in
from status_svc.http.portal import only_customer
from status_svc.store import copies, jobs, service_requests
from status_svc.store.service_requests import Filters

router = APIRouter(prefix="/v1/service-requests", tags=["service requests"])

Asking = Annotated[Principal, Depends(require(*OFFICE, Role.CUSTOMER))]
Decide = Callable[[Tx, Command, RequestRecord], Awaitable[Answered]]


class NewRequest(RequestDraft):
    """A request; the office names the customer, a customer asks for themself."""

    customer_id: UUID | None = None
    notify: Flag = True


class Acceptance(Draft):
    """The office takes it on; `job_id` is what was booked for it."""

    job_id: UUID | None = None
    notify: Flag = True


class Rejection(Draft):
    """The office turns it down."""

    reason: Paragraph | None = None
    notify: Flag = True


@router.post("", status_code=201, response_model=RequestRecord)
async def ask(body: NewRequest, request: Once, who: Asking, db: Db) -> Response:
    """Ask for a visit (S4.2)."""
    async with db.company(who.company) as tx:
        customer_id = await only_customer(tx, who, OFFICE) or body.customer_id
        if customer_id is None:
            raise Unprocessable("Name the customer.")
        if body.customer_id not in (None, customer_id):
            raise Forbidden("Customers ask for themselves.")

        async def work() -> Response:
            command = commanded_by(who, body.notify)
            received = rules.receive(command, body, await copies.customer(tx, customer_id))
            await service_requests.add(tx, received, command.now)
            return json(received.request, 201, location=f"/v1/service-requests/{received.request.id}")

        return await once(tx, request, who, work)


@router.get("", response_model=Page[RequestRecord])
async def list_requests(
    who: Asking,
    db: Db,
    state: RequestState | None = None,
    customer_id: UUID | None = None,
    job_id: Annotated[UUID | None, Query(description="those that this job was booked for")] = None,
    cursor: Cursor = None,
    limit: Limit = DEFAULT_LIMIT,
) -> Page[RequestRecord]:
    """Requests, newest first; a customer sees their own."""
    below = number_in(cursor)
    async with db.company(who.company) as tx:
        filters = Filters(state, await only_customer(tx, who, OFFICE) or customer_id, job_id)
        found = await service_requests.list_requests(tx, filters, below=below, limit=limit + 1)
    page = found[:limit]
    items = [RequestRecord.model_validate(dict(row)) for row in page]
    return Page(items=items, next_cursor=encode_cursor(page[-1]["seq"]) if len(found) > limit else None)


@router.get("/{request_id}", response_model=RequestRecord)
async def read_request(request_id: UUID, who: Asking, db: Db) -> RequestRecord:
    """One request and its answer."""
    async with db.company(who.company) as tx:
        only = await only_customer(tx, who, OFFICE)
        found = await service_requests.request(tx, request_id)
    if only not in (None, found.customer_id):
        raise service_requests.NoSuchRequest
    return found


@router.post("/{request_id}/accept", response_model=RequestRecord)
async def accept(request_id: UUID, body: Acceptance, request: Once, who: Office, db: Db) -> Response:
    """Accept the request (D3)."""

    async def decide(tx: Tx, command: Command, asked: RequestRecord) -> Answered:
        job = await jobs.job(tx, body.job_id) if body.job_id else None
        return rules.accept(command, asked, job)

    return await _answer(db, request, who, request_id, decide, notify=body.notify)


@router.post("/{request_id}/reject", response_model=RequestRecord)
async def reject(request_id: UUID, body: Rejection, request: Once, who: Office, db: Db) -> Response:
    """Turn the request down."""

    async def decide(_: Tx, command: Command, asked: RequestRecord) -> Answered:
        return rules.reject(command, asked, body.reason)

    return await _answer(db, request, who, request_id, decide, notify=body.notify)


async def _answer(
    db: Database, request: Repeatable, who: Principal, request_id: UUID, decide: Decide, *, notify: bool
) -> Response:
    """Lock the request, let the domain decide, save the answer with its event, all in one transaction."""
    async with db.company(who.company) as tx:

        async def work() -> Response:
            command = commanded_by(who, notify)
            answered = await decide(tx, command, await service_requests.locked_request(tx, request_id))
            await service_requests.save(tx, answered, command.now)
            return json(answered.request)

        return await once(tx, request, who, work)
