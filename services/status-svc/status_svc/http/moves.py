"""Moving a job: status, close, cancel; an estimate: send, decide."""

from uuid import UUID

from fastapi import APIRouter, Response

from contracts.events import Decision
from contracts.jobs import Job
from contracts.model import Flag
from contracts.profiles import StatusEntry
from servicekit.db import Tx
from servicekit.http import Db
from servicekit.preconditions import OnceIfMatch
from status_svc.domain import catalogue, estimates, moves
from status_svc.domain.command import Command, Outcome
from status_svc.domain.fields import Day, Draft
from status_svc.http.acting import Office, Staff, act
from status_svc.store import copies, money, statuses

router = APIRouter(prefix="/v1/jobs/{job_id}", tags=["jobs"])


class Answer(Draft):
    """Whether the customer is told."""

    notify: Flag = True


class TechAnswer(Draft):
    """Whether the customer is told: a technician says it each time they set a status with `allow_tech_skip`."""

    notify: Flag | None = None
    """Yes, where nobody is asked and nothing is said."""


class NewStatus(TechAnswer):
    """Where the job moves to."""

    status_id: UUID


class Closing(TechAnswer):
    """Which closing status to set; the first of the catalogue where absent."""

    status_id: UUID | None = None


class Sending(Answer):
    """The estimate goes out."""

    expires_on: Day | None = None
    """The last day it can be accepted; in thirty days where absent."""


class Decided(Answer):
    """What the customer said to the estimate."""

    decision: Decision


@router.post("/status", response_model=Job)
async def change_status(job_id: UUID, body: NewStatus, request: OnceIfMatch, who: Staff, db: Db) -> Response:
    """Set a status. A technician is asked whether the customer is told where it has `allow_tech_skip`, and only there.

    Without their answer it is refused there (409 `answer-needed`), with `false` anywhere else (403 `must-notify`).
    """

    async def decide(tx: Tx, command: Command, job: Job) -> Outcome:
        to = await statuses.status(tx, body.status_id)
        return moves.change_status(command, job, to, answered=body.notify is not None)

    return await act(db, request, who, job_id, decide, notify=body.notify is not False)


@router.post("/close", response_model=Job)
async def close(job_id: UUID, body: Closing, request: OnceIfMatch, who: Staff, db: Db) -> Response:
    """Close the work order: set a status that closes. Technicians are asked as for any status."""

    async def decide(tx: Tx, command: Command, job: Job) -> Outcome:
        to = await _closing(tx, body.status_id)
        return moves.change_status(command, job, to, answered=body.notify is not None)

    return await act(db, request, who, job_id, decide, notify=body.notify is not False)


@router.post("/cancel", response_model=Job)
async def cancel(job_id: UUID, body: Answer, request: OnceIfMatch, who: Office, db: Db) -> Response:
    """Cancel the job, for good."""

    async def decide(_: Tx, command: Command, job: Job) -> Outcome:
        return moves.cancel(command, job)

    return await act(db, request, who, job_id, decide, notify=body.notify)


@router.post("/estimate/send", response_model=Job)
async def send_estimate(job_id: UUID, body: Sending, request: OnceIfMatch, who: Office, db: Db) -> Response:
    """The estimate goes to the customer. When its last day is over at the service address, it expires by itself."""

    async def decide(tx: Tx, command: Command, job: Job) -> Outcome:
        estimate, zone = await money.estimate(tx, job_id), await copies.zone_of(tx, job)
        return estimates.send(command, job, estimate, body.expires_on, zone)

    return await act(db, request, who, job_id, decide, notify=body.notify)


@router.post("/estimate/decision", response_model=Job)
async def decide_estimate(job_id: UUID, body: Decided, request: OnceIfMatch, who: Office, db: Db) -> Response:
    """The customer's answer; accepting turns the estimate into a job."""

    async def decide(tx: Tx, command: Command, job: Job) -> Outcome:
        return estimates.decide(command, job, await money.estimate(tx, job_id), body.decision)

    return await act(db, request, who, job_id, decide, notify=body.notify)


async def _closing(tx: Tx, status_id: UUID | None) -> StatusEntry:
    if status_id is None:
        return catalogue.closing_status(await statuses.catalogue(tx))
    return catalogue.check_closes(await statuses.status(tx, status_id))
