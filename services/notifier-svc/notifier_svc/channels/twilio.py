"""Texts and calls, handed to Twilio: one request each, never repeated by itself."""

import asyncio
import logging
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import httpx
from twilio.base.exceptions import TwilioException, TwilioRestException, TwilioServiceException
from twilio.http import AsyncHttpClient
from twilio.http.response import Response
from twilio.rest import Client

API = "https://api.twilio.com"
LONGEST_VALIDITY = 36_000  # seconds; Twilio's own limit
CALL_EVENTS = ["answered", "completed"]
CONNECT_SECONDS = 5.0
NEWEST = 50  # texts or calls to one number, more than anybody gets in a day


@dataclass(frozen=True, slots=True)
class Account:
    """Who pays, and from which number; the token only in memory."""

    sid: str
    token: str
    number: str
    messaging_service_sid: str | None

    def __repr__(self) -> str:
        return f"Account({self.sid})"


@dataclass(frozen=True, slots=True)
class Text:
    """An SMS to send."""

    to: str
    body: str
    callback: str
    valid_seconds: int
    """After which Twilio need not send it any more."""


@dataclass(frozen=True, slots=True)
class Call:
    """A call to make, and what is said in it."""

    to: str
    twiml: str
    callback: str


@dataclass(frozen=True, slots=True)
class Accepted:
    """Twilio took it."""

    sid: str
    status: str


@dataclass(frozen=True, slots=True)
class Listed:
    """A text or a call that Twilio has."""

    sid: str
    created: datetime
    body: str = ""
    """Of a text."""


class Refused(Exception):
    """Twilio answered with an error."""

    def __init__(self, status: int, code: int, words: str) -> None:
        super().__init__(f"{status}: {code}")
        self.status = status
        self.code = code
        self.words = words


def _refused(status: object, code: object, words: object) -> Refused:
    """What Twilio, or a proxy before it, said; where a number is none the status stands for it, and 400 for that."""
    number = _number(status) or 400
    return Refused(number, _number(code) or number, str(words or ""))


def _number(value: object) -> int | None:
    text = str(value)
    return int(text) if text.isdecimal() and len(text) < 10 else None


class Away(Exception):
    """No connection to Twilio: nothing was sent."""


class Lost(Exception):
    """The request went out and no answer came: it may have been taken."""


class _Http(AsyncHttpClient):
    """The library's requests over our client. Its own keeps the last message in memory, and no time limit."""

    def __init__(self, client: httpx.AsyncClient, seconds: float) -> None:
        super().__init__(logging.getLogger(__name__), True, seconds)
        self._client = client
        self._limits = httpx.Timeout(seconds, connect=min(seconds, CONNECT_SECONDS))

    async def request(  # type: ignore[override]  # asynchronous, as the library's own is
        self,
        method: str,
        url: str,
        params: Any = None,
        data: Any = None,
        headers: Any = None,
        auth: Any = None,
        timeout: float | None = None,  # noqa: ARG002, ASYNC109 (the library's signature; ours is fixed)
        allow_redirects: bool = False,
    ) -> Response:
        """One request, and its answer whatever it is."""
        answer = await self._client.request(
            method,
            url,
            params=params,
            data=data,
            headers=headers,
            auth=auth,
            timeout=self._limits,
            follow_redirects=allow_redirects,
        )
        return Response(answer.status_code, answer.text, answer.headers)


class Twilio:
    """Twilio's API for all companies: one pool of connections, each request with its company's credentials."""

    def __init__(self, url: str, client: httpx.AsyncClient, seconds: float, *, detects_machines: bool = False) -> None:
        self._url = url.rstrip("/")
        self._seconds = seconds
        self._detects_machines = detects_machines
        self._http = _Http(client, seconds)

    async def text(self, account: Account, text: Text) -> Accepted:
        """Send a text. Raises `Refused`, `Away`, `Lost`."""
        service = account.messaging_service_sid
        source: dict[str, Any] = {"messaging_service_sid": service} if service else {"from_": account.number}
        return await self._ask(
            self._client(account).messages.create_async(
                to=text.to,
                body=text.body,
                status_callback=text.callback,
                validity_period=max(1, min(LONGEST_VALIDITY, text.valid_seconds)),
                **source,
            )
        )

    async def call(self, account: Account, call: Call) -> Accepted:
        """Make a call. Raises `Refused`, `Away`, `Lost`."""
        detecting: dict[str, Any] = {
            "machine_detection": "Enable",
            "async_amd": "true",  # who answers hears the message meanwhile
            "async_amd_status_callback": call.callback,
        }
        return await self._ask(
            self._client(account).calls.create_async(
                to=call.to,
                from_=account.number,
                twiml=call.twiml,
                status_callback=call.callback,
                status_callback_event=CALL_EVENTS,
                **(detecting if self._detects_machines else {}),
            )
        )

    async def texts_to(self, account: Account, number: str, since: datetime) -> list[Listed]:
        """What programs had the account text to a number since then, newest first. Raises `Refused`, `Away`, `Lost`.

        Not by Twilio's own filter for dates: that knows only what has left, and this is about what was taken.
        """
        listing = self._client(account).messages.list_async(to=number, limit=NEWEST)
        return [
            Listed(text.sid, text.date_created, text.body or "")
            for text in await self._answer(listing)
            if text.direction == "outbound-api" and text.date_created and text.date_created >= since
        ]

    async def calls_to(self, account: Account, number: str, since: datetime, until: datetime) -> list[Listed]:
        """The calls to a number that programs had the account make in that time. Raises `Refused`, `Away`, `Lost`.

        Not by Twilio's own filter for times, either: it goes by when it rang.
        """
        listing = self._client(account).calls.list_async(to=number, from_=account.number, limit=NEWEST)
        return [
            Listed(call.sid, call.date_created)
            for call in await self._answer(listing)
            if call.direction == "outbound-api" and call.date_created and since <= call.date_created <= until
        ]

    async def _ask(self, request: Any) -> Accepted:
        answer = await self._answer(request)
        if not answer.sid:
            raise Lost("an answer without an id")
        return Accepted(answer.sid, str(answer.status))

    async def _answer(self, request: Any) -> Any:
        try:
            async with asyncio.timeout(self._seconds):
                return await request
        except TwilioRestException as error:
            raise _refused(error.status, error.code, error.msg) from error
        except TwilioServiceException as error:  # the newer form, RFC 9457
            raise _refused(error.status, error.code, error.detail or error.title) from error
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
            raise Away(type(error).__name__) from error
        except (TimeoutError, OSError, httpx.HTTPError, TwilioException, ValueError, AttributeError) as error:
            raise Lost(type(error).__name__) from error

    def _client(self, account: Account) -> Client:
        client = Client(account.sid, account.token, http_client=self._http)
        client.api.base_url = self._url
        return client
