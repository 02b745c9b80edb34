"""The phone as pages: who got what, the threads of one phone, and a call with its keys."""

from collections.abc import Awaitable
from dataclasses import dataclass
from itertools import islice
from typing import Annotated

from fastapi import APIRouter, Form, HTTPException, Request, Response
from fastapi.responses import RedirectResponse

from deploy.sandbox.phone.accounts import Account
from deploy.sandbox.phone.api import known_call, owner
from deploy.sandbox.phone.book import Wanted
from deploy.sandbox.phone.fates import FATES
from deploy.sandbox.phone.line import NotListening
from deploy.sandbox.phone.parts import Phone
from deploy.sandbox.phone.records import Call, Text
from deploy.sandbox.phone.rest import E164, LONGEST_BODY
from deploy.sandbox.web import Pages

MOST_PHONES = 50
MOST_OF_A_THREAD = 50
KEYPAD = "123456789*0#"


@dataclass(frozen=True, slots=True)
class Thread:
    """What passed between a phone and one company, oldest first."""

    account: Account
    items: list[Text | Call]


@dataclass(frozen=True, slots=True)
class Latest:
    """A line of the list: a phone and what came last."""

    phone: str
    item: Text | Call
    company: str


def phone_pages(pages: Pages, phone: Phone) -> APIRouter:
    """Pages below /phone."""
    router = APIRouter(prefix="/phone", include_in_schema=False)

    @router.get("")
    async def phones(request: Request, number: str = "") -> Response:
        """Every phone, the one heard of last first; `number` opens one."""
        wanted = number.strip().replace(" ", "")
        if E164.fullmatch(wanted):
            return RedirectResponse(f"/phone/{wanted}", status_code=303)
        texted, called = phone.book.texts.phones(), phone.book.calls.phones()
        latest = _latest(phone, {*texted[:MOST_PHONES], *called[:MOST_PHONES]})[:MOST_PHONES]
        total = len({*texted, *called})
        return pages.render(request, "phones.html", wanted=wanted, latest=latest, total=total, fates=FATES)

    @router.get("/calls/{sid}")
    async def call(request: Request, sid: str, late: bool = False) -> Response:
        """What was heard in a call, and the keys while it waits for one."""
        found = known_call(phone, sid)
        gather = phone.calls.waiting_for(sid)
        account = phone.accounts[found.account]
        return pages.render(request, "call.html", call=found, gather=gather, account=account, keypad=KEYPAD, late=late)

    @router.post("/calls/{sid}/keys")
    async def press(sid: str, key: Annotated[str, Form(pattern="^[0-9*#]$")]) -> Response:
        """Press one key."""
        known_call(phone, sid)
        return await _back(sid, phone.calls.press(sid, key))

    @router.post("/calls/{sid}/hang-up")
    async def hang_up(sid: str) -> Response:
        """End the call."""
        known_call(phone, sid)
        return await _back(sid, phone.calls.hang_up(sid))

    @router.get("/{number}")
    async def threads(request: Request, number: str) -> Response:
        """One phone: a thread with each company, the liveliest first."""
        _check(number)
        found = sorted((_thread(phone, account, number) for account in phone.accounts.all), key=_last, reverse=True)
        return pages.render(request, "phone.html", number=number, threads=found, longest=LONGEST_BODY)

    @router.post("/{number}/texts")
    async def write(
        number: str, to: Annotated[str, Form()], body: Annotated[str, Form(min_length=1, max_length=LONGEST_BODY)]
    ) -> Response:
        """Write to a company."""
        _check(number)
        account = owner(phone.accounts, to)
        await phone.texts.reply(account, number, body)
        return RedirectResponse(f"/phone/{number}#{account.company.slug}", status_code=303)

    return router


async def _back(sid: str, deed: Awaitable[None]) -> Response:
    try:
        await deed
    except NotListening:
        return RedirectResponse(f"/phone/calls/{sid}?late=true", status_code=303)
    return RedirectResponse(f"/phone/calls/{sid}", status_code=303)


def _check(number: str) -> None:
    if not E164.fullmatch(number):
        raise HTTPException(404, "A phone's number is + and 7 to 15 digits.")


def _latest(phone: Phone, numbers: set[str]) -> list[Latest]:
    names = {account.sid: account.company.name for account in phone.accounts.all}
    lines = []
    for number in numbers:
        item = max(_items(phone, Wanted(phone=number), 1), key=lambda item: item.created_at)
        lines.append(Latest(number, item, names[item.account]))
    return sorted(lines, key=lambda line: line.item.created_at, reverse=True)


def _thread(phone: Phone, account: Account, number: str) -> Thread:
    items = _items(phone, Wanted(phone=number, account=account.sid), MOST_OF_A_THREAD)
    return Thread(account, sorted(items, key=lambda item: item.created_at))


def _items(phone: Phone, wanted: Wanted, most: int) -> list[Text | Call]:
    texts = islice(phone.book.texts.newest(wanted), most)
    return [*texts, *islice(phone.book.calls.newest(wanted), most)]


def _last(thread: Thread) -> float:
    return thread.items[-1].created_at.timestamp() if thread.items else 0.0
