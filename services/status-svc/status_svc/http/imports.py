"""Importing jobs: a batch at a time, by their external ids; what is here already stays as it is (D13)."""

from enum import StrEnum
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Response
from pydantic import BaseModel, Field

from contracts.jobs import Role
from servicekit import outbox
from servicekit.auth import Principal, require
from servicekit.db import Database, Tx
from servicekit.errors import Problem
from servicekit.http import Db
from servicekit.idempotency import Once, once
from status_svc.domain import catalogue, imports
from status_svc.domain.fields import Draft
from status_svc.domain.imports import ImportedJob
from status_svc.http.acting import commanded_by, json
from status_svc.store import copies, jobs, statuses, technicians

router = APIRouter(prefix="/v1/job-imports", tags=["other systems"])

Importer = Annotated[Principal, Depends(require(Role.ADMIN, Role.SERVICE))]


class MuchWaits(Problem):
    """Much waits to be published; what people do now goes first."""

    status, slug, retry_after = 503, "much-waits", 5


class Batch(Draft):
    """Jobs to take in."""

    jobs: Annotated[tuple[ImportedJob, ...], Field(min_length=1, max_length=100)]


class Result(StrEnum):
    """What became of one of them."""

    ADDED = "added"
    KNOWN = "known"
    """It was here before, and stays as it is."""
    REFUSED = "refused"


class Line(BaseModel):
    """What became of one of them, and why not."""

    external_id: str
    result: Result
    job_id: UUID | None = None
    problem: str | None = None
    """The slug of the refusal."""
    detail: str | None = None


class Imported(BaseModel):
    """What became of each, in the order in which they came."""

    items: list[Line]


@router.post("", response_model=Imported)
async def import_jobs(body: Batch, request: Once, who: Importer, db: Db) -> Response:
    """Take jobs in as they stand in another system. Nobody is told; one that is refused holds up no other.

    Open invoices and sent estimates stay in the other system, which reminds of them: send them from here where it ends.
    """
    async with db.company(who.company) as tx:

        async def work() -> Response:
            await _check_room(db)
            for external_id in sorted({draft.external_id for draft in body.jobs}):  # before any number is taken
                await jobs.known_by(tx, who.company, external_id)
            return json(Imported(items=[await _line(tx, who, draft) for draft in body.jobs]))

        return await once(tx, request, who, work)


async def _check_room(db: Database) -> None:
    """Raise `MuchWaits` where the broker has enough to do: a worker sees what waits of all companies."""
    async with db.worker() as tx:
        if await outbox.is_full(tx):
            raise MuchWaits


async def _line(tx: Tx, who: Principal, draft: ImportedJob) -> Line:
    known = await jobs.known_by(tx, who.company, draft.external_id)
    if known:
        return Line(external_id=draft.external_id, result=Result.KNOWN, job_id=known)
    try:
        async with tx.transaction():
            job_id = await _take_in(tx, who, draft)
    except Problem as refused:
        why = {"problem": refused.slug, "detail": str(refused)}
        return Line(external_id=draft.external_id, result=Result.REFUSED, **why)
    return Line(external_id=draft.external_id, result=Result.ADDED, job_id=job_id)


async def _take_in(tx: Tx, who: Principal, draft: ImportedJob) -> UUID:
    company = await copies.company(tx, who.company)
    customer = await copies.customer(tx, draft.customer_id)
    status = await statuses.status(tx, draft.status_id or catalogue.start_of(who.company, draft.kind))
    number = await jobs.next_number(tx, who.company)
    draft = await technicians.with_photos(tx, draft)
    command = commanded_by(who, notify=False)
    outcome = imports.take_in(command, draft, number=number, status=status, company=company, customer=customer)
    await jobs.add(tx, outcome, command.now)
    return outcome.job.id
