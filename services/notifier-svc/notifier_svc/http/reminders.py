"""A job's reminders and follow-ups before they go: what waits for its time."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends
from pydantic import BaseModel

from contracts.deliveries import Channel
from contracts.jobs import Role
from contracts.triggers import Trigger
from notifier_svc.store import schedule as store
from servicekit.auth import Principal, require
from servicekit.http import Db

router = APIRouter(prefix="/v1/jobs/{job_id}/reminders", tags=["reminders"])

Office = Annotated[Principal, Depends(require(Role.ADMIN, Role.DISPATCHER))]


class WaitingReminder(BaseModel):
    """The next message of a rule about one visit, estimate, invoice or closing."""

    due_at: datetime
    """When it is looked at: it goes then, if it still holds, and nothing else makes it wait."""
    trigger: Trigger
    channel: Channel
    rule_id: UUID
    rule_name: str
    active: bool
    """The rule's: of one that is off, a row of the log will say so."""
    subject_id: UUID
    """The visit or invoice; the job itself of its estimate and closing."""
    number: int
    """Which one it is, from 1 on."""


@router.get("")
async def list_waiting(job_id: UUID, who: Office, db: Db) -> list[WaitingReminder]:
    """What waits of a job's reminders and follow-ups, the earliest first; what went is in the log.

    Whether a rule is on, and about this customer, is asked when it is due: a dry run says who would get it.
    Empty where nothing waits, and where no such job is known. A rule made a moment ago may not count for the job yet.
    """
    async with db.company(who.company) as tx:
        return [WaitingReminder(**row) for row in await store.waiting(tx, who.company, job_id)]
