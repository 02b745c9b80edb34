"""A job's record: what a report of it tells and its events don't carry, for the service that sends reports."""

from uuid import UUID

from fastapi import APIRouter, Depends

from contracts.jobs import Role
from contracts.reports import MOST_NOTES, JobRecord
from servicekit.auth import require
from servicekit.http import Db
from status_svc.store import jobs, money, work_orders

router = APIRouter(prefix="/v1", tags=["work orders"])


@router.get("/companies/{company_id}/jobs/{job_id}/record", dependencies=[Depends(require(Role.SERVICE))])
async def job_record(company_id: UUID, job_id: UUID, db: Db) -> JobRecord:
    """The job as it stands, its newest notes, its invoices, and the signature with its picture."""
    async with db.company(company_id) as tx:
        job = await jobs.job(tx, job_id)
        notes, left_out = await work_orders.work_notes(tx, job_id, MOST_NOTES)
        return JobRecord(
            job=job,
            notes=notes,
            notes_left_out=left_out,
            signature=await work_orders.signed_picture(tx, job_id),
            estimate_sent_at=(await money.estimate(tx, job_id)).sent_at,
            invoices=await money.invoices(tx, job_id),
        )
