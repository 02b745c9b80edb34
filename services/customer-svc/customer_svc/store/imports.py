"""Tables of customers that are read in, a slice at a time, and written out."""

import asyncio
import logging
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, Literal
from uuid import UUID, uuid4

import asyncpg
import orjson
from pydantic import BaseModel

from contracts.profiles import CompanyProfile
from customer_svc.domain.changes import By
from customer_svc.domain.customer import Customer
from customer_svc.domain.dry_run import LineOutcome, line_outcome
from customer_svc.domain.imports import Row, RowProblem, whose
from customer_svc.domain.merge import outcome
from customer_svc.store import companies, customers, portal, queries
from servicekit.db import TROUBLE, Tx
from servicekit.errors import NotFound

log = logging.getLogger(__name__)

Recognised = list[tuple[Row, UUID | RowProblem | None]]

SLICE = 500  # lines in one transaction, and so profiles published at once
PAGE = 500


class Import(BaseModel):
    """A table that is being read in, or was."""

    id: UUID
    actor: str
    state: Literal["running", "done", "failed"]
    total: int
    """Lines that could be read."""
    done: int
    added: int
    """New customers."""
    changed: int
    """Customers that were there, and differed."""
    problems: Sequence[RowProblem]
    """Lines that were left out, and why; of a customer who is deleted while their line waits, too."""
    created_at: datetime
    finished_at: datetime | None


async def dry_run(tx: Tx, company: CompanyProfile, rows: Sequence[Row]) -> tuple[list[LineOutcome], list[RowProblem]]:
    """What would come of each line, and which can't be read in after all. Nothing is locked."""
    lines, problems = list[LineOutcome](), list[RowProblem]()
    for start in range(0, len(rows), SLICE):
        some = await _recognised(tx, company.id, rows[start : start + SLICE], queries.customers_of_rows)
        there = await _customers(tx, company.id, some)
        signs_in = await portal.sign_in_addresses(tx, company.id, list(there))
        told = await asyncio.to_thread(_outcomes, some, there, company, signs_in)
        lines += [each for each in told if isinstance(each, LineOutcome)]
        problems += [each for each in told if isinstance(each, RowProblem)]
    return lines, problems


def _outcomes(
    some: Recognised, there: Mapping[UUID, Customer], company: CompanyProfile, signs_in: Collection[UUID]
) -> list[LineOutcome | RowProblem]:
    told = list[LineOutcome | RowProblem]()
    for row, id in some:
        before = there[id] if isinstance(id, UUID) else None
        after = id if isinstance(id, RowProblem) else outcome(row, before, company)
        told.append(after if isinstance(after, RowProblem) else line_outcome(row, before, after, company, signs_in))
    return told


async def _recognised(tx: Tx, company_id: UUID, rows: Sequence[Row], find: Any) -> Recognised:
    """Each row, and the customer of this company that it is about: None for a new one, or why that can't be told."""
    ids = [row.id for row in rows if row.id]
    external_ids = [row.data["external_id"] for row in rows if "external_id" in row.data]
    found = [row async for row in find(tx, company_id, ids, external_ids)]
    by_id = {row["id"]: row["external_id"] for row in found}
    by_external_id = {row["external_id"]: row["id"] for row in found}
    return [(row, whose(row, by_id, by_external_id)) for row in rows]


async def _customers(tx: Tx, company_id: UUID, some: Recognised) -> dict[UUID, Customer]:
    known = await customers.load(tx, company_id, [id for _, id in some if isinstance(id, UUID)])
    return {customer.id: customer for customer in known}


async def add(
    tx: Tx, company_id: UUID, actor: str, actor_name: str | None, rows: Sequence[Row], problems: Sequence[RowProblem]
) -> Import:
    """Store a table, to be worked on."""
    id = uuid4()
    told = [problem.model_dump() for problem in problems]
    columns = zip(*((row.line, row.id, orjson.dumps(row.data).decode()) for row in rows), strict=True)
    await queries.add_import(tx, company_id, id, actor, actor_name, told, *map(list, columns))
    return await get(tx, company_id, id)


async def get(tx: Tx, company_id: UUID, id: UUID) -> Import:
    """How far it is. Raises `NotFound`."""
    row: asyncpg.Record | None = await queries.get_import(tx, company_id, id)
    if row is None:
        raise NotFound("There is no such import.")
    return Import.model_validate(dict(row))


async def work(tx: Tx) -> bool:
    """One slice of the import that has waited longest of those that nobody works on; whether there was one."""
    row: asyncpg.Record | None = await queries.import_at_work(tx)
    if row is None:
        return False
    try:
        async with tx.transaction():
            await _work(tx, row)
    except TROUBLE:
        raise
    except Exception:
        log.exception("a slice of an import failed", extra={"import": str(row["id"])})
        await queries.fail_import(tx, row["company_id"], row["id"])
    return True


async def _work(tx: Tx, row: asyncpg.Record) -> None:
    company_id, id, by = row["company_id"], row["id"], By(row["actor"], "import", row["actor_name"])
    some = [each async for each in queries.next_of_import(tx, company_id, id, row["position"], SLICE)]
    rows = [Row(each["line"], each["customer_id"], each["data"]) for each in some if each["data"]]
    added, changed, problems = await _apply(tx, company_id, by, rows)
    last, more = some[-1]["position"] if some else row["position"], len(some) == SLICE
    told = [problem.model_dump() for problem in problems]
    await queries.advance_import(tx, company_id, id, last, added, changed, told, more)
    if not more:
        await queries.drop_import_rows(tx, company_id, id)


async def _apply(tx: Tx, company_id: UUID, by: By, rows: Sequence[Row]) -> tuple[int, int, list[RowProblem]]:
    """How many customers were new, how many changed, and which lines can't be read in after all."""
    company = await companies.get(tx, company_id)
    about = await _recognised(tx, company_id, rows, queries.lock_customers_of_rows)
    there = await _customers(tx, company_id, about)
    added, changed, problems = list[Customer](), 0, list[RowProblem]()
    for row, id in about:
        before = there[id] if isinstance(id, UUID) else None
        after = id if isinstance(id, RowProblem) else outcome(row, before, company)
        if isinstance(after, RowProblem):
            problems.append(after)
        elif before is None:
            added.append(after)
        else:
            there[after.id] = await customers.save(tx, before, after, by)
            changed += there[after.id].version > before.version
    await customers.add_all(tx, added, by)
    return len(added), changed, problems


async def page_after(tx: Tx, company_id: UUID, after: UUID | None) -> list[Customer]:
    """The company's next customers after this one, by their ids; none after the last."""
    ids: list[Any] = [row["id"] async for row in queries.customers_after(tx, company_id, after, PAGE)]
    return sorted(await customers.load(tx, company_id, ids), key=lambda customer: customer.id)
