"""Puts the parts together: one HTTP app, with SMTP beside it for as long as it runs."""

import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse
from fastapi.staticfiles import StaticFiles

from deploy.sandbox.identity.clients import Clients
from deploy.sandbox.identity.codes import Codes
from deploy.sandbox.identity.cors import IdentityCors
from deploy.sandbox.identity.endpoints import identity_endpoints
from deploy.sandbox.identity.errors import TokenRefused, refuse_token
from deploy.sandbox.identity.keys import load_or_create_key
from deploy.sandbox.identity.renewals import Renewals
from deploy.sandbox.identity.sign_in import sign_in_pages
from deploy.sandbox.identity.tokens import TokenMaker
from deploy.sandbox.mailbox.api import mailbox_api
from deploy.sandbox.mailbox.bounces import Bounces
from deploy.sandbox.mailbox.pages import mailbox_pages
from deploy.sandbox.mailbox.smtp import SmtpServer
from deploy.sandbox.mailbox.store import Mailbox
from deploy.sandbox.phone.api import phone_api
from deploy.sandbox.phone.errors import TwilioRefused, refuse
from deploy.sandbox.phone.pages import phone_pages
from deploy.sandbox.phone.parts import Phone
from deploy.sandbox.phone.rest import twilio_api
from deploy.sandbox.refusals import answer_refusals
from deploy.sandbox.settings import SandboxSettings
from deploy.sandbox.web import HERE, Pages


def create_app(settings: SandboxSettings, smtp_listener: socket.socket) -> FastAPI:
    """The sandbox on this state folder. Raises CannotStart."""
    settings.state.mkdir(parents=True, exist_ok=True, mode=0o700)
    mailbox = Mailbox(settings.state)
    bounces = Bounces(settings.bounce_host, settings.bounce_port, settings.bounce_seconds)
    smtp = SmtpServer(mailbox, bounces)
    phone = Phone(settings)

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        await smtp.start(smtp_listener)
        phone.start()
        yield
        await phone.stop()
        await smtp.stop()
        await bounces.stop()
        await mailbox.close()

    app = FastAPI(
        title="Fieldbell sandbox", lifespan=lifespan, docs_url=None, redoc_url=None
    )  # those load foreign scripts
    pages = Pages()
    app.include_router(mailbox_api(mailbox))
    app.include_router(mailbox_pages(pages, mailbox))
    _add_phone(app, pages, phone)
    _add_identity(app, settings, pages)
    _add_front(app, settings, pages, smtp)
    answer_refusals(app, pages)
    return app


def _add_phone(app: FastAPI, pages: Pages, phone: Phone) -> None:
    app.include_router(twilio_api(phone))
    app.include_router(phone_api(phone))
    app.include_router(phone_pages(pages, phone))
    app.add_exception_handler(TwilioRefused, refuse)


def _add_identity(app: FastAPI, settings: SandboxSettings, pages: Pages) -> None:
    tokens = TokenMaker(settings.issuer, load_or_create_key(settings.state))
    clients = Clients({"notifier-svc": settings.service_secret.get_secret_value()})
    codes = Codes()
    app.include_router(identity_endpoints(tokens, clients, codes, Renewals()))
    app.include_router(sign_in_pages(pages, codes, settings.issuer))
    app.add_exception_handler(TokenRefused, refuse_token)
    app.add_middleware(IdentityCors)


def _add_front(app: FastAPI, settings: SandboxSettings, pages: Pages, smtp: SmtpServer) -> None:
    app.mount("/static", StaticFiles(directory=HERE / "static"), name="static")

    @app.get("/", include_in_schema=False)
    async def index(request: Request) -> Response:
        """Where to go."""
        return pages.render(request, "index.html", settings=settings)

    @app.get("/health/live")
    async def live() -> dict[str, str]:
        """The process answers."""
        return {"status": "ok"}

    @app.get("/health/ready")
    async def ready() -> JSONResponse:
        """Mail is accepted."""
        return JSONResponse({"smtp": smtp.is_serving}, 200 if smtp.is_serving else 503)
