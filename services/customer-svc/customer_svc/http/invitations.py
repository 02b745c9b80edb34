"""Invitations to the portal: the office sends them (S4.13), and the page behind their link takes a password."""

from dataclasses import asdict
from datetime import datetime
from pathlib import Path as Folder
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Path, Request, Response
from pydantic import BaseModel

from contracts.addresses import mask
from contracts.customer_requests import Purpose
from customer_svc.domain import portal as rules
from customer_svc.domain.changes import Change
from customer_svc.domain.portal import AccountClosed, ConfirmedAlready, InvitationUsed, SignsInElsewhere, Standing
from customer_svc.domain.welcome import WORDS
from customer_svc.http.changing import OFFICE, by
from customer_svc.http.portal import PATH, PortalOf, signed_in
from customer_svc.portal import INVITATION, Portal
from customer_svc.store import changes, companies, customers
from customer_svc.store import portal as store
from servicekit import clock
from servicekit.auth import Principal, require
from servicekit.db import Tx
from servicekit.errors import Unprocessable
from servicekit.http import Db
from servicekit.idempotency import Once, once
from servicekit.links import BrokenLink, Invitation, Links
from servicekit.pages import Pages, page_answers

router = APIRouter(prefix="/v1/customers/{customer_id}/contacts/{contact_id}/emails/{email_id}", tags=["portal"])
customer_router = APIRouter(prefix="/v1/customers/{customer_id}", tags=["portal"])
page_router = APIRouter(prefix=PATH + "/invitations/{token}", tags=["portal"])

Office = Annotated[Principal, Depends(require(*OFFICE))]
Token = Annotated[str, Path(max_length=200, description="of the link in an invitation")]

_PAGES = Pages(Folder(__file__).parent.parent / "pages", WORDS)
_ANSWERS = page_answers(200, 403, 404, 409)
_ENDED = {InvitationUsed: "used", AccountClosed: "closed"}


@router.post("/invitation", status_code=202, response_class=Response)
async def invite(customer_id: UUID, contact_id: UUID, email_id: UUID, request: Once, who: Office, db: Db) -> Response:
    """Send a contact a link to confirm the account, or send it again: the same one, as long as it holds (S4.13)."""
    async with db.company(who.company) as tx:
        return await once(tx, request, who, lambda: _invite(tx, who, customer_id, contact_id, email_id))


async def _invite(tx: Tx, who: Principal, customer_id: UUID, contact_id: UUID, email_id: UUID) -> Response:
    customer = await customers.lock(tx, who.company, customer_id)
    address = rules.invited(customer, contact_id, email_id)
    known = await store.account(tx, who.company, email_id)
    if known is not None and known.confirmed_at is not None:
        raise ConfirmedAlready
    if await store.signs_in_elsewhere(tx, who.company, address, email_id):
        raise SignsInElsewhere
    await store.invite(tx, customer, contact_id, email_id, address, Purpose.CONFIRM, clock.now(), asked=False)
    await changes.add(tx, customer, by(who), [Change(INVITATION, email_id, None, "invited")])
    return Response(status_code=202)


class PortalAccess(BaseModel):
    """Whether a contact can sign in to the portal by one email address."""

    contact_id: UUID
    email_id: UUID
    address: str
    state: Standing
    invited_at: datetime | None
    """When the link was sent that was not used yet."""
    invitation_expires_at: datetime | None
    confirmed_at: datetime | None
    locked_until: datetime | None
    """After too many tries in a row nobody may sign in until then."""
    signed_in_at: datetime | None
    """When they signed in last."""


@customer_router.get("/portal")
async def list_portal_access(customer_id: UUID, request: Request, who: Office, db: Db) -> list[PortalAccess]:
    """Which contacts of a customer were invited to the portal, have confirmed, and when they signed in last."""
    links: Links = request.app.state.links
    now = clock.now()
    async with db.company(who.company) as tx:
        await customers.get(tx, who.company, customer_id)
        found = await store.accesses(tx, who.company, customer_id, links.tag)
    return [PortalAccess(**asdict(each), state=each.standing(now)) for each in found]


@page_router.get("", response_class=Response, responses=_ANSWERS)
async def show_invitation(token: Token, request: Request, portal: PortalOf, db: Db) -> Response:
    """The page behind the link: choose a password."""
    async with db.worker() as tx:
        return await _page(tx, portal, request, token)


@page_router.post("", response_class=Response, responses=_ANSWERS | page_answers(422))
async def take_invitation(
    token: Token, request: Request, portal: PortalOf, db: Db, password: Annotated[str, Form(max_length=1000)] = ""
) -> Response:
    """The page's form."""
    wrong = None
    try:
        invitation = _invitation(request, token)
        async with db.worker() as tx:
            company = (await portal.invited(tx, invitation)).company
        session = await portal.choose_password(db, invitation, password)
        response = _PAGES.render("invitation.html", company.locale, company=company, ended=None, done=True)
        response.headers["set-cookie"] = signed_in(request, session).headers["set-cookie"]
        return response
    except Unprocessable:
        wrong = "short" if len(password) < rules.SHORTEST else "long" if len(password) > rules.LONGEST else "easy"
    except SignsInElsewhere:
        wrong = "elsewhere"
    except (BrokenLink, *_ENDED):
        pass  # the page says so
    async with db.worker() as tx:
        return await _page(tx, portal, request, token, wrong)


def _invitation(request: Request, token: str) -> Invitation:
    links: Links = request.app.state.links
    return links.read_invitation(token)


async def _page(tx: Tx, portal: Portal, request: Request, token: str, wrong: str | None = None) -> Response:
    """Where an invitation stands."""
    try:
        invitation = _invitation(request, token)
    except BrokenLink:
        return _PAGES.render("invitation.html", "en", 404, company=None)
    company = await companies.get(tx, invitation.company_id)
    try:
        account = (await portal.invited(tx, invitation)).account
    except (InvitationUsed, AccountClosed) as error:
        return _PAGES.render(
            "invitation.html", company.locale, error.status, company=company, ended=_ENDED[type(error)], done=False
        )
    values = {"ended": None, "done": False, "wrong": wrong, "address": mask(account.normalised)}
    return _PAGES.render("invitation.html", company.locale, 422 if wrong else 200, company=company, **values)
