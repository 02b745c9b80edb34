"""Wiring of customer-svc, and its command line."""

from fastapi import FastAPI

from contracts.jobs import Role
from customer_svc.background import forget_old, work_off
from customer_svc.events import CONSUMERS
from customer_svc.http import (
    addresses,
    batches,
    changes,
    companies,
    consent,
    contacts,
    customers,
    imports,
    invitations,
    logos,
    portal,
    preferences,
)
from customer_svc.portal import Portal
from customer_svc.settings import CustomerSettings
from servicekit import deadletters_http
from servicekit.auth import OwnIssuer
from servicekit.cli import run_cli
from servicekit.http import create_app
from servicekit.links import Links
from servicekit.runtime import Runtime

ROUTERS = (
    deadletters_http.router,
    companies.router,
    logos.router,
    customers.router,
    contacts.router,
    addresses.router,
    consent.router,
    changes.router,
    changes.company_router,
    batches.router,
    imports.router,
    preferences.router,
    preferences.office_router,
    portal.router,
    invitations.router,
    invitations.customer_router,
    invitations.page_router,
)


def build(settings: CustomerSettings) -> FastAPI:
    """The service; companies and customers begin here, and it hears what customers answer."""
    tokens, links = settings.portal_tokens, Links.of(settings.link_keys)
    runtime = Runtime(
        "customer-svc",
        settings,
        consumers=CONSUMERS,
        tasks=[
            ("batch edits and imports", lambda runtime: work_off(runtime.database)),
            ("old sign-ins and batch edits", lambda runtime: forget_old(runtime.database)),
        ],
        own_issuer=OwnIssuer(settings.portal_issuer, frozenset({Role.CUSTOMER}), tokens.jwks),
    )
    app = create_app(runtime, ROUTERS)
    app.state.portal = Portal(tokens, links)
    app.state.links = links
    app.state.public_url = str(settings.public_url)
    return app


def cli() -> None:
    """`customer-svc migrate | serve | openapi`."""
    run_cli("customer-svc", "customer_svc", CustomerSettings, build, ROUTERS)
