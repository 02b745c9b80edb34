"""When something happens to a job by itself."""

from datetime import datetime
from uuid import UUID

from contracts.jobs import Job
from servicekit.db import Tx
from status_svc.domain.command import Outcome
from status_svc.store.queries import queries, rows


async def keep(tx: Tx, outcome: Outcome) -> None:
    """Set the deadline that the outcome brings, or drop the one that it settles."""
    job = outcome.job
    if outcome.deadline:
        await put(tx, job.company_id, job.id, outcome.deadline)
    elif outcome.settled:
        await drop(tx, job)


async def put(tx: Tx, company_id: UUID, job_id: UUID, at: datetime) -> None:
    """Let something happen to the job at that time."""
    await queries.set_deadline(tx, company_id, job_id, at)


async def drop(tx: Tx, job: Job) -> None:
    """Nothing happens to the job by itself any more."""
    await queries.drop_deadline(tx, job.company_id, job.id)


async def put_off(tx: Tx, job_id: UUID, now: datetime, to: datetime) -> None:
    """Look again at that time, if it is due still."""
    await queries.put_off_deadline(tx, job_id, now, to)


async def due(tx: Tx, now: datetime, limit: int) -> list[tuple[UUID, UUID]]:
    """Company and job of what is due, of all companies, the oldest first."""
    return [(row["company_id"], row["job_id"]) for row in await rows(queries.due_deadlines(tx, now, limit))]


async def claim(tx: Tx, job_id: UUID, now: datetime) -> bool:
    """Lock the job, if nobody works on it and its deadline has passed still."""
    if await queries.lock_free_job(tx, job_id) is None:
        return False
    return bool(await queries.deadline_passed(tx, job_id, now))
