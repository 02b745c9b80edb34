"""The delivery log as tests read it."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from contracts.deliveries import Channel, Reason
from deploy.demo import log
from deploy.demo.api import Api
from deploy.local.waiting import until

LIMIT = 60.0


class Delivery(log.Delivery):
    """One row of the log, with why and to whom."""

    occurred_at: datetime
    due_at: datetime | None
    waits_for: str | None
    trigger: str
    category: str
    reason: Reason | None
    address: str | None
    job_id: UUID | None
    customer_id: UUID | None


def deliveries(office: Api, **filters: str) -> list[Delivery]:
    """What the log has, oldest first."""
    rows = office.every("notifier-svc", "/v1/deliveries", **filters)
    return sorted(map(Delivery.model_validate, rows), key=lambda d: (d.planned_at, d.id))


def happened(office: Api, job_id: str) -> set[UUID]:
    """The events of a job that have something to tell."""
    events = office.every("status-svc", f"/v1/jobs/{job_id}/history")
    return {UUID(event["id"]) for event in events if event["type"] not in log.SILENT}


def told(office: Api, job_id: str, seconds: float = LIMIT) -> list[Delivery]:
    """The emails in the log of a job, once all that happened to it is in there and nothing waits."""
    events = happened(office, job_id)
    until(lambda: is_settled(events, deliveries(office, job_id=job_id)), f"job {job_id} is not told", seconds)
    return emails(office, job_id=job_id)


def emails(office: Api, **filters: str) -> list[Delivery]:
    """What the log has of emails, oldest first."""
    return deliveries(office, channel=Channel.EMAIL, **filters)


def is_settled(events: Collection[UUID], rows: Collection[Delivery]) -> bool:
    """Has every event its rows, and no row work left?"""
    return set(events) <= {row.event_id for row in rows} and all(row.is_final for row in rows)
