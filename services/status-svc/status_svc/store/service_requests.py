"""Service requests and their publication."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import asyncpg

from contracts import topics
from servicekit import outbox
from servicekit.db import Tx
from servicekit.errors import NotFound
from status_svc.domain.service_requests import Answered, RequestRecord, RequestState
from status_svc.store.queries import queries, rows


class NoSuchRequest(NotFound):
    """There is no such service request."""

    slug = "no-such-request"


@dataclass(frozen=True, slots=True)
class Filters:
    """Which requests."""

    state: RequestState | None = None
    customer_id: UUID | None = None
    job_id: UUID | None = None


async def request(tx: Tx, id: UUID) -> RequestRecord:
    """One request. Raises `NoSuchRequest`."""
    return _record(await queries.get_request(tx, id))


async def locked_request(tx: Tx, id: UUID) -> RequestRecord:
    """One request that nobody else answers until this transaction ends. Raises `NoSuchRequest`."""
    return _record(await queries.get_request_for_update(tx, id))


async def list_requests(tx: Tx, filters: Filters, *, below: int | None, limit: int) -> Sequence[asyncpg.Record]:
    """Requests with their `seq`, newest first."""
    return await rows(queries.list_requests(tx, below, filters.state, filters.customer_id, filters.job_id, limit))


async def add(tx: Tx, received: Answered, at: datetime) -> None:
    """Store a new request and publish it."""
    r = received.request
    await queries.add_request(
        tx, r.company_id, r.id, r.version, r.state, r.customer_id, r.service_address_id, r.summary, r.received_at
    )
    await _publish(tx, received, at)


async def save(tx: Tx, answered: Answered, at: datetime) -> None:
    """Store the answer to a locked request and publish it."""
    await keep(tx, answered.request)
    await _publish(tx, answered, at)


async def keep(tx: Tx, r: RequestRecord) -> None:
    """Store a locked request with what nobody is told of."""
    await queries.save_request(tx, r.id, r.version, r.state, r.reason, r.job_id)


async def _publish(tx: Tx, answered: Answered, at: datetime) -> None:
    r = answered.request
    await outbox.add(tx, [outbox.Message(topics.JOBS, str(r.id), r.company_id, answered.event, time=at)])


def _record(row: asyncpg.Record | None) -> RequestRecord:
    if row is None:
        raise NoSuchRequest
    return RequestRecord.model_validate(dict(row))
