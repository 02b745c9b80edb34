"""The life of a call: rung, answered, played, over."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from uuid import uuid4

from deploy.sandbox.phone.accounts import Account, Accounts
from deploy.sandbox.phone.book import PhoneBook
from deploy.sandbox.phone.fates import Callbacks, fate_of
from deploy.sandbox.phone.line import NotListening, OpenLine
from deploy.sandbox.phone.lives import Lives
from deploy.sandbox.phone.player import Next, Player
from deploy.sandbox.phone.records import FINAL_CALL, Call, Line
from deploy.sandbox.phone.texts import API_VERSION
from deploy.sandbox.phone.twiml import Gather
from deploy.sandbox.phone.webhooks import Reply, Webhooks

STATUSES = {"initiated": "queued", "ringing": "ringing", "answered": "in-progress"}


@dataclass(frozen=True, slots=True)
class Pace:
    """Seconds between statuses, and how long a call waits for a key at least."""

    step: float
    patience: float


@dataclass(frozen=True, slots=True)
class Plan:
    """What the API was asked for: whom to call, what to play, what to tell."""

    to: str
    url: str
    method: str
    twiml: str
    callback: str
    events: tuple[str, ...]
    detected: str = ""


class Calls:
    """Takes calls of the API and leads each to its end."""

    def __init__(self, book: PhoneBook, accounts: Accounts, webhooks: Webhooks, lives: Lives, pace: Pace) -> None:
        self._book = book
        self._accounts = accounts
        self._webhooks = webhooks
        self._lives = lives
        self._pace = pace
        self._lines: dict[str, OpenLine] = {}

    async def take(self, account: Account, plan: Plan) -> Call:
        """Keep a call of the API; return once it is on the disk. Raises OSError."""
        now = datetime.now(UTC)
        call = Call(
            sid="CA" + uuid4().hex,
            account=account.sid,
            company=account.company.slug,
            sender=account.number,
            to=plan.to,
            direction="outbound-api",
            status="queued",
            created_at=now,
            updated_at=now,
            callback=plan.callback,
            url=plan.url,
            method=plan.method,
            twiml=plan.twiml,
            events=plan.events,
            detected=plan.detected,
        )
        await self._book.add(call)
        return call

    def start(self, call: Call) -> asyncio.Task[None]:
        """Ring, and lead it to its end."""
        return self._lives.start(self._live(call))

    def resume(self) -> None:
        """Calls that were open when the sandbox stopped are over."""
        for call in list(self._book.calls):
            if call.moving:
                self._lives.start(self._end(call, "completed" if call.started_at else "failed"))

    def waiting_for(self, sid: str) -> Gather | None:
        """What waits for a key in this call now."""
        line = self._lines.get(sid)
        return line.gather if line else None

    async def press(self, sid: str, keys: str) -> None:
        """Press keys and see the call on to where it waits again or ends. Raises NotListening."""
        line = self._open(sid)
        line.press(keys)
        await line.halt()

    async def hang_up(self, sid: str) -> None:
        """End it and see it end. Raises NotListening when it is over."""
        line = self._open(sid)
        line.hang_up()
        await line.halt()

    def _open(self, sid: str) -> OpenLine:
        if sid not in self._lines:
            raise NotListening
        return self._lines[sid]

    async def _live(self, call: Call) -> None:
        end = fate_of(call.to).call_ends
        for event in ("initiated", "ringing") if end == "completed" else ("initiated",):
            call = await self._pass(call, event)
        if end == "completed":
            call = await self._pass(call, "answered")
            await self._tell_who(call)
            call = await self._talk(call)
        await self._end(call, end)

    async def _pass(self, call: Call, event: str) -> Call:
        await asyncio.sleep(self._pace.step)
        answered = {"started_at": datetime.now(UTC)} if event == "answered" else {}
        call = await self._book.change_call(call.sid, status=STATUSES[event], **answered)
        await self._call_back(call, event, "initiated" if event == "initiated" else call.status)
        return call

    async def _tell_who(self, call: Call) -> None:
        """Answering machine detection, asynchronous."""
        if call.detected:
            who = "machine_start" if fate_of(call.to).machine else "human"
            about = {
                "CallSid": call.sid,
                "AccountSid": call.account,
                "AnsweredBy": who,
                "MachineDetectionDuration": "0",
            }
            await self._webhooks.insist(call.detected, about, self._accounts[call.account].token)

    async def _talk(self, call: Call) -> Call:
        line = self._lines[call.sid] = OpenLine()
        heard: list[Line] = []

        async def write_down(entry: Line) -> None:
            heard.append(entry)
            await self._book.change_call(call.sid, heard=[entry.model_dump() for entry in heard])

        async def fetch(url: str, method: str, params: Mapping[str, str]) -> Reply:
            about = _about(call, call.status) | dict(params)
            return await self._webhooks.send(url, about, self._accounts[call.account].token, method=method)

        try:
            player = Player(fetch, write_down, line, self._pace.patience)
            await player.play(call.twiml, None if call.twiml else Next(call.url, call.method))
        finally:
            del self._lines[call.sid]
            line.close()
        return self._now(call)

    async def _end(self, call: Call, status: str) -> None:
        call = await self._book.change_call(call.sid, status=status, ended_at=datetime.now(UTC))
        await self._call_back(call, "completed", status)

    async def _call_back(self, call: Call, event: str, status: str) -> None:
        if not call.callback or event not in call.events:
            return
        params = _about(call, status) | _progress(call, event, status)
        times = 2 if fate_of(call.to).callbacks is Callbacks.TWICE else 1
        for _ in range(times):
            reply = await self._webhooks.insist(call.callback, params, self._accounts[call.account].token)
            if not reply.ok:
                notice = f"The status “{status}” was not taken: {reply.words}."
                await self._book.change_call(call.sid, notice=notice)

    def _now(self, call: Call) -> Call:
        return self._book.calls.get(call.sid) or call


def _about(call: Call, status: str) -> dict[str, str]:
    return {
        "CallSid": call.sid,
        "AccountSid": call.account,
        "From": call.sender,
        "To": call.to,
        "Caller": call.sender,
        "Called": call.to,
        "CallStatus": status,
        "Direction": call.direction,
        "ApiVersion": API_VERSION,
    }


def _progress(call: Call, event: str, status: str) -> dict[str, str]:
    order = ("initiated", "ringing", "answered", "completed")
    params = {
        "Timestamp": format_datetime(call.updated_at),
        "CallbackSource": "call-progress-events",
        "SequenceNumber": str(order.index(event)),
    }
    return params | ({"CallDuration": str(call.seconds)} if status in FINAL_CALL else {})
