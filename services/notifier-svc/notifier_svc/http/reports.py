"""A job's report for the office: the very PDF that goes along with its emails."""

from collections.abc import Callable
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response

from contracts.jobs import Role
from contracts.reports import ReportKind
from notifier_svc.domain.report import Wanted
from notifier_svc.reports import Reports
from notifier_svc.store import reading
from servicekit.auth import Principal, require
from servicekit.errors import NotFound
from servicekit.http import Db

router = APIRouter(prefix="/v1/jobs/{job_id}", tags=["reports"])

Staff = Annotated[Principal, Depends(require(Role.ADMIN, Role.DISPATCHER, Role.TECH))]


class Pdf(Response):
    """A PDF."""

    media_type = "application/pdf"


def _reports(request: Request) -> Reports:
    make: Callable[[], Reports] = request.app.state.reports
    return make()


@router.get("/report.pdf", response_class=Pdf)
async def download_report(
    job_id: UUID,
    who: Staff,
    db: Db,
    reports: Annotated[Reports, Depends(_reports)],
    kind: ReportKind = ReportKind.WORK_ORDER,
) -> Response:
    """The job's work order, estimate or newest invoice as it stands now."""
    record = await reports.record(who.company, job_id)
    async with db.company(who.company) as tx:
        customer = await reading.customer_of(tx, record.job.customer_id)
        if customer is None:
            raise NotFound("The job's customer is not known.")
        want = Wanted(kind, await reading.company_of(tx, who.company), customer, job_id)
    report = await reports.made(want, record)
    headers = {"content-disposition": f'inline; filename="{report.name}"', "cache-control": "no-store"}
    return Pdf(report.content, headers=headers)
