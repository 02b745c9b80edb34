"""Wiring of customer-svc, and its command line."""

from fastapi import FastAPI

from customer_svc.http import addresses, companies, contacts, customers
from customer_svc.http.logos import logos
from customer_svc.settings import CustomerSettings
from servicekit.cli import run_cli
from servicekit.http import create_app
from servicekit.runtime import Runtime


def build(settings: CustomerSettings) -> FastAPI:
    """The service; it listens to nobody: companies and customers begin here."""
    routers = [
        companies.router,
        logos(str(settings.public_url)),
        customers.router,
        contacts.router,
        addresses.router,
    ]
    return create_app(Runtime("customer-svc", settings), routers)


def cli() -> None:
    """`customer-svc migrate | serve`."""
    run_cli("customer-svc", "customer_svc", CustomerSettings, build)
