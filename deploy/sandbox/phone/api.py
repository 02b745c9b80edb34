"""The phone as JSON, for scripts and tests: what came, and answers to it."""

from itertools import islice
from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Query
from pydantic import AwareDatetime, BaseModel, StringConstraints

from deploy.sandbox.phone.accounts import Account, Accounts
from deploy.sandbox.phone.book import Wanted
from deploy.sandbox.phone.line import NotListening
from deploy.sandbox.phone.parts import Phone
from deploy.sandbox.phone.records import Call, Text

PhoneNumber = Annotated[str, StringConstraints(pattern=r"^\+[1-9][0-9]{6,14}$")]
Limit = Annotated[int, Query(ge=1, le=1000)]


class AccountFacts(BaseModel):
    """A company's account, without its token."""

    company: str
    sid: str
    number: str
    service_sid: str
    inbound_url: str
    stop_by_twilio: bool


class TextPage(BaseModel):
    """A page of texts, newest first; pass `next_cursor` as `cursor` to go on."""

    texts: list[Text]
    next_cursor: str | None


class CallPage(BaseModel):
    """A page of calls, newest first; pass `next_cursor` as `cursor` to go on."""

    calls: list[Call]
    next_cursor: str | None


class Count(BaseModel):
    """How many match."""

    count: int


class Answer(BaseModel):
    """What a person writes from `phone` to a company's number."""

    phone: PhoneNumber
    to: PhoneNumber
    body: Annotated[str, StringConstraints(min_length=1, max_length=1600)]


class Keys(BaseModel):
    """Keys to press, one after the other."""

    keys: Annotated[str, StringConstraints(pattern=r"^[0-9*#]{1,32}$")]


def _wanted(
    to: str | None = None,
    sender: Annotated[str | None, Query(alias="from")] = None,
    phone: str | None = None,
    sid: str | None = None,
    account: str | None = None,
    direction: str | None = None,
    status: str | None = None,
    since: AwareDatetime | None = None,
) -> Wanted:
    return Wanted(to, sender, sid, account, direction, status, phone, since)


WantedByQuery = Annotated[Wanted, Depends(_wanted)]


def phone_api(phone: Phone) -> APIRouter:
    """Routes below /api/phone."""
    router = APIRouter(prefix="/api/phone", tags=["phone"])
    _add_lists(router, phone)
    _add_answers(router, phone)
    return router


def _add_lists(router: APIRouter, phone: Phone) -> None:
    book = phone.book

    @router.get("/accounts")
    async def list_accounts() -> list[AccountFacts]:
        """The companies' accounts and numbers."""
        return [_facts(account) for account in phone.accounts.all]

    @router.get("/texts")
    async def list_texts(wanted: WantedByQuery, limit: Limit = 50, cursor: str | None = None) -> TextPage:
        """Both directions, newest first; `phone` is the person's number whoever wrote."""
        found = list(islice(book.texts.newest(wanted, cursor), limit + 1))
        return TextPage(texts=found[:limit], next_cursor=found[limit - 1].sid if len(found) > limit else None)

    @router.get("/texts/count")
    async def count_texts(wanted: WantedByQuery) -> Count:
        """How many match, with the filters of the list."""
        return Count(count=sum(1 for _ in book.texts.newest(wanted)))

    @router.get("/calls")
    async def list_calls(wanted: WantedByQuery, limit: Limit = 50, cursor: str | None = None) -> CallPage:
        """Newest first, each with what was heard in it."""
        found = list(islice(book.calls.newest(wanted, cursor), limit + 1))
        return CallPage(calls=found[:limit], next_cursor=found[limit - 1].sid if len(found) > limit else None)

    @router.get("/calls/count")
    async def count_calls(wanted: WantedByQuery) -> Count:
        """How many match, with the filters of the list."""
        return Count(count=sum(1 for _ in book.calls.newest(wanted)))


def _add_answers(router: APIRouter, phone: Phone) -> None:
    @router.post("/texts", status_code=201)
    async def write(answer: Answer) -> Text:
        """Write from a phone; it is posted to the company's inbound URL before this answers (see `notice`)."""
        return await phone.texts.reply(owner(phone.accounts, answer.to), answer.phone, answer.body)

    @router.post("/calls/{sid}/keys")
    async def press(sid: str, keys: Keys) -> Call:
        """Press keys; answers when the call waits again or is over."""
        known_call(phone, sid)
        try:
            await phone.calls.press(sid, keys.keys)
        except NotListening:
            raise HTTPException(409, "The call isn't waiting for a key.") from None
        return known_call(phone, sid)

    @router.post("/calls/{sid}/hang-up")
    async def hang_up(sid: str) -> Call:
        """End the call."""
        known_call(phone, sid)
        try:
            await phone.calls.hang_up(sid)
        except NotListening:
            raise HTTPException(409, "Nobody is on the line.") from None
        return known_call(phone, sid)


def owner(accounts: Accounts, number: str) -> Account:
    """Whose number this is, or 404."""
    account = accounts.owner(number)
    if account is None:
        raise HTTPException(404, "No company has this number.")  # fault 68
    return account


def known_call(phone: Phone, sid: str) -> Call:
    """The call, or 404."""
    call = phone.book.calls.get(sid)
    if call is None:
        raise HTTPException(404, "There is no such call.")
    return call


def _facts(account: Account) -> AccountFacts:
    return AccountFacts(
        company=account.company.slug,
        sid=account.sid,
        number=account.number,
        service_sid=account.service_sid,
        inbound_url=account.settings.inbound_url,
        stop_by_twilio=account.settings.stop_by_twilio,
    )
