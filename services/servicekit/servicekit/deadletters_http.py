"""Dead letters over HTTP, for operators: of all companies, so for programs of the installation only (docs/adr/0038)."""

import base64
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, Field

from contracts.jobs import Role
from servicekit import deadletters as store
from servicekit.auth import Principal, require
from servicekit.deadletters import AlreadyDecided, State
from servicekit.errors import NotFound
from servicekit.http import Body, Db
from servicekit.paging import DEFAULT_LIMIT, MAX_LIMIT, Page, encode_cursor, read_cursor

router = APIRouter(prefix="/v1/dead-letters", tags=["operations"])

Service = Annotated[Principal, Depends(require(Role.SERVICE))]


def _operator(who: Service) -> Principal:
    """A program of the installation. To one of a company, which may be a stranger's, there are none."""
    if who.company_id is not None:
        raise NotFound("Dead letters are an operator's: use a service's token that names no company.")
    return who


Operator = Annotated[Principal, Depends(_operator)]


class DeadLetterView(BaseModel):
    """A record that could not be read or handled."""

    id: UUID
    origin: str
    """`topic/partition/offset`."""
    topic: str
    key: str
    headers: dict[str, str]
    """As it came; none once it is decided, as with the body."""
    error: str
    at: datetime
    bytes: int | None
    state: State
    decided_at: datetime | None
    decided_by: str | None
    reason: str | None


class DeadLetterDetail(DeadLetterView):
    """The same with what it says."""

    text: str | None
    """What it says, if that is text."""
    base64: str | None
    """What it says, if it is not."""


class DiscardBody(Body):
    """Why it is given up."""

    reason: str = Field(min_length=3, max_length=500)


@router.get("")
async def list_dead_letters(
    _: Operator,
    db: Db,
    state: State | None = None,
    cursor: str | None = None,
    limit: Annotated[int, Query(ge=1, le=MAX_LIMIT)] = DEFAULT_LIMIT,
) -> Page[DeadLetterView]:
    """What this service could not read or handle, newest first; what was decided stays on record."""
    after = read_cursor(cursor, _instant, UUID) if cursor else None
    async with db.worker() as tx:
        rows = await store.page(tx, state, after, limit + 1)
    items = [DeadLetterView.model_validate(dict(row)) for row in rows[:limit]]
    last = items[-1] if len(rows) > limit else None
    return Page(items=items, next_cursor=encode_cursor(last.at, last.id) if last else None)


@router.get("/{letter_id}")
async def get_dead_letter(letter_id: UUID, _: Operator, db: Db) -> DeadLetterDetail:
    """One of them, with what it says: that may be personal, of any company."""
    async with db.worker() as tx:
        return _detail(await store.find(tx, letter_id))


@router.post("/{letter_id}/replay")
async def replay_dead_letter(letter_id: UUID, who: Operator, db: Db) -> DeadLetterDetail:
    """Send it back to the topic it came from. Once: a second time says that it was."""
    async with db.worker() as tx:
        return await _decided(tx, letter_id, State.REPLAYED, await store.replay(tx, [letter_id], who.subject))


@router.post("/{letter_id}/discard")
async def discard_dead_letter(letter_id: UUID, body: DiscardBody, who: Operator, db: Db) -> DeadLetterDetail:
    """Give it up. What it said is forgotten; that it was there, who gave it up and why stays on record."""
    async with db.worker() as tx:
        done = await store.discard(tx, [letter_id], who.subject, body.reason)
        return await _decided(tx, letter_id, State.DISCARDED, done)


async def _decided(tx: Any, letter_id: UUID, wanted: State, done: int) -> DeadLetterDetail:
    found = await store.find(tx, letter_id)
    if not done and found["state"] != wanted:
        raise AlreadyDecided(f"It was {found['state']}, by {found['decided_by']}.")
    return _detail(found)


def _detail(found: dict[str, Any]) -> DeadLetterDetail:
    body: bytes | None = found.pop("body")
    try:
        said = {"text": body.decode() if body is not None else None, "base64": None}
    except UnicodeDecodeError:
        said = {"text": None, "base64": base64.b64encode(body or b"").decode()}
    return DeadLetterDetail.model_validate(found | said)


def _instant(value: Any) -> datetime:
    return datetime.fromisoformat(value)
