"""The official SDK, pointed at the sandbox."""

import json
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from twilio.http import AsyncHttpClient
from twilio.http.response import Response
from twilio.rest import Client

from deploy.sandbox.tests.conftest import Sandbox, StartSandbox
from deploy.sandbox.tests.receiver import Receiver

NORTHSIDE, BRIGHTWAY = "northside-plumbing", "brightway-cleaning"
TOKENS = {NORTHSIDE: "a token: odd & 100% local", BRIGHTWAY: "another token"}
MARIA = "+13035550123"
TWILIO = "https://api.twilio.com"


class ToSandbox(AsyncHttpClient):
    """Sends what the SDK means for Twilio to another base URL, with a time-out that holds, and never twice."""

    def __init__(self, base_url: str, timeout: float = 5.0) -> None:
        super().__init__(logging.getLogger(__name__), True, timeout)
        self._base_url = base_url

    async def request(self, method: str, uri: str, **request: Any) -> Response:  # type: ignore[override]  # as the SDK's
        assert uri.startswith(TWILIO)
        url = self._base_url + uri.removeprefix(TWILIO)
        sent = {name: request[name] for name in ("params", "data", "headers", "auth")}
        async with httpx.AsyncClient(timeout=self.timeout, trust_env=False) as http:
            answer = await http.request(method, url, **sent)
        return Response(answer.status_code, answer.text, answer.headers)


@dataclass
class Line:
    """A sandbox with a phone, who listens to it, and the facts of its accounts."""

    sandbox: Sandbox
    receiver: Receiver
    accounts: dict[str, dict[str, Any]]

    def client(self, company: str = NORTHSIDE, *, token: str | None = None, timeout: float = 5.0) -> Any:
        """The SDK's client; it types a status as a class that the strings in it are not."""
        http = ToSandbox(str(self.sandbox.http.base_url), timeout)
        return Client(self.accounts[company]["sid"], token or TOKENS[company], http_client=http)

    def number(self, company: str = NORTHSIDE) -> str:
        return str(self.accounts[company]["number"])

    def texts(self, **params: str) -> list[dict[str, Any]]:
        return list(self.sandbox.http.get("/api/phone/texts", params=params).json()["texts"])

    def text(self, sid: str) -> dict[str, Any]:
        [found] = self.texts(sid=sid)
        return found

    def call(self, sid: str) -> dict[str, Any]:
        [found] = self.sandbox.http.get("/api/phone/calls", params={"sid": sid}).json()["calls"]
        return dict(found)

    def write(self, body: str, *, to: str | None = None, phone: str = MARIA) -> dict[str, Any]:
        answer = {"phone": phone, "to": to or self.number(), "body": body}
        return dict(self.sandbox.http.post("/api/phone/texts", json=answer).raise_for_status().json())

    def waits(self, sid: str) -> bool:
        return "Press a key" in self.sandbox.http.get(f"/phone/calls/{sid}").text


def a_line(start: StartSandbox, state: Path, receiver: Receiver, *, key_seconds: float = 10, **settings: Any) -> Line:
    """`settings` change those of both companies."""
    inbound = {"inbound_url": f"{receiver.base}/inbound"}
    phones = {slug: {"token": token} | inbound | settings for slug, token in TOKENS.items()}
    sandbox = start(state, SANDBOX_PHONES=json.dumps(phones), SANDBOX_PHONE_KEY_SECONDS=str(key_seconds))
    accounts = sandbox.http.get("/api/phone/accounts").json()
    return Line(sandbox, receiver, {account["company"]: account for account in accounts})


def until(condition: Callable[[], bool], seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "It did not come to pass."
        time.sleep(0.01)
