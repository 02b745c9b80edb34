"""The copy of jobs: how each stands, and where to read what was told of it last.

What people wrote lies with the log's occurrences, once. Only of an event that is not there the whole job is kept here.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg
import orjson

from contracts.events import JobEvent
from contracts.jobs import Job
from notifier_svc.domain.delivery import month_of
from notifier_svc.domain.recheck import Standing
from notifier_svc.store.planning import QUERIES
from servicekit import copies
from servicekit.cloudevents import Event
from servicekit.db import Tx

KIND = "jobs"


@dataclass(frozen=True, slots=True)
class Told:
    """A job as an event told it, for the copy."""

    event: Event[JobEvent]
    whole: bool

    @property
    def id(self) -> UUID:
        """The job's."""
        return self.event.data.job.id

    @property
    def company_id(self) -> UUID:
        """Whose job it is."""
        return self.event.data.job.company_id

    @property
    def version(self) -> int:
        """The job's."""
        return self.event.data.job.version

    def model_dump_json(self) -> str:
        """What is kept."""
        job = self.event.data.job
        kept: dict[str, Any] = {
            "number": job.number,
            "status": {"id": job.status.id},
            "status_set_at": job.status_set_at,
            "closed_at": job.closed_at,
            "cancelled_at": job.cancelled_at,
            "told_by": self.event.id,
            "told_in": month_of(self.event.time),
        }
        if self.whole:
            kept["whole"] = orjson.Fragment(job.model_dump_json())
        return orjson.dumps(kept).decode()


async def keep(tx: Tx, events: Iterable[Event[JobEvent]], logged: Collection[str]) -> None:
    """Take over newer jobs; whole those whose event is not `logged`, but for deleted customers'."""
    events = list(events)
    silent = {event.data.job.customer_id for event in events if event.id not in logged}
    deleted = {row["id"] async for row in QUERIES.deleted_customers(tx, list(silent))} if silent else set()
    whole = silent - deleted
    told = [Told(e, e.id not in logged and e.data.job.customer_id in whole) for e in events]
    await copies.put(tx, KIND, told)


async def newer(tx: Tx, versions: Mapping[UUID, int]) -> dict[UUID, asyncpg.Record]:
    """Those of the jobs that something newer than these versions was told of; to be read by `standing`."""
    found = QUERIES.newer_jobs(tx, list(versions), list(versions.values()))
    return {row["id"]: row async for row in found}


def standing(row: asyncpg.Record) -> Standing:
    """How a job stands, from its copy. Raises `ValueError`, `LookupError` or `TypeError`."""
    kept = orjson.loads(row["data"])
    return Standing(
        status_id=UUID(kept["status"]["id"]),
        version=row["version"],
        status_set_at=_moment(kept.get("status_set_at")),
        closed_at=_moment(kept.get("closed_at")),
        cancelled=kept.get("cancelled_at") is not None,
        whole=Job.model_validate_json(row["job"]) if row["job"] else None,
    )


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
