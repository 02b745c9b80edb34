"""Requests to Fieldbell, signed as Twilio signs them (twilio.com/docs/usage/security)."""

import asyncio
import base64
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus

import httpx

TRIES = 4
TIMEOUT_SECONDS = 15.0


@dataclass(frozen=True, slots=True)
class Reply:
    """What a webhook met with: the answer's body, or why there is none."""

    ok: bool
    words: str
    body: str = ""


class Webhooks:
    """Posts, once or until it is taken; close it at the end."""

    def __init__(self, pause_seconds: float) -> None:
        self._pause = pause_seconds
        self._client = httpx.AsyncClient(timeout=httpx.Timeout(TIMEOUT_SECONDS, pool=None), trust_env=False)

    async def send(self, url: str, params: Mapping[str, str], token: str, *, method: str = "POST") -> Reply:
        """One request: parameters as a form, or for GET in the query; what is signed is what is sent."""
        if method == "GET":
            url, params = str(httpx.URL(url).copy_merge_params(dict(params))), {}
        headers = {"X-Twilio-Signature": signature(url, params, token), "User-Agent": "TwilioProxy/1.1"}
        try:
            answer = await self._client.request(method, url, data=dict(params) or None, headers=headers)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            return Reply(False, f"no answer ({type(error).__name__})")
        return Reply(answer.is_success, f"answered {answer.status_code} {_phrase(answer.status_code)}", answer.text)

    async def insist(self, url: str, params: Mapping[str, str], token: str) -> Reply:
        """The same until it is taken, a few times with growing pauses; a 4xx is an answer."""
        reply = await self.send(url, params, token)
        for attempt in range(1, TRIES):
            if reply.ok or reply.words.startswith("answered 4"):
                break
            await asyncio.sleep(self._pause * 2**attempt)
            reply = await self.send(url, params, token)
        return reply

    async def close(self) -> None:
        """Hang up."""
        await self._client.aclose()


def signature(url: str, params: Mapping[str, str], token: str) -> str:
    """X-Twilio-Signature: HMAC-SHA1 over the exact URL and the parameters in order of their names."""
    signed = url + "".join(name + params[name] for name in sorted(params))
    return base64.b64encode(hmac.digest(token.encode(), signed.encode(), "sha1")).decode("ascii")


def _phrase(status: int) -> str:
    return HTTPStatus(status).phrase if status in set(HTTPStatus) else ""
