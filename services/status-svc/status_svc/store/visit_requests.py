"""What customers ask for about a visit. Whoever writes one holds the lock of its job."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import asyncpg

from contracts.jobs import Job
from servicekit.db import Tx
from servicekit.errors import NotFound
from status_svc.domain.visit_requests import GONE, AlreadyAsked, State, VisitRequest, answerable
from status_svc.store.queries import queries, rows


class NoSuchVisitRequest(NotFound):
    """There is no such request about a visit."""

    slug = "no-such-visit-request"


@dataclass(frozen=True, slots=True)
class Filters:
    """Which to list; `None` does not filter."""

    state: State | None = None
    customer_id: UUID | None = None
    job_id: UUID | None = None


async def visit_request(tx: Tx, id: UUID) -> VisitRequest:
    """One request. Raises `NoSuchVisitRequest`."""
    row = await queries.get_visit_request(tx, id)
    if row is None:
        raise NoSuchVisitRequest
    return VisitRequest.model_validate(dict(row))


async def list_visit_requests(tx: Tx, filters: Filters, *, below: int | None, limit: int) -> Sequence[asyncpg.Record]:
    """Requests with their `seq`, newest first."""
    f = filters
    return await rows(queries.list_visit_requests(tx, below, f.state, f.customer_id, f.job_id, limit))


async def add(tx: Tx, company_id: UUID, asked: VisitRequest) -> None:
    """Store a new one. Raises `AlreadyAsked` while another about the same visit is open."""
    if await queries.has_open_visit_request(tx, asked.visit_id):
        raise AlreadyAsked
    a = asked
    about = (a.customer_id, a.job_id, a.visit_id, a.wish, a.starts_at, a.ends_at, a.words, a.asked_at)
    await queries.add_visit_request(tx, company_id, a.id, a.state, *about)


async def close_gone(tx: Tx, job: Job, at: datetime) -> None:
    """Decline what was asked about visits that the job has no more, or that are cancelled: nobody could accept it."""
    await queries.decline_gone_visit_requests(tx, job.id, answerable(job), GONE, at)


async def save(tx: Tx, answered: VisitRequest) -> None:
    """Store the office's answer."""
    await queries.save_visit_request(tx, answered.id, answered.state, answered.reason, answered.answered_at)
