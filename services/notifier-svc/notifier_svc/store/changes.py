"""The change log: who changed which rule or setting (G20). Rows are only ever added, with what they tell of."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg
import orjson

from notifier_svc.domain.changes import By, Changed, Resource
from notifier_svc.store.planning import QUERIES, columns
from servicekit.db import Tx, plain_uuid


@dataclass(frozen=True, slots=True)
class Filter:
    """Which changes; `None` does not narrow."""

    resource: Resource | None = None
    resource_id: UUID | None = None
    actor: str | None = None
    since: datetime | None = None
    until: datetime | None = None


async def add(tx: Tx, by: By, *made: Changed) -> None:
    """Note what became of each resource; nothing where nothing differs."""
    rows = [
        (one.company_id, one.resource, one.id, one.version, change.field, _json(change.old), _json(change.new))
        for one in made
        for change in one.changes
    ]
    if rows:
        await QUERIES.add_changes(tx, by.actor.id, by.name, by.actor.role, by.how, *columns(rows))


async def add_for_all(tx: Tx, by: By, *, paused: bool) -> None:
    """Note in every company's log that all were paused, or resumed."""
    await QUERIES.add_change_for_all(tx, by.actor.id, by.actor.role, by.how, paused)


async def page(tx: Tx, wanted: Filter, before: int | None, limit: int) -> list[asyncpg.Record]:
    """Up to `limit` changes of this transaction's company older than change `before`, newest first."""
    narrowed = (wanted.resource, wanted.resource_id, wanted.actor, wanted.since, wanted.until)
    return [row async for row in QUERIES.list_changes(tx, *narrowed, before, limit)]


def _json(value: Any) -> str | None:
    """As text: in an array of JSON a list would be taken for one more dimension."""
    return None if value is None else orjson.dumps(value, default=plain_uuid).decode()
