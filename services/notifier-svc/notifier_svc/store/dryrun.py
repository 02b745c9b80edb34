"""What the dry run reads. Nothing here writes, and nothing can: its transaction is read-only."""

from collections.abc import Collection, Set
from datetime import datetime, timedelta
from uuid import UUID

from contracts.events import JobUpdated
from contracts.jobs import Job
from contracts.profiles import CompanyProfile, CustomerProfile
from notifier_svc.store import jobs
from notifier_svc.store.planning import QUERIES
from notifier_svc.store.reading import readable
from servicekit import copies
from servicekit.db import Tx


async def read_only(tx: Tx) -> None:
    """Refuse every write for the rest of the transaction."""
    await QUERIES.read_only(tx)


async def jobs_of(tx: Tx, job_ids: Collection[UUID]) -> dict[UUID, Job]:
    """The jobs as they were last told; those that are not known, or no more, are absent."""
    found = readable("job", await jobs.newer(tx, dict.fromkeys(job_ids, -1)), jobs.standing)
    known = {id: standing.whole for id, standing in found.items() if standing.whole}
    waiting = [str(id) for id in found.keys() - known.keys()]
    parked = {UUID(row["job_id"]): row["job"] async for row in QUERIES.parked_jobs(tx, waiting)} if waiting else {}
    return known | readable("job", parked, Job.model_validate_json)


async def profiles(
    tx: Tx, company_id: UUID, customer_ids: Set[UUID]
) -> tuple[CompanyProfile | None, dict[UUID, CustomerProfile]]:
    """The company and these customers, as far as they are known here."""
    found = await copies.find(tx, {"companies": {company_id}, "customers": customer_ids})
    companies = readable("company", found["companies"], CompanyProfile.model_validate_json)
    return companies.get(company_id), readable("customer", found["customers"], CustomerProfile.model_validate_json)


async def window_of(tx: Tx, job_id: UUID) -> tuple[JobUpdated, datetime, datetime] | None:
    """What is gathered of a job's changes: what it tells so far, when the first was, and when the window ends."""
    row = await QUERIES.window_of_job(tx, job_id)
    if row is None:
        return None
    return (
        JobUpdated.model_validate_json(row["body"]),
        datetime.fromisoformat(row["headers"]["ce_time"]),
        row["ends_at"],
    )


async def texted_lately(
    tx: Tx, customer_ids: Collection[UUID], destinations: Collection[UUID], within: timedelta
) -> set[UUID]:
    """Which of these customers' numbers got a text within this time."""
    rows = QUERIES.destinations_texted_lately(tx, list(customer_ids), list(destinations), within)
    return {row["destination_id"] async for row in rows}
