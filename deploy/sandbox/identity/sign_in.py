"""What people see of the identity: the list of personas, and "Who are you today?" for an app that asks."""

from typing import Annotated
from urllib.parse import urlencode, urlsplit

from fastapi import APIRouter, Form, HTTPException, Query, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import BaseModel

from deploy.sandbox.identity.clients import APPS, is_loopback
from deploy.sandbox.identity.codes import Codes, Grant
from deploy.sandbox.identity.personas import COMPANIES, PERSONAS
from deploy.sandbox.web import Pages


class AuthorizeRequest(BaseModel):
    """An authorization request (RFC 6749 4.1.1, RFC 7636 4.3)."""

    client_id: str = ""
    redirect_uri: str = ""
    response_type: str = ""
    code_challenge: str = ""
    code_challenge_method: str = ""
    state: str = ""
    nonce: str = ""
    scope: str = ""
    prompt: str = ""

    @property
    def is_trusted(self) -> bool:
        """Whether an answer, even a refusal, may be sent to that address."""
        return self.client_id in APPS and is_loopback(self.redirect_uri)

    @property
    def error(self) -> str | None:
        """What is wrong with it, as an OAuth error code."""
        if self.response_type != "code":
            return "unsupported_response_type"
        if self.code_challenge_method != "S256" or not self.code_challenge.isascii() or not self.code_challenge:
            return "invalid_request"
        return "login_required" if self.prompt == "none" else None  # nobody stays signed in here


class Choice(AuthorizeRequest):
    """The request again, with the persona that was picked."""

    persona: str


def sign_in_pages(pages: Pages, codes: Codes, issuer: str) -> APIRouter:
    """Pages below /identity."""
    router = APIRouter(prefix="/identity", include_in_schema=False)

    @router.get("")
    async def personas(request: Request) -> Response:
        """Who there is, and how to get a token of each."""
        return pages.render(request, "personas.html", issuer=issuer, companies=COMPANIES, personas=PERSONAS.values())

    @router.get("/authorize")
    async def ask(request: Request, asked: Annotated[AuthorizeRequest, Query()]) -> Response:
        """Show who one can be."""
        if refusal := _refuse(pages, request, asked, issuer):
            return refusal
        return pages.render(
            request,
            "authorize.html",
            form_action=_origin(asked.redirect_uri),
            asked=asked,
            companies=COMPANIES,
            personas=PERSONAS.values(),
        )

    @router.post("/authorize")
    async def choose(request: Request, choice: Annotated[Choice, Form()]) -> Response:
        """Send the browser back to the app with a code."""
        if refusal := _refuse(pages, request, choice, issuer):
            return refusal
        if choice.persona not in PERSONAS:
            raise HTTPException(404, "There is no such persona.")
        grant = Grant(
            PERSONAS[choice.persona],
            choice.client_id,
            choice.redirect_uri,
            choice.code_challenge,
            choice.nonce,
            lasting="offline_access" in choice.scope.split(),
        )
        return _back(choice, issuer, code=codes.issue(grant))

    @router.get("/end-session")
    async def end_session(post_logout_redirect_uri: str = "", state: str = "") -> Response:
        """Back to the app that signed out (OpenID Connect RP-Initiated Logout 1.0); there is no session to end."""
        if not is_loopback(post_logout_redirect_uri):
            return RedirectResponse("/identity", status_code=303)
        return RedirectResponse(with_query(post_logout_redirect_uri, {"state": state} if state else {}), 303)

    return router


def _refuse(pages: Pages, request: Request, asked: AuthorizeRequest, issuer: str) -> Response | None:
    if not asked.is_trusted:
        return pages.render(request, "refused.html", status=400, apps=sorted(APPS))
    return _back(asked, issuer, error=asked.error) if asked.error else None


def _back(asked: AuthorizeRequest, issuer: str, **answer: str) -> Response:
    """RFC 6749 4.1.2, with the issuer named (RFC 9207)."""
    more = answer | ({"state": asked.state} if asked.state else {}) | {"iss": issuer}
    return RedirectResponse(with_query(asked.redirect_uri, more), status_code=303)


def with_query(uri: str, more: dict[str, str]) -> str:
    """The address with more in its query."""
    joint = "&" if urlsplit(uri).query else "?"
    return f"{uri}{joint}{urlencode(more)}" if more else uri


def _origin(uri: str) -> str:
    parts = urlsplit(uri)
    return f"{parts.scheme}://{parts.netloc}"
