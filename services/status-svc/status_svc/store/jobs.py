"""Jobs: reading them whole, and saving what came of a command together with its events."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg

from contracts import topics
from contracts.jobs import Job
from contracts.model import Contract
from servicekit import outbox
from servicekit.db import Tx
from servicekit.errors import NotFound
from servicekit.outbox import Message
from status_svc.domain.command import Outcome
from status_svc.domain.history import differences
from status_svc.store import deadlines, money, visit_requests
from status_svc.store.queries import queries, rows

FIRST_NUMBER = 1001


class NoSuchJob(NotFound):
    """There is no such job."""

    slug = "no-such-job"


@dataclass(frozen=True, slots=True)
class Filters:
    """Which jobs to list; `None` does not filter."""

    status_id: UUID | None = None
    customer_id: UUID | None = None
    number: int | None = None
    text: str | None = None
    """Part of the title, or the external id."""
    cancelled: bool | None = None
    technician_id: UUID | None = None
    """Who comes, on a visit that takes place."""
    since: datetime | None = None
    until: datetime | None = None
    """When such a visit is on."""


async def job(tx: Tx, id: UUID) -> Job:
    """A job. Raises `NoSuchJob`."""
    row = await queries.get_job(tx, id)
    if row is None:
        raise NoSuchJob
    return _job(row)


async def locked_job(tx: Tx, id: UUID) -> Job:
    """A job that nobody else changes until this transaction ends. Raises `NoSuchJob`."""
    if await queries.lock_job(tx, id) is None:
        raise NoSuchJob
    return await job(tx, id)


async def locked_job_of(tx: Tx, company_id: UUID, external_id: str) -> Job | None:
    """The job with this external id, if any; nobody else changes or books it until this transaction ends."""
    await queries.wait_for_turn(tx, f"external id {company_id} {external_id}")
    id = await queries.lock_job_by_external_id(tx, external_id)
    return None if id is None else await job(tx, id)


async def known_by(tx: Tx, company_id: UUID, external_id: str) -> UUID | None:
    """The id of the job with this external id, if any; nobody else books it until this transaction ends."""
    await queries.wait_for_turn(tx, f"external id {company_id} {external_id}")
    id: UUID | None = await queries.job_id_by_external_id(tx, external_id)
    return id


async def is_news(tx: Tx, external_id: str, revision: int | None) -> bool:
    """Whether a revision of another system's job is newer than what came before; it is the newest from then on."""
    return revision is None or await queries.note_revision(tx, external_id, revision) is not None


async def list_jobs(tx: Tx, filters: Filters, *, below: int | None, limit: int) -> list[Job]:
    """Jobs with numbers under `below`, newest first."""
    f = filters
    visited = (f.technician_id, f.since, f.until)
    found = queries.list_jobs(tx, below, f.status_id, f.customer_id, f.number, f.text, limit, f.cancelled, *visited)
    return [_job(row) for row in await rows(found)]


async def board(tx: Tx, limit: int, count_to: int) -> Sequence[asyncpg.Record]:
    """Of each status its entry, how many jobs have it, and the newest `limit` of them; not of what is cancelled."""
    return await rows(queries.board(tx, limit, count_to))


async def next_number(tx: Tx, company_id: UUID) -> int:
    """The company's next job number. Others wait for it until this transaction ends; a rollback gives it back."""
    number: int = await queries.next_number(tx, company_id, FIRST_NUMBER)
    return number


async def add(tx: Tx, outcome: Outcome, at: datetime) -> None:
    """Store a new job and publish its events."""
    j = outcome.job
    await queries.add_job(
        tx,
        j.company_id,
        j.id,
        j.version,
        j.number,
        j.external_id,
        j.kind,
        j.title,
        j.status.id,
        j.previous_status and j.previous_status.id,
        j.customer_id,
        j.service_address_id,
        _lines(j),
        j.currency,
        j.total,
        j.created_at,
        j.status_set_at,
        j.closed_at,
        j.cancelled_at,
    )
    await _save_visits(tx, j)
    await money.save(tx, outcome)
    await _publish(tx, None, outcome, at)


async def save(tx: Tx, before: Job, outcome: Outcome, at: datetime) -> None:
    """Store what came of a command on a locked job, which stood at `before`, and publish its events."""
    if not outcome.events:
        return
    j = outcome.job
    await queries.save_job(
        tx,
        j.id,
        j.version,
        j.kind,
        j.title,
        j.status.id,
        j.previous_status and j.previous_status.id,
        j.service_address_id,
        _lines(j),
        j.total,
        j.status_set_at,
        j.closed_at,
        j.cancelled_at,
    )
    await _save_visits(tx, j)
    if j.cancelled_at or j.visits != before.visits:
        await visit_requests.close_gone(tx, j, at)
    await money.save(tx, outcome)
    await deadlines.keep(tx, outcome)
    await _publish(tx, before, outcome, at)


async def events_of(tx: Tx, job_id: UUID, *, after: int | None, limit: int) -> Sequence[asyncpg.Record]:
    """What happened to a job, oldest first."""
    return await rows(queries.list_events(tx, job_id, after, limit))


async def _save_visits(tx: Tx, job: Job) -> None:
    await queries.drop_visits(tx, job.id, [visit.id for visit in job.visits])
    await queries.save_visits(tx, job.company_id, job.id, [visit.model_dump(mode="json") for visit in job.visits])


async def _publish(tx: Tx, before: Job | None, outcome: Outcome, at: datetime) -> None:
    """Put the events into the outbox, and their story, without the job in it, beside the job."""
    job = outcome.job
    messages = [Message(topics.JOBS, str(job.id), job.company_id, event, time=at) for event in outcome.events]
    await outbox.add(tx, messages)
    told = [change.model_dump(mode="json") for change in differences(before, job)]
    story = [(m.id, type(m.data).__name__, at, job.version, job.status.name, _beside_the_job(m.data)) for m in messages]
    await queries.add_events(tx, job.company_id, job.id, *map(list, zip(*story, strict=True)), told)


def _beside_the_job(event: Contract) -> dict[str, Any]:
    return event.model_dump(mode="json", exclude={"job"})


def _lines(job: Job) -> list[Any]:
    return [line.model_dump(mode="json") for line in job.lines]


def _job(row: asyncpg.Record) -> Job:
    return Job.model_validate(dict(row))
