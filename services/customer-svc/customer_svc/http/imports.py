"""Tables of customers over HTTP: read in as CSV, after a look at what would come of it, and written out."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import StreamingResponse
from pydantic import BaseModel

from customer_svc.domain.dry_run import LineOutcome, Outcome
from customer_svc.domain.imports import COLUMNS, Row, RowProblem, read, written
from customer_svc.http.changing import OFFICE
from customer_svc.store import companies
from customer_svc.store import imports as store
from customer_svc.store.imports import Import
from servicekit.auth import Principal, require
from servicekit.db import Database, Tx
from servicekit.errors import Unprocessable
from servicekit.http import Db
from servicekit.idempotency import Once, once
from servicekit.paging import DEFAULT_LIMIT, MAX_LIMIT

CSV = {"text/csv": {"schema": {"type": "string", "description": f"Columns: {', '.join(COLUMNS)}."}}}
MOST_LINES = 2**31 - 1
BODY: dict[str, Any] = {"requestBody": {"content": CSV, "required": True}}

router = APIRouter(tags=["import and export"])

Office = Annotated[Principal, Depends(require(*OFFICE))]


class DryRun(BaseModel):
    """What would come of a table."""

    rows: int
    """Lines that can be read in."""
    new: int
    """Of these, how many would add a customer."""
    changed: int
    """How many would change one that is there."""
    unchanged: int
    """How many would change nothing."""
    lines: Sequence[LineOutcome]
    """Some of them, in the order of the table."""
    next_line: int | None
    """Where to go on, as `from_line`; none after the last."""
    problems: Sequence[RowProblem]
    """Of the other lines."""


@router.post("/v1/customer-imports/preview", response_model=DryRun, openapi_extra=BODY)
async def preview_import(
    request: Request,
    who: Office,
    db: Db,
    from_line: Annotated[int, Query(ge=1, le=MOST_LINES, description="the first line to tell of")] = 1,
    limit: Annotated[int, Query(ge=1, le=MAX_LIMIT, description="of how many lines to tell")] = DEFAULT_LIMIT,
) -> DryRun:
    """A dry run: what each line would do, which of its customer's fields it would change and how, and what is wrong.

    An empty cell changes nothing; `kept` names those whose customer has a value there.
    """
    async with db.company(who.company) as tx:
        rows, problems = await _read(tx, request, who)
        lines, unclear = await store.dry_run(tx, await companies.get(tx, who.company), rows)
    counts = Counter(line.outcome for line in lines)
    told = [line for line in lines if line.line >= from_line][: limit + 1]
    return DryRun(
        rows=len(lines),
        new=counts[Outcome.NEW],
        changed=counts[Outcome.CHANGED],
        unchanged=counts[Outcome.UNCHANGED],
        lines=told[:limit],
        next_line=told[limit].line if len(told) > limit else None,
        problems=problems + unclear,
    )


@router.post(
    "/v1/customer-imports",
    status_code=202,
    response_model=Import,
    openapi_extra=BODY,
)
async def start_import(request: Once, who: Office, db: Db) -> Response:
    """Read a table in, in the background. Customers are known by their ids, or those of another system.

    What a line fills replaces what was there; an empty cell keeps it, and nothing is cleared by a table. Name, email
    and phone of the contact are the primary contact's. An email address or phone that nobody there has takes the place
    of the only one, or comes beside several. An address in another's place keeps its preferences, but nobody signs in
    by it yet; a phone is always a new one, without consent.
    A service address that is new is added. A tag with `;` in it stands in quotes. A second time changes nothing.
    """
    async with db.company(who.company) as tx:
        return await once(tx, request, who, lambda: _start(tx, request, who))


async def _start(tx: Tx, request: Request, who: Principal) -> Response:
    rows, problems = await _read(tx, request, who)
    if not rows:
        raise Unprocessable("No line can be read.", problems=[problem.model_dump() for problem in problems[:20]])
    begun = await store.add(tx, who.company, who.subject, who.name, rows, problems)
    headers = {"location": f"/v1/customer-imports/{begun.id}"}
    return Response(begun.model_dump_json(), 202, headers, media_type="application/json")


@router.get("/v1/customer-imports/{import_id}")
async def get_import(import_id: UUID, who: Office, db: Db) -> Import:
    """How far it is, and which lines were left out."""
    async with db.company(who.company) as tx:
        return await store.get(tx, who.company, import_id)


@router.get("/v1/customer-exports", response_class=StreamingResponse)
async def export(who: Office, db: Db) -> StreamingResponse:
    """All customers as CSV: of each the primary contact and the first service address.

    It can be read in again after somebody has worked on it.
    """
    headers = {"content-disposition": 'attachment; filename="customers.csv"'}
    return StreamingResponse(lines(db, who.company), media_type="text/csv; charset=utf-8", headers=headers)


async def lines(db: Database, company_id: UUID) -> AsyncIterator[str]:
    """The table, a page at a time; no transaction waits for whoever reads it."""
    async with db.company(company_id) as tx:
        company = await companies.get(tx, company_id)
    header, *_ = written((), company)
    yield header
    after: UUID | None = None
    while True:
        async with db.company(company_id) as tx:
            page = await store.page_after(tx, company_id, after)
        if not page:
            return
        yield "".join(list(written(page, company))[1:])
        after = page[-1].id


async def _read(tx: Tx, request: Request, who: Principal) -> tuple[list[Row], list[RowProblem]]:
    try:
        text = (await request.body()).decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Unprocessable("The file is not in UTF-8.") from None
    company = await companies.get(tx, who.company)
    return await asyncio.to_thread(read, text, company)
