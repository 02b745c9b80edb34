"""Kafka in: the companies and customers that others own, and the starter statuses of a new company."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from contracts import topics
from contracts.profiles import CustomerDeleted, CustomerProfile
from servicekit.cloudevents import Event
from servicekit.db import Tx
from servicekit.kafka import Consumer
from status_svc.domain import catalogue
from status_svc.domain.customers import known_company, known_customer
from status_svc.domain.status_changes import STARTERS
from status_svc.store import copies, erasure, statuses


async def on_companies(tx: Tx, events: Sequence[Event[Any]]) -> None:
    """Keep what jobs need of each company; a new one gets its starter statuses (S1.6)."""
    await copies.keep_companies(tx, [replace(event, data=known_company(event.data)) for event in events])
    companies = {event.company_id for event in events}
    starters = [entry for company_id in companies for entry in catalogue.starters(company_id)]
    await statuses.add_missing(tx, starters, STARTERS)


async def on_customers(tx: Tx, events: Sequence[Event[Any]]) -> None:
    """Keep what jobs need of each customer; who is deleted is forgotten (S4.17)."""
    thin = [replace(e, data=known_customer(e.data)) if isinstance(e.data, CustomerProfile) else e for e in events]
    await copies.keep_customers(tx, thin)
    for event in events:
        if isinstance(event.data, CustomerDeleted):
            await erasure.erase(tx, event.company_id, event.data.id)


CONSUMERS = (
    Consumer(topics.COMPANIES, "status-svc.companies", on_companies),
    Consumer(topics.CUSTOMERS, "status-svc.customers", on_customers),
)
