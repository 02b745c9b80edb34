"""The portal over HTTP: sign in and out, tokens and their keys, a forgotten password, who is signed in."""

from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Cookie, Depends, Request, Response
from pydantic import BaseModel
from starlette.background import BackgroundTask

from contracts.jobs import Role
from customer_svc.domain import portal as rules
from customer_svc.domain.portal import ACCESS_TOKEN, SESSION, Forgotten, Me, NewPassword, SignIn
from customer_svc.http.changing import own_customer
from customer_svc.portal import Portal, Session
from customer_svc.store import companies
from customer_svc.store import portal as store
from servicekit import clock
from servicekit.auth import Principal, require
from servicekit.errors import NotFound, Unauthorized
from servicekit.http import Db
from servicekit.links import Links

PATH = "/v1/portal"
COOKIE = "fieldbell_portal"
NO_STORE = {"cache-control": "no-store"}

router = APIRouter(prefix=PATH, tags=["portal"])

Customer = Annotated[Principal, Depends(require(Role.CUSTOMER))]
Kept = Annotated[str | None, Cookie(alias=COOKIE)]


def _portal(request: Request) -> Portal:
    portal: Portal = request.app.state.portal
    return portal


PortalOf = Annotated[Portal, Depends(_portal)]


class NoAccount(NotFound):
    """There is no such account, or no more."""

    slug = "no-account"


class SignedIn(BaseModel):
    """An access token (RFC 6750); the session itself is in a cookie that no script can read."""

    access_token: str
    token_type: Literal["Bearer"] = "Bearer"  # noqa: S105  (a kind of token)
    expires_in: int = int(ACCESS_TOKEN.total_seconds())


@router.post("/sign-in", response_model=SignedIn)
async def sign_in(body: SignIn, request: Request, portal: PortalOf, db: Db) -> Response:
    """Sign in with an email address and a password. Of too many tries in a row the next must wait: a 429."""
    return signed_in(request, await portal.sign_in(db, body))


@router.post("/token", response_model=SignedIn)
async def renew(portal: PortalOf, db: Db, cookie: Kept = None) -> Response:
    """Another access token, by the cookie of the session."""
    if cookie is None:
        raise Unauthorized("Please sign in.")
    return _answer(await portal.renew(db, cookie))


@router.post("/sign-out", status_code=204)
async def sign_out(request: Request, portal: PortalOf, db: Db, cookie: Kept = None) -> Response:
    """End the session; what access tokens there are expire by themselves within minutes."""
    if cookie is not None:
        await portal.sign_out(db, cookie)
    response = Response(status_code=204)
    response.delete_cookie(COOKIE, PATH, secure=_secure(request), httponly=True, samesite="strict")
    return response


@router.post("/forgotten", status_code=202, response_class=Response)
async def forgot_password(body: Forgotten, portal: PortalOf, db: Db) -> Response:
    """Have a link sent for a new password. The answer, and how soon it comes, is the same for unknown addresses."""
    return Response(status_code=202, background=BackgroundTask(portal.remind, db, body))


@router.post("/password", response_model=SignedIn)
async def choose_password(body: NewPassword, request: Request, portal: PortalOf, db: Db) -> Response:
    """Choose a password by the link in an invitation, which works once, and be signed in (S4.14)."""
    links: Links = request.app.state.links
    return signed_in(request, await portal.choose_password(db, links.read_invitation(body.token), body.password))


@router.get("/me")
async def who_is_signed_in(who: Customer, db: Db) -> Me:
    """Who is signed in to which company, and what it offers at the moment."""
    async with db.company(who.company) as tx:
        customer = await own_customer(tx, who)
        account = await store.account(tx, who.company, _account_id(who))
        if account is None:
            raise NoAccount
        return rules.me(customer, account, await companies.get(tx, who.company), clock.now())


@router.get("/jwks")
async def read_keys(portal: PortalOf) -> dict[str, list[dict[str, Any]]]:
    """The public keys that check the portal's tokens (RFC 7517)."""
    return portal.tokens.jwks


def _account_id(who: Principal) -> UUID:
    """Of a token that the portal signed; another issuer's customers have none."""
    try:
        return UUID(who.subject)
    except ValueError:
        raise NoAccount from None


def signed_in(request: Request, session: Session) -> Response:
    """The access token, and the cookie."""
    response = _answer(session.access_token)
    response.set_cookie(
        COOKIE,
        session.token,
        max_age=int(SESSION.total_seconds()),
        path=PATH,
        secure=_secure(request),
        httponly=True,
        samesite="strict",
    )
    return response


def _answer(access_token: str) -> Response:
    body = SignedIn(access_token=access_token).model_dump_json()
    return Response(body, headers=NO_STORE, media_type="application/json")


def _secure(request: Request) -> bool:
    """Whether browsers reach this service by TLS, whatever a proxy made of it."""
    public_url: str = request.app.state.public_url
    return public_url.startswith("https:")
