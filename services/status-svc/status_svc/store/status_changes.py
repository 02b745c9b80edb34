"""The change log of the catalogue: who changed which status (G20). Rows are only ever added, with what they tell of."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg
import orjson

from servicekit.db import Tx
from status_svc.domain.status_changes import By, Change
from status_svc.store.queries import queries, rows


@dataclass(frozen=True, slots=True)
class Filter:
    """Which changes; `None` does not narrow."""

    status_id: UUID | None = None
    actor: str | None = None
    since: datetime | None = None
    until: datetime | None = None


async def add(tx: Tx, by: By, made: Iterable[Change]) -> None:
    """Note what became of each status."""
    columns = [(c.status.company_id, c.status.id, c.status.version, c.field, _json(c.old), _json(c.new)) for c in made]
    if columns:
        by_whom = (by.actor.id, by.name, by.actor.role, by.how)
        await queries.add_status_changes(tx, *by_whom, *map(list, zip(*columns, strict=True)))


async def page(tx: Tx, wanted: Filter, before: int | None, limit: int) -> list[asyncpg.Record]:
    """Up to `limit` changes of this transaction's company older than change `before`, newest first."""
    narrowed = (wanted.status_id, wanted.actor, wanted.since, wanted.until)
    return await rows(queries.list_status_changes(tx, *narrowed, before, limit))


def _json(value: Any) -> str | None:
    return None if value is None else orjson.dumps(value).decode()
