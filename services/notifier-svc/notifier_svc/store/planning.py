"""What planning reads and writes."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import time, timedelta
from typing import Any, NamedTuple
from uuid import UUID

import asyncpg
import orjson

from contracts.deliveries import Category, Channel, Lane, Reason
from contracts.inbound import Cause, Scope
from contracts.profiles import CustomerKind
from contracts.reports import ReportKind
from contracts.triggers import Trigger
from notifier_svc.domain.delivery import Delivery, month_of
from notifier_svc.domain.model import Rule
from notifier_svc.domain.series import Timing
from notifier_svc.domain.triggers import Occurrence
from servicekit.db import Tx, load_queries

QUERIES = load_queries("notifier_svc")


async def rules_of(
    tx: Tx, company_ids: Iterable[UUID], triggers: Iterable[Trigger]
) -> tuple[dict[UUID, list[Rule]], set[UUID]]:
    """The rules of each company that wait for one of `triggers`; and which of the companies can text and call."""
    rules: dict[UUID, list[Rule]] = {company_id: [] for company_id in company_ids}
    by_phone = set()
    async for row in QUERIES.rules_of(tx, list(rules), list(triggers)):
        if row["id"]:
            rules[row["company_id"]].append(rule_of(row))
        if row["by_phone"]:
            by_phone.add(row["company_id"])
    return rules, by_phone


def rule_of(row: asyncpg.Record) -> Rule:
    """A rule from its row."""
    return Rule(
        id=row["id"],
        company_id=row["company_id"],
        name=row["name"],
        trigger=Trigger(row["trigger"]),
        channel=Channel(row["channel"]),
        category=Category(row["category"]),
        template_id=row["template_id"],
        created_at=row["created_at"],
        status_id=row["status_id"],
        region_id=row["region_id"],
        customer_kinds=frozenset(map(CustomerKind, row["customer_kinds"])),
        tags=frozenset(row["tags"]),
        lane=Lane(row["lane"]),
        max_age=row["max_age"],
        expires_after=row["expires_after"],
        active=row["active"],
        attach_report=ReportKind(row["attach_report"]) if row["attach_report"] else None,
        once_per_job=row["once_per_job"],
        timing=_timing(row["timing"]) if row["timing"] else None,
    )


def _timing(stored: Mapping[str, Any]) -> Timing:
    return Timing(**{**stored, "at": time.fromisoformat(stored["at"])})


async def blocked(tx: Tx, hashes: Iterable[bytes]) -> dict[bytes, set[tuple[Scope, Cause]]]:
    """The blocks of those addresses that have any, by their keyed hash (the company is part of it)."""
    found: dict[bytes, set[tuple[Scope, Cause]]] = {}
    async for row in QUERIES.blocked(tx, list(hashes)):
        found.setdefault(row["address_hash"], set()).add((Scope(row["scope"]), Cause(row["cause"])))
    return found


async def add(tx: Tx, occurrences: Sequence[Occurrence], rows: Sequence[Delivery]) -> set[UUID]:
    """Store `rows` and what they answer, put on the queue what is to be sent; returns the ids not known before."""
    if not rows:
        return set()
    for month in {row.occurred_month for row in rows}:
        await QUERIES.ensure_month(tx, month)
    answered = {row.occurrence_id for row in rows}
    of_nobody = {row.occurrence_id for row in rows if row.reason is Reason.UNKNOWN_CUSTOMER}
    told = columns([_occurrence(o, o.id not in of_nobody) for o in occurrences if o.id in answered])
    places = [(d.company_id, d.destination_id, d.owner_id, d.channel, d.address) for d in rows if d.address]
    destinations = columns(places) if places else [[]] * 5
    added = QUERIES.add_deliveries(tx, *told, *destinations, *columns([_delivery(d) for d in rows]))
    return {row["id"] async for row in added}


def _occurrence(o: Occurrence, told: bool) -> tuple[Any, ...]:
    """Nobody is told of one whose customer is not known, or is deleted: its words are not kept."""
    data = orjson.Fragment(o.data.model_dump_json() if told else "{}")
    kind = type(o.data).__name__
    month = month_of(o.occurred_at)
    return month, o.company_id, o.id, kind, o.occurred_at, o.job_id, o.customer_id, data, o.traceparent


def _delivery(d: Delivery) -> tuple[Any, ...]:
    return (
        d.occurred_month,
        d.id,
        d.company_id,
        d.occurrence_id,
        d.occurred_at,
        d.trigger,
        d.category,
        d.channel,
        d.lane,
        d.rule_id,
        d.template_id,
        d.template_version,
        d.job_id,
        d.customer_id,
        d.recipient_id,
        d.destination_id,
        d.masked_address,
        d.state,
        d.reason,
        d.due_at,
        d.expires_at,
        d.traceparent,
        d.waits_for,
    )


def columns(rows: Iterable[tuple[Any, ...]]) -> list[list[Any]]:
    """The rows' columns, as `unnest` takes them."""
    return [list(column) for column in zip(*rows, strict=True)]


async def customers_with_parked(tx: Tx, customer_ids: Iterable[UUID]) -> set[UUID]:
    """Customers whose earlier events still wait: later ones must queue up behind them."""
    return {row["customer_id"] async for row in QUERIES.parked_customers(tx, list(set(customer_ids)))}


class Parked(NamedTuple):
    """An event that waits for a profile."""

    company_id: UUID
    customer_id: UUID
    customer_version: int
    """The oldest profile that will do."""
    headers: dict[str, str]
    body: bytes


async def park(tx: Tx, parked: Sequence[Parked]) -> None:
    """Set aside events whose customer is not known yet, or not as of late."""
    if parked:
        await QUERIES.park(tx, *columns(parked))


async def take_parked(tx: Tx, waited: timedelta) -> list[asyncpg.Record]:
    """Take, in order, the parked events that can be planned now or were parked longer than `waited` ago."""
    rows: list[asyncpg.Record] = [row async for row in QUERIES.take_parked(tx, waited)]
    return sorted(rows, key=lambda row: row["seq"])
