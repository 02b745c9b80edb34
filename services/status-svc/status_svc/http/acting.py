"""What all commands over HTTP have in common: who may, in which transaction, on which version, answered how."""

from collections.abc import Awaitable, Callable
from typing import Annotated
from uuid import UUID, uuid4

from fastapi import Depends, Response
from pydantic import BaseModel

from contracts.jobs import Job, Role
from servicekit import clock
from servicekit.auth import Principal, require
from servicekit.db import Database, Tx
from servicekit.idempotency import once
from servicekit.preconditions import Conditional, RepeatableConditional, check_version, etag
from status_svc.domain.command import Command, Outcome
from status_svc.store import jobs

# Who may do what (G20; contracts/access.md).
OFFICE = (Role.ADMIN, Role.DISPATCHER)
STAFF = (*OFFICE, Role.TECH)
Reader = Annotated[Principal, Depends(require(*STAFF, Role.CUSTOMER))]
Staff = Annotated[Principal, Depends(require(*STAFF))]
Office = Annotated[Principal, Depends(require(*OFFICE))]
OtherSystem = Annotated[Principal, Depends(require(*OFFICE, Role.SERVICE))]
Admin = Annotated[Principal, Depends(require(Role.ADMIN))]

Decide = Callable[[Tx, Command, Job], Awaitable[Outcome]]


def commanded_by(who: Principal, notify: bool = True) -> Command:
    """A new act of `who`, now."""
    return Command(uuid4(), who.actor, clock.now(), notify)


def json(model: BaseModel, status: int = 200, **headers: str) -> Response:
    """A JSON answer that an Idempotency-Key can repeat byte for byte."""
    return Response(model.model_dump_json(), status, headers, media_type="application/json")


def job_answer(job: Job, status: int = 200) -> Response:
    """A job with its ETag."""
    return json(job, status, etag=etag(job.version))


def check_if_match(request: Conditional, version: int) -> None:
    """A PATCH must say which version it changes; any other request may."""
    if request.method == "PATCH" or "if-match" in request.headers:
        check_version(request, version)


async def act(
    db: Database,
    request: RepeatableConditional,
    who: Principal,
    job_id: UUID,
    decide: Decide,
    *,
    notify: bool = True,
    answer: Callable[[Outcome], Response] = lambda outcome: job_answer(outcome.job),
) -> Response:
    """One command on one job: lock it, let the domain decide, save the job with its events, all in one transaction."""
    async with db.company(who.company) as tx:

        async def work() -> Response:
            job = await jobs.locked_job(tx, job_id)
            check_if_match(request, job.version)
            command = commanded_by(who, notify)
            outcome = await decide(tx, command, job)
            await jobs.save(tx, job, outcome, command.now)
            return answer(outcome)

        return await once(tx, request, who, work)
