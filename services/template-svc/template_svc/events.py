"""Kafka in: a company that appears gets its starter templates."""

from collections.abc import Sequence
from typing import Any

from contracts import values
from contracts.topics import COMPANIES
from servicekit.cloudevents import Event
from servicekit.db import Tx
from servicekit.kafka import Consumer
from template_svc import store
from template_svc.starters import starters


async def on_companies(tx: Tx, events: Sequence[Event[Any]]) -> None:
    """Give each company the starters it lacks; what it changed, or archived, stays as it is."""
    for company_id, event in {event.company_id: event for event in events}.items():
        await store.add_starters(tx, company_id, starters(), values.locale(event.data.locale))


CONSUMERS = (Consumer(COMPANIES, "template-svc.companies", on_companies),)
