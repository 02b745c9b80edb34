"""A delivery as the office reads it, with the names that people know and its reason in a sentence."""

from datetime import datetime
from typing import Any
from uuid import UUID

from asyncpg import Record
from pydantic import BaseModel

from contracts.deliveries import Category, Channel, DeliveryState, Lane, Reason
from contracts.reports import ReportKind
from notifier_svc.channels.codes import explained
from notifier_svc.domain.copies import How
from notifier_svc.domain.matrix import NOT_AUTOMATED
from notifier_svc.domain.model import OwnTrigger, Wait
from notifier_svc.domain.reasons import why
from notifier_svc.http.timeline import Step
from notifier_svc.store import deliveries as store
from notifier_svc.store import pauses
from servicekit.db import Tx


class DeliveryView(BaseModel):
    """One row of the log."""

    id: UUID
    event_id: UUID
    occurred_at: datetime
    planned_at: datetime
    updated_at: datetime
    due_at: datetime | None
    trigger: str
    rule_id: UUID | None
    rule_name: str | None
    category: Category
    channel: Channel
    lane: Lane
    template_id: UUID | None
    template_version: int | None
    """Settled when it is planned; where none was known then, when it is sent."""
    job_id: UUID | None
    job_number: int | None
    customer_id: UUID | None
    """None of a test, which is about no customer."""
    customer_name: str | None
    recipient_id: UUID | None
    recipient_name: str | None
    address: str | None
    masked_address: str | None
    state: DeliveryState
    reason: Reason | None
    explanation: str | None
    """In plain words why it was not sent, or is not yet."""
    waits_for: Wait | None
    """What it waits for, if not just for its time; or waited for when its time ran out."""
    detail: str | None
    attempts: int
    copy_number: int
    """0 is the original; who sent which copy is in `acts` of what it is a copy of."""
    resend_of: UUID | None
    """The delivery that it is a copy of."""
    as_it_was: bool
    """A copy that says what its original said, word for word."""
    test: bool
    """Somebody of the office sent it to themself."""


class AttemptView(BaseModel):
    """One try that reached the wire; no outcome yet, or not known."""

    number: int
    started_at: datetime
    finished_at: datetime | None
    outcome: str | None
    code: str | None
    detail: str | None
    provider_id: str | None
    """The provider's own id of it."""
    segments: int | None
    """Of a text."""


class ReceiptView(BaseModel):
    """What the provider said of a try afterwards, in its own words, and in ours where it names an error."""

    attempt: int
    status: str
    error_code: str | None
    explanation: str | None
    received_at: datetime


class AttachedReport(BaseModel):
    """A report as it was sent; it is not kept, and made again from the same job is the same."""

    kind: ReportKind
    name: str
    size: int
    sha256: str


class Content(BaseModel):
    """What was sent, word for word."""

    subject: str | None = None
    html: str | None = None
    text: str
    report: AttachedReport | None = None
    """What went along with it."""


class CopyView(BaseModel):
    """What came of it when it was sent again."""

    id: UUID
    copy_number: int
    as_it_was: bool
    state: DeliveryState
    planned_at: datetime


class ResendOffer(BaseModel):
    """Whether it can be sent again, as things stand now."""

    how: list[How]
    why_not: str | None
    """In a sentence, where it can't be at all."""


class DeliveryDetail(DeliveryView):
    """One delivery with its tries and its words."""

    tries: list[AttemptView]
    receipts: list[ReceiptView]
    copies: list[CopyView]
    timeline: list[Step]
    """All of it, in the order in which it happened."""
    content: Content | None
    resend: ResendOffer


def receipt_fields(row: Record) -> dict[str, Any]:
    return {"attempt": row["n"], "explanation": row["detail"] or explained(row["error_code"]), **row}


async def fields_of(tx: Tx, rows: list[Record]) -> list[dict[str, Any]]:
    """The rows with the names that people know."""
    customers, people = await store.names(tx, {row["customer_id"] for row in rows})
    numbers = await store.job_numbers(tx, {row["job_id"] for row in rows if row["job_id"]})
    paused = bool(rows and await pauses.paused(tx, [rows[0]["company_id"]]))
    return [
        {
            **row,
            "waits_for": (wait := _wait(row, paused=paused)),
            "event_id": row["occurrence_id"],
            "test": (test := row["trigger"] == OwnTrigger.TEST),
            "customer_id": None if test else row["customer_id"],
            "customer_name": None if test else customers.get(row["customer_id"]),
            "recipient_name": people.get(row["recipient_id"]),
            "job_number": numbers.get(row["job_id"]),
            "explanation": why(
                DeliveryState(row["state"]), row["reason"] and Reason(row["reason"]), row["detail"], wait
            ),
        }
        for row in rows
    ]


def _wait(row: Record, *, paused: bool) -> Wait | None:
    """What the row waits for; a pause counts from its beginning, before the queue has heard of it."""
    if paused and row["state"] == DeliveryState.QUEUED and Category(row["category"]) not in NOT_AUTOMATED:
        return Wait.PAUSE
    return Wait(row["waits_for"]) if row["waits_for"] else None


async def views_of(tx: Tx, rows: list[Record]) -> list[DeliveryView]:
    """The rows as lines of the log."""
    return [DeliveryView.model_validate(fields) for fields in await fields_of(tx, rows)]
