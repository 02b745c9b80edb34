"""`POST /v1/reports`: PDFs for who sends them, and a look at one for the office."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from contracts.jobs import Role
from contracts.reports import ReportCompany, ReportContext, ReportKind
from contracts.values import Locale
from servicekit.auth import Principal, require
from servicekit.errors import Unprocessable
from servicekit.http import Body
from template_svc.domain.pictures import too_large
from template_svc.reports.press import Press
from template_svc.reports.sample import SAMPLE

router = APIRouter(prefix="/v1/reports", tags=["reports"])


class Pdf(Response):
    """A PDF."""

    media_type = "application/pdf"


class LogoTooLarge(Unprocessable):
    """The logo has too many pixels for a report, which shows the company's name instead. Upload a smaller one."""

    slug = "logo-too-large"


class ReportPreview(Body):
    """Which report to look at; a sample job fills it."""

    kind: ReportKind
    locale: Locale = "en-US"
    company: ReportCompany = SAMPLE.company


def _press(request: Request) -> Press:
    press: Press = request.app.state.press
    return press


Looker = Annotated[Principal, Depends(require(Role.ADMIN, Role.DISPATCHER))]
OurPress = Annotated[Press, Depends(_press)]


@router.post("", response_class=Pdf, dependencies=[Depends(require(Role.SERVICE))])
async def make_report(context: ReportContext, press: OurPress) -> Response:
    """A work order, estimate or invoice as PDF: the same bytes for the same context. 422 says why there is none."""
    return Pdf(await press.pdf(context))


@router.post("/preview", response_class=Pdf)
async def preview_report(asked: ReportPreview, who: Looker, press: OurPress) -> Response:
    """A sample report on the company's paper, as its customers would get it. 422 where its logo is too large."""
    if asked.company.logo and too_large(asked.company.logo):
        raise LogoTooLarge
    job = SAMPLE.record.job.model_copy(update={"company_id": who.company})
    record = SAMPLE.record.model_copy(update={"job": job})
    changes = {"kind": asked.kind, "locale": asked.locale, "company": asked.company, "record": record}
    return Pdf(await press.pdf(SAMPLE.model_copy(update=changes)))
