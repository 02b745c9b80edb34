"""The delivery log as tests read it."""

from collections import Counter
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


def happened(office: Api, job_id: str) -> dict[UUID, str]:
    """The events of a job that have something to tell, each with its kind."""
    events = office.every("status-svc", f"/v1/jobs/{job_id}/history")
    return {
        UUID(event["id"]): f"{event['type']} {event['status_name']}"
        for event in events
        if event["type"] not in log.SILENT
    }


def told(office: Api, job_id: str, seconds: float = LIMIT) -> list[Delivery]:
    """The emails in the log of a job, once all that happened to it is in there and nothing waits."""
    settled(office, happened(office, job_id), seconds, job_id=job_id)
    return emails(office, job_id=job_id)


def settled(office: Api, events: Collection[UUID], seconds: float = LIMIT, **filters: str) -> list[Delivery]:
    """The log, once all these events are in it and nothing waits: to read all of it costs, so first who waits."""
    rows: list[Delivery] = []

    def done() -> bool:
        nonlocal rows
        if any(True for _ in office.every("notifier-svc", "/v1/deliveries", state=list(log.WAITING), **filters)):
            return False
        rows = deliveries(office, **filters)
        return is_settled(events, rows)

    until(done, lambda: _what_is_missing(events, deliveries(office, **filters)), seconds)
    return rows


def emails(office: Api, **filters: str) -> list[Delivery]:
    """What the log has of emails, oldest first."""
    return deliveries(office, channel=Channel.EMAIL, **filters)


def is_settled(events: Collection[UUID], rows: Collection[Delivery]) -> bool:
    """Has every event its rows, and no row work left?"""
    return set(events) <= {row.event_id for row in rows} and all(row.is_final for row in rows)


def _what_is_missing(events: Collection[UUID], rows: Collection[Delivery]) -> str:
    untold = len(set(events) - {row.event_id for row in rows})
    states = Counter(f"{row.channel} {row.state}" for row in rows)
    return f"not everything is told: {untold} of {len(events)} events are not in the log, which has {dict(states)}"
