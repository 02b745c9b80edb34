"""What previews and test messages read; written they are as every delivery is."""

from datetime import timedelta
from uuid import UUID

from contracts.profiles import CompanyProfile, CustomerProfile
from notifier_svc.domain.triggers import Occurrence
from notifier_svc.store import dryrun, jobs
from notifier_svc.store.planning import QUERIES
from notifier_svc.store.reading import readable
from notifier_svc.store.sending import occurrence_of
from servicekit import copies
from servicekit.db import Tx


async def told_of(tx: Tx, job_id: UUID) -> list[Occurrence]:
    """What was planned about a job of this transaction's company, the newest first; as far as it can be read."""
    rows = {row["event_id"]: row async for row in QUERIES.told_of_job(tx, job_id)}
    return list(readable("occurrence", rows, occurrence_of).values())


async def profiles(
    tx: Tx, company_id: UUID, customer_id: UUID | None
) -> tuple[CompanyProfile | None, CustomerProfile | None]:
    """The company and a customer, as far as they are known here."""
    company, customers = await dryrun.profiles(tx, company_id, {customer_id} if customer_id else set())
    return company, customers.get(customer_id) if customer_id else None


async def up_to_date(tx: Tx, about: Occurrence) -> Occurrence:
    """The occurrence with its job as it is by now."""
    versions = {about.job_id: about.job_version} if about.job_id and about.job_version else {}
    found = readable("job", await jobs.newer(tx, versions), jobs.standing)
    return next((about.with_job(job.whole) for job in found.values() if job.whole), about)


async def job_exists(tx: Tx, job_id: UUID) -> bool:
    """Whether this service has heard of the job."""
    return job_id in (await copies.find(tx, {"jobs": {job_id}}))["jobs"]


async def lately(tx: Tx, within: timedelta) -> int:
    """How many test messages the company asked for; nobody else asks before the transaction ends."""
    await QUERIES.lock_tests(tx)
    count: int = await QUERIES.tests_lately(tx, within)
    return count
