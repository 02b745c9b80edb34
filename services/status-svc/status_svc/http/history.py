"""The history of a job: who did what, when, from what to what, and whether the customer was to be told."""

from datetime import datetime
from typing import Any
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict

from contracts.jobs import Actor
from servicekit.http import Db
from servicekit.paging import DEFAULT_LIMIT, Page, encode_cursor
from status_svc.domain.history import Difference
from status_svc.http.acting import Staff
from status_svc.http.pages import Cursor, Limit, number_in
from status_svc.store import jobs

router = APIRouter(prefix="/v1/jobs/{job_id}", tags=["jobs"])


class HistoryEntry(BaseModel):
    """One event of the job."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    id: UUID
    """The event's."""
    type: str
    happened_at: datetime
    command_id: UUID
    """The act; all its events have it."""
    actor: Actor
    notify: bool
    """The actor's answer to whether the customer is told."""
    job_version: int
    status_name: str
    changes: tuple[Difference, ...]
    """Told with the first event of an act."""
    detail: dict[str, Any]
    """What the event is about beside the job: the payment, the invoice, the decision ..."""


@router.get("/history", response_model=Page[HistoryEntry])
async def history(
    job_id: UUID, who: Staff, db: Db, cursor: Cursor = None, limit: Limit = DEFAULT_LIMIT
) -> Page[HistoryEntry]:
    """What happened to the job, oldest first."""
    after = number_in(cursor)
    async with db.company(who.company) as tx:
        await jobs.job(tx, job_id)
        found = await jobs.events_of(tx, job_id, after=after, limit=limit + 1)
    page = found[:limit]
    items = [_entry(dict(row)) for row in page]
    return Page(items=items, next_cursor=encode_cursor(page[-1]["seq"]) if len(found) > limit else None)


def _entry(row: dict[str, Any]) -> HistoryEntry:
    act = {name: row["detail"].pop(name) for name in ("command_id", "actor", "notify")}
    return HistoryEntry.model_validate(row | act)
