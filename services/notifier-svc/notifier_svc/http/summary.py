"""The log in figures over HTTP: how many messages went, did not, and why; how soon (G1)."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Annotated, Any

import asyncpg
from fastapi import APIRouter, Query
from pydantic import BaseModel

from contracts.deliveries import Channel, DeliveryState, Reason
from notifier_svc.domain.failing import DECIDED, FAILED, Tally, rises
from notifier_svc.domain.reasons import why
from notifier_svc.http.deliveries import Office
from notifier_svc.store import deliveries as store
from servicekit.errors import Unprocessable
from servicekit.http import Db, Moment

router = APIRouter(prefix="/v1/delivery-summary", tags=["deliveries"])

LONGEST = timedelta(days=8)
LATE_AFTER = timedelta(minutes=2)
NEWEST = 1_000


class Count(BaseModel):
    """Messages that stand alike, planned within an hour."""

    hour: datetime
    """Its begin; hours are counted from `since` on."""
    channel: Channel
    state: DeliveryState
    reason: Reason | None
    explanation: str | None
    """In plain words why they were not sent, or are not yet."""
    count: int


class Promptness(BaseModel):
    """Seconds from when a message might go until it had gone, of the newest 1,000 that went."""

    p50: float
    p95: float
    p99: float


class Failing(BaseModel):
    """Of the messages planned in the last hour."""

    failed: int
    decided: int
    """Those of which it is known whether they went."""


class Summary(BaseModel):
    """What became of the messages planned between two moments."""

    counts: list[Count]
    failing: Failing | None
    """None unless far more fail in the last hour than in the time before, from `since` on."""
    late: int
    """Those that should have gone two minutes ago, and wait for nothing that we know of."""
    seconds: Promptness | None
    """None where nothing went."""


@router.get("")
async def summarise_deliveries(
    who: Office,
    db: Db,
    since: Annotated[Moment, Query(description="planned at this moment or later")],
    until: Annotated[Moment, Query(description="planned before this moment; eight days after `since` at most")],
) -> Summary:
    """Count the company's messages by hour, channel, state and reason."""
    if not since < until <= since + LONGEST:
        raise Unprocessable("until must come after since, by eight days at most.")
    async with db.company(who.company) as tx:
        rows = await store.counts(tx, since, until, LATE_AFTER)
        seconds = await store.seconds_to_send(tx, since, until, NEWEST)
    return Summary(
        counts=[Count(**_counted(dict(row))) for row in rows],
        failing=_failing(rows),
        late=sum(row["late"] for row in rows),
        seconds=Promptness(p50=seconds[0], p95=seconds[1], p99=seconds[2]) if seconds else None,
    )


def _failing(rows: Sequence[asyncpg.Record]) -> Failing | None:
    now = _tally((DeliveryState(row["state"]), row["lately"]) for row in rows)
    before = _tally((DeliveryState(row["state"]), row["count"] - row["lately"]) for row in rows)
    return Failing(failed=now.failed, decided=now.decided) if rises(now, before) else None


def _tally(counts: Iterable[tuple[DeliveryState, int]]) -> Tally:
    known = [(state, count) for state, count in counts if state in DECIDED]
    return Tally(sum(count for state, count in known if state in FAILED), sum(count for _, count in known))


def _counted(row: dict[str, Any]) -> dict[str, Any]:
    state, reason = DeliveryState(row["state"]), row["reason"] and Reason(row["reason"])
    return row | {"explanation": why(state, reason, None)}
