"""Twilio's REST API, version 2010-04-01, for Messages and Calls."""

import asyncio
import base64
import contextlib
import re
from dataclasses import replace
from datetime import UTC, datetime, time
from itertools import islice

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse
from starlette.datastructures import FormData

from deploy.sandbox.phone.accounts import Account, Accounts
from deploy.sandbox.phone.book import Wanted
from deploy.sandbox.phone.calls import Plan
from deploy.sandbox.phone.errors import TwilioRefused
from deploy.sandbox.phone.fates import Answer, Fate, fate_of
from deploy.sandbox.phone.limits import Bucket
from deploy.sandbox.phone.parts import Phone
from deploy.sandbox.phone.records import Call
from deploy.sandbox.phone.shapes import call_json, message_json, page_json

E164 = re.compile(r"\+[1-9][0-9]{6,14}")
LONGEST_BODY = 1600
NEVER_SECONDS = 60.0
DAY = len("2026-01-31")


def twilio_api(phone: Phone) -> APIRouter:
    """Routes below /2010-04-01/Accounts."""
    router = APIRouter(prefix="/2010-04-01/Accounts/{account_sid}", tags=["phone as Twilio"])
    limits = {account.sid: Bucket(account.settings.messages_per_second) for account in phone.accounts.all}

    @router.post("/Messages.json", status_code=201)
    async def create_message(account_sid: str, request: Request) -> JSONResponse:
        """Send a text: To, Body, From or MessagingServiceSid, StatusCallback."""
        account = _authenticate(phone.accounts, account_sid, request)
        async with request.form() as form:
            to, body = _read_text(form)
            service_sid = _sender(account, form, not_ours=21606)
            fate = _may_pass(limits[account.sid], to)
            if fate.text_refusal or phone.book.has_opted_out(account.number, to):
                raise TwilioRefused(fate.text_refusal or 21610, to)
            text = await phone.texts.take(account, to, body, service_sid, _field(form, "StatusCallback"))
        await _answer(fate, phone.texts.start(text), request)
        return JSONResponse(message_json(text), 201)

    @router.get("/Messages.json")
    async def list_messages(account_sid: str, request: Request) -> JSONResponse:
        """Newest first, a page at a time; by To, From, DateSent."""
        account = _authenticate(phone.accounts, account_sid, request)
        query = {"PageSize": "50"} | dict(request.query_params)
        size = _page_size(query)
        before = query.get("PageToken", "").removeprefix("PA") or None
        since, until = _span(query, "DateSent")
        wanted = replace(_wanted(account, query), since=since, until=until)
        found = list(islice(phone.book.texts.newest(wanted, before), size + 1))
        items = [message_json(text) for text in found[:size]]
        return JSONResponse(page_json(request.url.path, query, "messages", items, len(found) > size))

    @router.get("/Messages/{sid}.json")
    async def get_message(account_sid: str, sid: str, request: Request) -> JSONResponse:
        """One text."""
        account = _authenticate(phone.accounts, account_sid, request)
        text = phone.book.texts.get(sid)
        if text is None or text.account != account.sid:
            raise TwilioRefused(20404, request.url.path)
        return JSONResponse(message_json(text))

    @router.post("/Calls.json", status_code=201)
    async def create_call(account_sid: str, request: Request) -> JSONResponse:
        """Call somebody: To, From, Url or Twiml, StatusCallback, StatusCallbackEvent."""
        account = _authenticate(phone.accounts, account_sid, request)
        async with request.form() as form:
            plan = _read_call(form)
            _sender(account, form, not_ours=21210)
        fate = _may_pass(limits[account.sid], plan.to)
        call = await phone.calls.take(account, plan)
        await _answer(fate, phone.calls.start(call), request)
        return JSONResponse(call_json(call, account), 201)

    @router.get("/Calls.json")
    async def list_calls(account_sid: str, request: Request) -> JSONResponse:
        """Newest first, a page at a time; by To, From, StartTime, which a call has once it is answered."""
        account = _authenticate(phone.accounts, account_sid, request)
        query = {"PageSize": "50"} | dict(request.query_params)
        size = _page_size(query)
        before = query.get("PageToken", "").removeprefix("PA") or None
        span = _span(query, "StartTime")
        calls = phone.book.calls.newest(_wanted(account, query), before)
        found = list(islice((call for call in calls if _began_in(call, *span)), size + 1))
        items = [call_json(call, account) for call in found[:size]]
        return JSONResponse(page_json(request.url.path, query, "calls", items, len(found) > size))

    @router.get("/Calls/{sid}.json")
    async def get_call(account_sid: str, sid: str, request: Request) -> JSONResponse:
        """One call."""
        account = _authenticate(phone.accounts, account_sid, request)
        call = phone.book.calls.get(sid)
        if call is None or call.account != account.sid:
            raise TwilioRefused(20404, request.url.path)
        return JSONResponse(call_json(call, account))

    return router


def _authenticate(accounts: Accounts, sid: str, request: Request) -> Account:
    account = accounts.find(sid)
    scheme, _, encoded = request.headers.get("Authorization", "").partition(" ")
    try:
        user, _, password = base64.b64decode(encoded, validate=True).decode().partition(":")
    except ValueError:
        raise TwilioRefused(20003) from None
    if scheme.lower() != "basic" or account is None or not account.accepts(user, password):
        raise TwilioRefused(20003)
    return account


def _field(form: FormData, name: str) -> str:
    value = form.get(name, "")
    return value if isinstance(value, str) else ""


def _recipient(form: FormData) -> str:
    to = _field(form, "To")
    if not to:
        raise TwilioRefused(21604)
    if not E164.fullmatch(to):
        raise TwilioRefused(21211, to)
    return to


def _read_text(form: FormData) -> tuple[str, str]:
    to, body = _recipient(form), _field(form, "Body")
    if not body.strip():
        raise TwilioRefused(21602)
    if len(body) > LONGEST_BODY:
        raise TwilioRefused(21617)
    return to, body


def _read_call(form: FormData) -> Plan:
    plan = Plan(
        to=_recipient(form),
        url=_field(form, "Url"),
        method="GET" if _field(form, "Method").upper() == "GET" else "POST",
        twiml=_field(form, "Twiml"),
        callback=_field(form, "StatusCallback"),
        events=tuple(str(event) for event in form.getlist("StatusCallbackEvent")) or ("completed",),
        detected=_field(form, "AsyncAmdStatusCallback") if _field(form, "MachineDetection") == "Enable" else "",
    )
    if not (plan.url or plan.twiml):
        raise TwilioRefused(21205)
    return plan


def _sender(account: Account, form: FormData, *, not_ours: int) -> str:
    """The Messaging Service asked for, or nothing for a plain From; both belong to the account, or it is refused."""
    sender, service = _field(form, "From"), _field(form, "MessagingServiceSid")
    if not (sender or service):
        raise TwilioRefused(21603)
    if service and service not in (account.service_sid, account.spare_service_sid):
        raise TwilioRefused(21701, service)
    if sender and not E164.fullmatch(sender):
        raise TwilioRefused(21212, sender)
    if sender and sender != account.number:
        raise TwilioRefused(not_ours, sender)
    return service


def _may_pass(limit: Bucket, to: str) -> Fate:
    fate = fate_of(to)
    if fate.refusal:
        raise TwilioRefused(fate.refusal, to)
    if not limit.take():
        raise TwilioRefused(20429)
    return fate


async def _answer(fate: Fate, life: asyncio.Task[None], request: Request) -> None:
    match fate.answer:
        case Answer.AS_503:
            raise TwilioRefused(20503)
        case Answer.NEVER:  # until the client gives up
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(NEVER_SECONDS):
                    await _hung_up(request)
        case Answer.LAST:
            await asyncio.wait({life})


async def _hung_up(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass


def _page_size(query: dict[str, str]) -> int:
    try:
        return max(1, min(1000, int(query["PageSize"])))
    except ValueError:
        raise TwilioRefused(20001, "PageSize") from None


def _wanted(account: Account, query: dict[str, str]) -> Wanted:
    return Wanted(account=account.sid, to=query.get("To") or None, sender=query.get("From") or None)


def _span(query: dict[str, str], name: str) -> tuple[datetime | None, datetime | None]:
    """Since and until when, by a filter for a day, or for moments on both sides."""
    day, since, until = (query.get(name + sign, "") for sign in ("", ">", "<"))
    return _moment(name, since or day[:DAY], time.min), _moment(name, until or day[:DAY], time.max)


def _began_in(call: Call, since: datetime | None, until: datetime | None) -> bool:
    if call.started_at is None:
        return since is until is None
    return (since is None or call.started_at >= since) and (until is None or call.started_at <= until)


def _moment(name: str, value: str, time_of_day: time) -> datetime | None:
    if not value:
        return None
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        raise TwilioRefused(20001, name) from None
    if len(value) == DAY:
        return datetime.combine(moment, time_of_day, UTC)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
