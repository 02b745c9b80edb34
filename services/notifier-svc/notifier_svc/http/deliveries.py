"""The delivery log over HTTP: who got what, and why not (G1)."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from asyncpg import Record
from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel

from contracts.deliveries import Category, Channel, DeliveryState, Lane, Reason
from contracts.jobs import Role
from contracts.reports import ReportKind
from notifier_svc.channels.codes import explained
from notifier_svc.domain.matrix import NOT_AUTOMATED
from notifier_svc.domain.model import OwnTrigger, Wait
from notifier_svc.domain.reasons import why
from notifier_svc.http.cursors import instant
from notifier_svc.store import deliveries as store
from notifier_svc.store import pauses
from servicekit.auth import Principal, require
from servicekit.db import Tx
from servicekit.errors import NotFound
from servicekit.http import Db, Moment
from servicekit.paging import DEFAULT_LIMIT, MAX_LIMIT, Page, encode_cursor, read_cursor

router = APIRouter(prefix="/v1/deliveries", tags=["deliveries"])

Office = Annotated[Principal, Depends(require(Role.ADMIN, Role.DISPATCHER))]


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
    resend_of: UUID | None
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


class DeliveryDetail(DeliveryView):
    """One delivery with its tries and its words."""

    tries: list[AttemptView]
    receipts: list[ReceiptView]
    content: Content | None


@router.get("")
async def list_deliveries(
    who: Office,
    db: Db,
    job_id: UUID | None = None,
    customer_id: UUID | None = None,
    event_id: UUID | None = None,
    state: Annotated[list[DeliveryState] | None, Query()] = None,
    reason: Annotated[list[Reason] | None, Query()] = None,
    channel: Channel | None = None,
    since: Annotated[Moment | None, Query(description="planned at this moment or later")] = None,
    until: Annotated[Moment | None, Query(description="planned before this moment")] = None,
    cursor: str | None = None,
    limit: Annotated[int, Query(ge=1, le=MAX_LIMIT)] = DEFAULT_LIMIT,
) -> Page[DeliveryView]:
    """The log, newest first."""
    after = read_cursor(cursor, instant, UUID) if cursor else None
    async with db.company(who.company) as tx:
        wanted = store.Filter(job_id, customer_id, event_id, state, channel, reason, since, until)
        rows = await store.page(tx, wanted, after, limit + 1)
        items = [DeliveryView.model_validate(fields) for fields in await _fields(tx, rows[:limit])]
    last = rows[limit - 1] if len(rows) > limit else None
    return Page(items=items, next_cursor=encode_cursor(last["planned_at"], last["id"]) if last else None)


@router.get("/{delivery_id}")
async def get_delivery(delivery_id: UUID, who: Office, db: Db) -> DeliveryDetail:
    """One delivery: facts, every try, and what was sent."""
    async with db.company(who.company) as tx:
        row = await store.find(tx, delivery_id)
        if row is None:
            raise NotFound("There is no such delivery.")
        [fields] = await _fields(tx, [row])
        tries = [{"number": attempt["n"], **attempt} for attempt in await store.attempts(tx, row)]
        receipts = [_receipt(receipt) for receipt in await store.receipts(tx, row)]
        content = await store.rendering(tx, row)
        return DeliveryDetail.model_validate(fields | {"tries": tries, "receipts": receipts, "content": content})


def _receipt(row: Record) -> dict[str, Any]:
    return {"attempt": row["n"], "explanation": explained(row["error_code"]), **row}


async def _fields(tx: Tx, rows: list[Record]) -> list[dict[str, Any]]:
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


def _why(row: Record, wait: Wait | None) -> str | None:
    return why(DeliveryState(row["state"]), row["reason"] and Reason(row["reason"]), row["detail"], wait)
