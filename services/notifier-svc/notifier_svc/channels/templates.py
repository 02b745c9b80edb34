"""Template-svc over HTTP: messages filled in, those that go out and those that are only looked at."""

from typing import Any
from uuid import UUID

import aiohttp
import httpx
import orjson
from pydantic import BaseModel, ConfigDict, SerializeAsAny

from contracts.rendering import RenderContext, RenderRequest, RenderResponse
from servicekit.auth import ServiceToken
from servicekit.telemetry import current_traceparent

_HOW: Any = {"timeout": aiohttp.ClientTimeout(total=15), "allow_redirects": False}
UNREADABLE = frozenset({400, 413, 422})
_TROUBLE = (aiohttp.ClientError, TimeoutError, httpx.HTTPError, ValueError, KeyError)  # `httpx` fetches the token


class RendererAway(Exception):
    """Template-svc did not answer as it should; the same may be asked for again."""


class BatchRefused(Exception):
    """Template-svc can't read the batch, or finds it too large: asking the same again would change nothing."""


class WordsRefused(Exception):
    """These words can't be sent; `problem` is template-svc's own answer, which says what is wrong with them."""

    def __init__(self, problem: dict[str, Any]) -> None:
        super().__init__(problem.get("title", ""))
        self.problem = problem


class Looked(BaseModel):
    """Words that were looked at, filled in."""

    model_config = ConfigDict(extra="ignore")

    subject: str | None
    html: str | None
    text: str


class TemplateService:
    """Template-svc, seen from here."""

    def __init__(self, url: str, session: aiohttp.ClientSession, token: ServiceToken) -> None:
        self._url = url.rstrip("/") + "/v1/renderings"
        self._session = session
        self._token = token

    async def render(self, request: RenderRequest) -> RenderResponse:
        """Published templates, filled in. Raises `RendererAway`, `BatchRefused`."""
        try:
            status, answer = await self._post("", request)
            if status in UNREADABLE:
                raise BatchRefused(f"HTTP {status}")
            return RenderResponse.model_validate_json(answer)
        except _TROUBLE as error:
            raise RendererAway(type(error).__name__) from error

    async def look(
        self, company_id: UUID, words: BaseModel, channel: str, locale: str, context: RenderContext
    ) -> Looked:
        """Words that are no template yet, filled in. Raises `RendererAway`, `WordsRefused`."""
        asked = _Look(company_id=company_id, words=words, channel=channel, locale=locale, context=context)
        try:
            status, answer = await self._post("/preview", asked)
            if status in UNREADABLE:
                raise WordsRefused(orjson.loads(answer))
            return Looked.model_validate_json(answer)
        except _TROUBLE as error:
            raise RendererAway(type(error).__name__) from error

    async def _post(self, path: str, asked: BaseModel) -> tuple[int, bytes]:
        """What was answered to it: a status of `UNREADABLE` or of success, and the body."""
        headers = {"authorization": f"Bearer {await self._token.get()}", "content-type": "application/json"}
        if traceparent := current_traceparent():
            headers["traceparent"] = traceparent
        body = asked.model_dump_json(exclude_none=True).encode()
        async with self._session.post(self._url + path, data=body, headers=headers, **_HOW) as response:
            if response.status not in UNREADABLE:
                response.raise_for_status()
            return response.status, await response.read()


class _Look(BaseModel):
    company_id: UUID
    words: SerializeAsAny[BaseModel]
    channel: str
    locale: str
    context: RenderContext
