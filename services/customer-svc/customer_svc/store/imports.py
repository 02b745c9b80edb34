"""Tables of customers that are read in, a slice at a time, and written out."""

import logging
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal
from uuid import UUID, uuid4

import asyncpg
import orjson
from pydantic import BaseModel

from customer_svc.domain import intake
from customer_svc.domain.changes import By
from customer_svc.domain.customer import Customer
from customer_svc.domain.imports import Row, RowProblem, merge, whose
from customer_svc.domain.intake import NewCustomer
from customer_svc.store import companies, customers, queries
from servicekit.db import TROUBLE, Tx
from servicekit.errors import NotFound, Problem

log = logging.getLogger(__name__)

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
    """Lines that were left out, and why."""
    created_at: datetime
    finished_at: datetime | None


async def recognised(tx: Tx, company_id: UUID, rows: Sequence[Row]) -> list[tuple[Row, UUID | RowProblem | None]]:
    """Each row, and the customer of this company that it is about: None for a new one, or why that can't be told."""
    ids = [row.id for row in rows if row.id]
    external_ids = [row.data["external_id"] for row in rows if "external_id" in row.data]
    found = [row async for row in queries.customers_of_rows(tx, company_id, ids, external_ids)]
    by_id = {row["id"]: row["external_id"] for row in found}
    by_external_id = {row["external_id"]: row["id"] for row in found}
    return [(row, whose(row, by_id, by_external_id)) for row in rows]


async def add(tx: Tx, company_id: UUID, actor: str, rows: Sequence[Row], problems: Sequence[RowProblem]) -> Import:
    """Store a table, to be worked on."""
    id = uuid4()
    told = [problem.model_dump() for problem in problems]
    columns = zip(*((row.line, row.id, orjson.dumps(row.data).decode()) for row in rows), strict=True)
    await queries.add_import(tx, company_id, id, actor, told, *map(list, columns))
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
    company_id, id, by = row["company_id"], row["id"], By(row["actor"], "import")
    some = [each async for each in queries.next_of_import(tx, company_id, id, row["position"], SLICE)]
    rows = [Row(each["line"], each["customer_id"], each["data"]) for each in some]
    added, changed, problems = await _apply(tx, company_id, by, rows)
    last, more = some[-1]["position"] if some else row["position"], len(some) == SLICE
    told = [problem.model_dump() for problem in problems]
    await queries.advance_import(tx, company_id, id, last, added, changed, told, more)
    if not more:
        await queries.drop_import_rows(tx, company_id, id)


async def _apply(tx: Tx, company_id: UUID, by: By, rows: Sequence[Row]) -> tuple[int, int, list[RowProblem]]:
    """How many customers were new, how many changed, and which lines can't be read in after all."""
    company, about = await companies.get(tx, company_id), await recognised(tx, company_id, rows)
    known = await customers.load(tx, company_id, [id for _, id in about if isinstance(id, UUID)])
    there = {customer.id: customer for customer in known}
    added, changed, problems = list[Customer](), 0, list[RowProblem]()
    for row, id in about:
        if isinstance(id, RowProblem):
            problems.append(id)
            continue
        new, before = NewCustomer.model_validate(row.data), there[id] if id else None
        try:
            after = merge(before, new, company) if before else intake.admit(new, company)
        except Problem as error:  # the company has changed since the line was looked at: a region is gone
            problems.append(RowProblem(line=row.line, column=None, problem=str(error)))
            continue
        if before is None:
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
