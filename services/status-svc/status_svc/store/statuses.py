"""The status catalogue, and its publication."""

from collections.abc import Iterable, Sequence
from operator import attrgetter
from uuid import UUID

import asyncpg

from contracts import topics
from contracts.profiles import StatusEntry
from servicekit import outbox
from servicekit.db import Tx
from servicekit.errors import NotFound
from status_svc.domain.status_changes import By, changes
from status_svc.store import status_changes as log
from status_svc.store.queries import queries, rows

COLUMNS = (
    "company_id",
    "id",
    "version",
    "name",
    "colour",
    "position",
    "closes",
    "allow_tech_skip",
    "hold_seconds",
    "active",
)


class NoSuchStatus(NotFound):
    """There is no such status."""

    slug = "no-such-status"


async def catalogue(tx: Tx) -> list[StatusEntry]:
    """The company's statuses: those in use in their order, then the retired ones."""
    return [_entry(row) for row in await rows(queries.all_statuses(tx))]


async def locked_catalogue(tx: Tx, company_id: UUID) -> list[StatusEntry]:
    """The same; nobody else changes the catalogue until this transaction ends."""
    await queries.wait_for_turn(tx, f"statuses {company_id}")
    return await catalogue(tx)


async def status(tx: Tx, id: UUID) -> StatusEntry:
    """One status. Raises `NoSuchStatus`."""
    row = await queries.get_status(tx, id)
    if row is None:
        raise NoSuchStatus
    return _entry(row)


async def add_missing(tx: Tx, entries: Sequence[StatusEntry], by: By) -> None:
    """Store, note and publish those that do not exist."""
    added = {row["id"] for row in await rows(queries.add_missing_statuses(tx, *_columns(entries)))}
    new = [entry for entry in entries if entry.id in added]
    await log.add(tx, by, [change for entry in new for change in changes(None, entry)])
    await _publish(tx, new)


async def save(tx: Tx, existing: Iterable[StatusEntry], entries: Sequence[StatusEntry], by: By) -> None:
    """Store, note and publish the new versions of `existing` ones."""
    await queries.save_statuses(tx, *_columns(entries))
    before = {entry.id: entry for entry in existing}
    await log.add(tx, by, [change for entry in entries for change in changes(before[entry.id], entry)])
    await _publish(tx, entries)


async def _publish(tx: Tx, entries: Iterable[StatusEntry]) -> None:
    await outbox.add(tx, [outbox.Message(topics.STATUSES, str(e.id), e.company_id, e) for e in entries])


def _columns(entries: Sequence[StatusEntry]) -> list[list[object]]:
    return [list(map(attrgetter(column), entries)) for column in COLUMNS]


def _entry(row: asyncpg.Record) -> StatusEntry:
    return StatusEntry.model_validate(dict(row))
