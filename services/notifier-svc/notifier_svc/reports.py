"""Reports for emails and for the office: the record from status-svc, the page from template-svc, nothing kept."""

import hashlib
import re
from base64 import b64encode
from collections import OrderedDict
from dataclasses import dataclass
from functools import cached_property
from uuid import UUID

import httpx
from pydantic import ValidationError

from contracts.reports import JobRecord, ReportKind
from notifier_svc.domain.report import Wanted, file_name, told
from notifier_svc.settings import NotifierSettings
from servicekit.auth import ServiceToken
from servicekit.errors import NotFound, Unavailable, Unprocessable
from servicekit.telemetry import current_traceparent

SECONDS = 25.0
MOST_BYTES = 10_000_000  # as an attachment a third more, and many hosts take no mail of 25 MB
MOST_LOGOS = 64
REFUSALS = frozenset({400, 413, 422})
_LOGO = re.compile("/v1/logos/([0-9a-f]{64})$")


class ReportAway(Unavailable):
    """The report can't be made at the moment."""

    slug = "report-away"


class ReportRefused(Unprocessable):
    """The report can't be made."""

    slug = "report-refused"


@dataclass(frozen=True)
class Report:
    """A PDF under its name."""

    kind: ReportKind
    name: str
    content: bytes

    @cached_property
    def sha256(self) -> str:
        """What it was, where it is not kept."""
        return hashlib.sha256(self.content).hexdigest()


class Reports:
    """Has reports made. Raises `ReportAway`, `ReportRefused`, and `NotFound` where there is no such job."""

    def __init__(
        self, client: httpx.AsyncClient, token: ServiceToken, *, status: str, customer: str, template: str
    ) -> None:
        self._status, self._customer, self._template = (url.rstrip("/") for url in (status, customer, template))
        self._client = client
        self._token = token
        self._logos: OrderedDict[str, bytes] = OrderedDict()

    async def record(self, company_id: UUID, job_id: UUID) -> JobRecord:
        """The job as it stands now, with its notes and signature."""
        answer = await self._asked("GET", f"{self._status}/v1/companies/{company_id}/jobs/{job_id}/record")
        try:
            return JobRecord.model_validate_json(answer)
        except ValidationError as error:
            raise ReportAway("What status-svc knows of the job can't be read.") from error

    async def made(self, want: Wanted, record: JobRecord) -> Report:
        """The report of that record."""
        try:
            context = told(want, record, await self._logo(want.company.brand.logo_url))
        except ValidationError as error:
            raise ReportRefused("A name or an address is too long for a report.") from error
        content = await self._asked("POST", f"{self._template}/v1/reports", context.model_dump_json().encode())
        if len(content) > MOST_BYTES:
            raise ReportRefused(f"The report has more than {MOST_BYTES // 1_000_000} MB.")
        return Report(want.kind, file_name(want, record), content)

    async def _logo(self, url: str | None) -> bytes | None:
        """The uploaded logo in base64: customer-svc is asked for it by its hash, wherever the URL leads."""
        named = _LOGO.search(url or "")
        if named is None:
            return None
        digest = named[1]
        if digest not in self._logos:
            try:
                logo = await self._asked("GET", f"{self._customer}/v1/logos/{digest}")
            except NotFound:
                return None
            if hashlib.sha256(logo).hexdigest() != digest:
                raise ReportAway("The logo is not the one that was uploaded.")
            self._logos[digest] = b64encode(logo)
        self._logos.move_to_end(digest)
        while len(self._logos) > MOST_LOGOS:
            self._logos.popitem(last=False)
        return self._logos[digest]

    async def _asked(self, method: str, url: str, body: bytes | None = None) -> bytes:
        """What another service answers."""
        try:
            headers = {"authorization": f"Bearer {await self._token.get()}", "content-type": "application/json"}
            if traceparent := current_traceparent():
                headers["traceparent"] = traceparent
            response = await self._client.request(method, url, content=body, headers=headers, timeout=SECONDS)
            if response.status_code == 404:
                raise NotFound("There is no such job.")
            if response.status_code in REFUSALS:
                problem = response.json()
                raise ReportRefused(problem.get("detail") or problem["title"])
            response.raise_for_status()
        except (httpx.HTTPError, ValueError, KeyError) as error:
            raise ReportAway("Its report could not be made: a service did not answer.") from error
        return response.content


def reports(settings: NotifierSettings, client: httpx.AsyncClient) -> Reports:
    """As the settings say, with a token of this service's own."""
    return Reports(
        client,
        service_token(settings, client),
        status=str(settings.status_svc_url),
        customer=str(settings.customer_svc_url),
        template=str(settings.template_svc_url),
    )


def service_token(settings: NotifierSettings, client: httpx.AsyncClient) -> ServiceToken:
    """By which this service asks the others."""
    secret = settings.service_client_secret.get_secret_value()
    return ServiceToken(str(settings.service_token_url), settings.service_client_id, secret, client)
