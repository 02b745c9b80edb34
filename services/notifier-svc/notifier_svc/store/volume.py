"""How much companies send by the hour, and who is about to send far too much."""

from collections.abc import Mapping
from datetime import datetime
from secrets import randbelow
from uuid import UUID

from notifier_svc.domain.volume import Breaker, Hour
from notifier_svc.store.planning import QUERIES
from servicekit.db import Tx

PARTS = 8


async def excessive(tx: Tx, planned: Mapping[tuple[UUID, datetime], int], breaker: Breaker) -> set[UUID]:
    """Count what is `planned` by company and hour; returns whose hour is more than the breaker lets pass.

    Those who plan at the same moment do not see each other's yet: it trips with the next batch then.
    """
    if not planned:
        return set()
    columns = zip(*((company, hour, count) for (company, hour), count in planned.items()), strict=True)
    rows = [row async for row in QUERIES.count_volume(tx, *map(list, columns), randbelow(PARTS))]
    many = [row for row in rows if row["judged"] and row["planned"] >= breaker.at_least]
    return {
        row["company_id"]
        for row in many
        if breaker.trips(row["planned"], await QUERIES.usual_volume(tx, row["company_id"], row["hour"]))
    }


async def of_hour(tx: Tx, company_id: UUID, hour: datetime) -> Hour:
    """How much the company was to send in this hour so far, and in a usual one."""
    row = await QUERIES.volume_of_hour(tx, company_id, hour)
    return Hour(hour, row["planned"], await QUERIES.usual_volume(tx, company_id, hour), judged=row["judged"])


async def meant(tx: Tx, company_id: UUID) -> None:
    """Judge the company's hours no more, up to the present one."""
    await QUERIES.judge_no_more(tx, company_id)


async def forget(tx: Tx) -> None:
    """Drop hours that are too long ago to say what is usual."""
    await QUERIES.forget_volume(tx)
