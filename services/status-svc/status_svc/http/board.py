"""The board: what stands where, a column for each status."""

from typing import Final

from fastapi import APIRouter
from pydantic import BaseModel

from contracts.jobs import Job
from contracts.profiles import StatusEntry
from servicekit.http import Db
from servicekit.paging import Page
from status_svc.http.acting import Staff
from status_svc.store import jobs

CARDS: Final = 20
COUNTED: Final = 10_000

router = APIRouter(prefix="/v1/job-board", tags=["jobs"])


class Column(BaseModel):
    """One status, with the newest twenty of its jobs; cancelled ones are on no board."""

    status: StatusEntry
    count: int
    """How many there are; more than ten thousand are not counted."""
    jobs: list[Job]


@router.get("", response_model=Page[Column])
async def board(who: Staff, db: Db) -> Page[Column]:
    """All statuses in use in their order, then the retired ones that jobs still have; always one page."""
    async with db.company(who.company) as tx:
        found = await jobs.board(tx, CARDS, COUNTED)
    return Page(items=[_column(dict(row)) for row in found])


def _column(row: dict[str, object]) -> Column:
    cards, count = row.pop("jobs"), row.pop("count")
    return Column.model_validate({"status": StatusEntry.model_validate(row), "count": count, "jobs": cards})
