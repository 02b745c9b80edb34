"""Readers of emails choose what comes, by the link in each: unsubscribing in one click, a page, and its data."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Path, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import BaseModel

from contracts.addresses import mask
from contracts.deliveries import Channel
from contracts.inbound import Cause, PersonRef, Scope
from contracts.model import Flag
from contracts.profiles import Brand, CompanyProfile
from notifier_svc.channels.links import ALL_CHOICES, PATH
from notifier_svc.domain.choices import Choice
from notifier_svc.domain.keys import Keys
from notifier_svc.http.pages import page, refusal
from notifier_svc.store import blocks
from notifier_svc.store.blocks import Place
from notifier_svc.store.reading import company_of, email_with
from servicekit.db import Tx
from servicekit.errors import Unprocessable
from servicekit.http import Body, Db, no_store
from servicekit.links import BrokenLink, Link, Links
from servicekit.pages import page_answers

router = APIRouter(prefix="/v1/email-choices/{token}", tags=["for readers of emails"])
page_router = APIRouter(prefix=PATH + "/{token}", tags=["for readers of emails"])

Token = Annotated[str, Path(max_length=200, description="of the link in an email")]


class Choices(BaseModel):
    """What comes to one address from one company, as far as its owner says."""

    company_id: UUID
    company: str
    locale: str
    """The company's language (BCP 47)."""
    brand: Brand
    masked_address: str | None
    """`m***@example.com`; nothing where the address is on file no more."""
    choices: tuple[Choice, ...]


class Wish(Body):
    """Whether emails of this kind should stop."""

    stopped: Flag


@router.get("", dependencies=[Depends(no_store)])
async def read_choices(token: Token, request: Request, db: Db) -> Choices:
    """What the reader of an email has stopped, by its link and without signing in."""
    reader = Reader(request, token)
    async with db.worker() as tx:
        company, address = await reader.known(tx)
        return _choices(company, address, await reader.stopped(tx))


@router.put("/{scope}", dependencies=[Depends(no_store)])
async def choose(token: Token, scope: Scope, body: Wish, request: Request, db: Db) -> Choices:
    """Stop emails of one kind, or have them again. It counts from this answer on; other people's blocks stay."""
    reader = Reader(request, token)
    async with db.worker() as tx:
        company, address = await reader.known(tx)
        await reader.choose(tx, scope, address, stop=body.stopped)
        return _choices(company, address, await reader.stopped(tx))


@page_router.get("", response_class=Response, responses=page_answers(200, 404))
async def show_page(token: Token, request: Request, db: Db) -> Response:
    """The page behind the link in an email. Looking at it changes nothing: mail scanners open links, too."""
    try:
        reader = Reader(request, token)
    except BrokenLink:
        return refusal()
    return await _page(reader, db)


@page_router.post("", response_class=Response)
async def unsubscribe(
    token: Token,
    request: Request,
    db: Db,
    clicked: Annotated[str, Form(alias="List-Unsubscribe", max_length=100)] = "",
) -> Response:
    """One click in a mail program (RFC 8058): stops what the link is about, without another question."""
    reader = Reader(request, token)
    if clicked != "One-Click":
        raise Unprocessable("The form must say List-Unsubscribe=One-Click.")
    if reader.link.scope is not Scope.EVERYTHING:  # which no email offers to stop by one click
        async with db.worker() as tx:
            await reader.choose(tx, reader.link.scope, (await reader.known(tx))[1], stop=True)
    return await _page(reader, db)


@page_router.post("/{scope}", response_class=Response, status_code=303)
async def choose_on_page(
    token: Token, scope: Scope, request: Request, db: Db, stop: Annotated[bool, Form()]
) -> Response:
    """A button of the page."""
    reader = Reader(request, token)
    async with db.worker() as tx:
        await reader.choose(tx, scope, (await reader.known(tx))[1], stop=stop)
    return RedirectResponse(f"{PATH}/{token}", 303)


Stopped = Mapping[tuple[Scope, Cause], datetime]


class Reader:
    """Whoever has the link of a token. Raises `BrokenLink` for one that is none."""

    def __init__(self, request: Request, token: str) -> None:
        links: Links = request.app.state.links
        self._keys: Keys = request.app.state.keys
        self.token = token
        self.link: Link = links.read(token)

    async def known(self, tx: Tx) -> tuple[CompanyProfile, str | None]:
        """The company that wrote, and the address that it wrote to, where that is still on file."""
        link = self.link
        company = await company_of(tx, link.company_id)
        return company, await email_with(tx, self._keys, link.company_id, link.customer_id, link.address_hash)

    async def stopped(self, tx: Tx) -> Stopped:
        """What was stopped, by whom, and since when."""
        return await blocks.stopped(tx, self.link.company_id, self.link.address_hash)

    async def choose(self, tx: Tx, scope: Scope, address: str | None, *, stop: bool) -> None:
        """Stop it or take that back; twice is once."""
        hashed, place = self.link.address_hash, Place(self.link.company_id, Channel.EMAIL, address or "")
        by = PersonRef(customer_id=self.link.customer_id, person_id=self.link.person_id)
        if stop:
            await blocks.add(tx, hashed, place, Cause.UNSUBSCRIBED, scope, by=by)
        else:
            await blocks.lift_own(tx, hashed, place, Cause.UNSUBSCRIBED, scope, by)


async def _page(reader: Reader, db: Db) -> Response:
    async with db.worker() as tx:
        company, address = await reader.known(tx)
        choices = _choices(company, address, await reader.stopped(tx))
    urls = (f"{PATH}/{reader.token}", f"{ALL_CHOICES}/{reader.token}")
    return page(company, choices.masked_address, choices.choices, reader.link.scope, *urls)


def _choices(company: CompanyProfile, address: str | None, stopped: Stopped) -> Choices:
    return Choices(
        company_id=company.id,
        company=company.name,
        locale=company.locale,
        brand=company.brand,
        masked_address=mask(address) if address else None,
        choices=tuple(_choice(scope, stopped) for scope in Scope),
    )


def _choice(scope: Scope, stopped: Stopped) -> Choice:
    own, companys = (stopped.get((scope, cause)) for cause in (Cause.UNSUBSCRIBED, Cause.OFFICE))
    return Choice(scope=scope, stopped=own is not None, by_company=companys is not None, since=own or companys)
