"""Status-svc, customer-svc and template-svc as reports see them, by hand: a record, a logo, a page."""

import asyncio
import hashlib
from base64 import b64encode
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from contracts.jobs import Job
from contracts.reports import IssuedInvoice, JobRecord, ReportContext, Signature, WorkNote
from notifier_svc.reports import Reports
from notifier_svc.tests.factories import NOW, a_job
from servicekit.auth import ServiceToken

LOGO = b"\x89PNG\r\n\x1a\n a logo"
LOGO_URL = f"https://pictures.example/v1/logos/{hashlib.sha256(LOGO).hexdigest()}"


def a_record(job: Job | None = None, **over: Any) -> JobRecord:
    """Of a job that was done, noted, signed and billed."""
    job = job or a_job()
    defaults: dict[str, Any] = {
        "job": job,
        "notes": (WorkNote(text="The old tank leaked.", author="Sam Rivera", written_at=NOW),),
        "signature": Signature(signed_by="Maria Lee", signed_at=NOW, picture=b64encode(b"a picture")),
        "invoices": tuple(
            IssuedInvoice(
                id=uuid4(), number=f"1042-{n}", total=job.total, balance=job.balance, due_on=NOW.date(), issued_at=NOW
            )
            for n in (1, 2)
        ),
        "estimate_sent_at": NOW - timedelta(days=1),
    }
    return JobRecord(**defaults | over)


@dataclass
class Papers:
    """What they answer, and what they were asked."""

    record: JobRecord = field(default_factory=a_record)
    refusals: dict[str, Response] = field(default_factory=dict)
    """By path, in place of an answer; a path's end is enough."""
    page: bytes = b"%PDF-1.7 a page \x00\xff\r\n.\r\n"
    slow: asyncio.Event | None = None
    """Pages are made once it is set."""
    asked: list[str] = field(default_factory=list)
    told: list[ReportContext] = field(default_factory=list)
    making: int = 0

    def __post_init__(self) -> None:
        routes = [
            Route("/token", self._token, methods=["POST"]),
            Route("/v1/companies/{company}/jobs/{job}/record", self._record),
            Route("/v1/logos/{sha256}", self._logo),
            Route("/v1/reports", self._report, methods=["POST"]),
        ]
        self._client = httpx.AsyncClient(transport=httpx.ASGITransport(Starlette(routes=routes)))

    def reports(self) -> Reports:
        """What asks them."""
        token = ServiceToken("http://papers/token", "notifier-svc", "secret", self._client)
        urls = {"status": "http://papers", "customer": "http://papers/", "template": "http://papers"}
        return Reports(self._client, token, **urls)

    async def close(self) -> None:
        """Hang up."""
        await self._client.aclose()

    async def _token(self, _: Request) -> Response:
        return JSONResponse({"access_token": "a token", "expires_in": 600})

    async def _record(self, request: Request) -> Response:
        if refusal := self._refusal(request):
            return refusal
        job = self.record.job.model_copy(update={"id": UUID(request.path_params["job"])})
        record = self.record.model_copy(update={"job": job})
        return Response(record.model_dump_json(), media_type="application/json")

    async def _logo(self, request: Request) -> Response:
        return self._refusal(request) or Response(LOGO)

    async def _report(self, request: Request) -> Response:
        self.making += 1
        if self.slow:
            await self.slow.wait()
        self.told.append(ReportContext.model_validate_json(await request.body()))
        return self._refusal(request) or Response(self.page, media_type="application/pdf")

    def _refusal(self, request: Request) -> Response | None:
        assert request.headers["authorization"] == "Bearer a token"
        path = request.url.path
        self.asked.append(path)
        return next((answer for end, answer in self.refusals.items() if path.endswith(end)), None)


def a_problem(status: int, title: str, detail: str = "") -> Response:
    """As services refuse."""
    return JSONResponse({"status": status, "title": title, "detail": detail}, status)
