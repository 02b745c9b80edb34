"""Batch edits: who was chosen, how far each is, and one slice of its work at a time, in sets."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import asyncpg

from contracts.topics import CUSTOMERS
from customer_svc.domain.batches import UNDO_WITHIN, BatchEdit, Choice, Edit, Matching, Mode, Preview, State
from customer_svc.domain.changes import By
from customer_svc.domain.customer import profile
from customer_svc.domain.summary import Preference
from customer_svc.store import customers, queries
from servicekit import outbox
from servicekit.db import TROUBLE, Database, Tx
from servicekit.errors import NotFound

log = logging.getLogger(__name__)

SLICE = 500  # customers in one transaction, and so profiles published at once
# The chosen of a million are looked through in some ten seconds, and in a minute where the machine is busy.
CHOOSING_SECONDS = 180.0


@dataclass(frozen=True, slots=True)
class AtWork:
    """An edit, or its undo, that goes on."""

    company_id: UUID
    id: UUID
    flags: Mapping[Preference, bool]
    actor: str
    actor_name: str | None
    state: State
    position: int


async def preview(tx: Tx, company_id: UUID, edit: Choice) -> Preview:
    """What the edit would do to the customers that it chooses now."""
    sql: str = queries.preview_edit.sql
    [row] = await tx.fetch(sql, company_id, *_whom(edit), _named(edit), timeout=CHOOSING_SECONDS)
    flags = {flag: row[flag] for flag in edit.flags if row[flag]}
    return Preview(
        customers=row["customers"], changed=row["changed"], flags=flags, set_by_customers=row["set_by_customers"]
    )


async def add(tx: Tx, company_id: UUID, edit: Edit, actor: str, actor_name: str | None = None) -> BatchEdit:
    """Store an edit of the customers that it chooses now, to be worked on."""
    id = uuid4()
    sql: str = queries.add_batch_edit.sql
    by_whom = (actor, actor_name)
    await tx.execute(sql, company_id, *_whom(edit), id, edit.mode, _named(edit), *by_whom, timeout=CHOOSING_SECONDS)
    return await get(tx, company_id, id)


def _named(edit: Choice) -> dict[str, bool]:
    return {str(flag): value for flag, value in edit.flags.items()}


def _whom(edit: Choice) -> tuple[Any, ...]:
    """Ids, or a filter as the list takes it. The ids of those that it matches never leave the database."""
    f = (edit.matching or Matching()).filter()
    ids = None if edit.matching else edit.ids
    return ids, f.archived, f.blocked, f.kind, f.region_id, f.tag, f.pattern, f.digits, f.preference, f.preferred


async def get(tx: Tx, company_id: UUID, id: UUID) -> BatchEdit:
    """The edit. Raises `NotFound`."""
    found = [row async for row in queries.list_batch_edits(tx, company_id, id, 1)]
    if not found:
        raise NotFound("There is no such batch edit.")
    return _edit(found[0])


async def newest(tx: Tx, company_id: UUID, limit: int) -> list[BatchEdit]:
    """The company's edits, newest first."""
    return [_edit(row) async for row in queries.list_batch_edits(tx, company_id, None, limit)]


async def lock(tx: Tx, company_id: UUID, id: UUID) -> BatchEdit:
    """The edit; nobody works on it until the transaction ends. Raises `NotFound`."""
    await queries.lock_batch_edit(tx, company_id, id)
    return await get(tx, company_id, id)


async def undo(tx: Tx, edit_id: UUID, company_id: UUID, actor: str, actor_name: str | None) -> None:
    """Have it taken back, by whom the change log will name."""
    await queries.undo_batch_edit(tx, company_id, edit_id, actor, actor_name)


async def work(tx: Tx) -> bool:
    """One slice of the oldest edit that nobody else works on; whether there was one."""
    row: asyncpg.Record | None = await queries.batch_edit_at_work(tx)
    if row is None:
        return False
    edit = AtWork(**dict(row) | {"state": State(row["state"])})
    try:
        async with tx.transaction():
            await _work(tx, edit)
    except TROUBLE:
        raise
    except Exception:
        log.exception("a slice of a batch edit failed", extra={"batch_edit": str(edit.id)})
        await queries.fail_batch_edit(tx, edit.company_id, edit.id)
    return True


async def forget_old(database: Database) -> None:
    """Whom edits chose that can't be undone any more."""
    async with database.worker() as tx:
        await queries.forget_whom_old_edits_chose(tx, UNDO_WITHIN)


async def _work(tx: Tx, edit: AtWork) -> None:
    some = [each async for each in queries.next_of_batch_edit(tx, edit.company_id, edit.id, edit.position, SLICE)]
    changed, flags = await _apply(tx, edit, [each["customer_id"] for each in some])
    last, more, running = (
        some[-1]["position"] if some else edit.position,
        len(some) == SLICE,
        edit.state is State.RUNNING,
    )
    counts = (len(some), changed if running else 0, 0 if running else flags)
    await queries.advance_batch_edit(tx, edit.company_id, edit.id, last, *counts, more)
    if not more:
        await queries.drop_batch_edit_customers(tx, edit.company_id, edit.id)


async def _apply(tx: Tx, edit: AtWork, ids: Sequence[UUID]) -> tuple[int, int]:
    """How many customers and flags were changed, of those that are still there."""
    locked = [row["id"] async for row in queries.lock_customers(tx, edit.company_id, ids)]
    if edit.state is State.RUNNING:
        found = queries.differing_flags(tx, edit.company_id, locked, list(edit.flags), list(edit.flags.values()))
        by, batch_id = By(edit.actor, "batch edit", edit.actor_name), edit.id
    else:
        found = queries.flags_to_restore(tx, edit.company_id, edit.id, locked)
        by, batch_id = By(edit.actor, "undo of a batch edit", edit.actor_name), None
    flags = [tuple(row) async for row in found]
    if not flags:
        return 0, 0
    columns = map(list, zip(*flags, strict=True))
    raised = queries.apply_flags(tx, edit.company_id, batch_id, *columns, by.actor, by.name, by.how)
    changed = [row["id"] async for row in raised]
    await _publish(tx, edit.company_id, changed)
    return len(changed), len(flags)


async def _publish(tx: Tx, company_id: UUID, ids: Sequence[UUID]) -> None:
    profiles = map(profile, await customers.load(tx, company_id, ids))
    await outbox.add(tx, [outbox.Message(CUSTOMERS, str(each.id), company_id, each) for each in profiles])


def _edit(row: asyncpg.Record) -> BatchEdit:
    ends = row["created_at"] + UNDO_WITHIN if row["mode"] == Mode.CHANGE else None
    fields: dict[str, Any] = dict(row)
    return BatchEdit.model_validate(fields | {"undo_until": ends})
