"""Kafka in: a company that appears gets its starter templates; the rules that use templates."""

from collections.abc import Sequence
from typing import Any

from contracts.topics import COMPANIES, RULES
from servicekit.cloudevents import Event
from servicekit.db import Tx
from servicekit.kafka import Consumer
from template_svc.starters import starters
from template_svc.store import rules, templates


async def on_companies(tx: Tx, events: Sequence[Event[Any]]) -> None:
    """Give each company the starters it lacks; what it changed, or archived, stays as it is."""
    for company_id, event in {event.company_id: event for event in events}.items():
        await templates.add_starters(tx, company_id, starters(), event.data.locale)


async def on_rules(tx: Tx, events: Sequence[Event[Any]]) -> None:
    """Keep which template is in use where."""
    await rules.keep(tx, events)


CONSUMERS = (
    Consumer(COMPANIES, "template-svc.companies", on_companies),
    Consumer(RULES, "template-svc.rules", on_rules),
)
