"""Usage by company and month, and its cap."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from uuid import UUID

from contracts.deliveries import Channel
from notifier_svc.domain.usage import NEAR, Cap, Month, Used
from notifier_svc.store.planning import QUERIES, columns
from servicekit.db import Tx


async def count(tx: Tx, used: Iterable[Used], month: date) -> None:
    """Add what was taken just now; nothing where it was nothing."""
    sums: defaultdict[tuple[UUID, Channel], list[int]] = defaultdict(list)
    for each in used:
        sums[each.company_id, each.channel].append(each.units)
    if sums:
        rows = [(company_id, channel, len(units), sum(units)) for (company_id, channel), units in sums.items()]
        await QUERIES.count_usage(tx, month, *columns(rows))


async def take_back(tx: Tx, month: date, delivery_id: UUID, n: int) -> None:
    """Undo the counting of a text's try that is in doubt still, and was not taken after all."""
    await QUERIES.take_back_usage(tx, month, delivery_id, n)


async def count_again(tx: Tx, month: date, delivery_id: UUID, n: int) -> None:
    """Count a try that was held for not taken, and was taken; nothing where it is counted."""
    await QUERIES.count_again(tx, month, delivery_id, n)


async def months(tx: Tx, company_id: UUID, since: date) -> dict[date, Month]:
    """What the company used in each month since then in which it used something, newest first."""
    found: dict[date, dict[str, int]] = {}
    async for row in QUERIES.usage_since(tx, company_id, since):
        text = row["channel"] == Channel.SMS
        part = {"texts": row["messages"], "segments": row["units"]} if text else {"calls": row["units"]}
        found[row["month"]] = found.get(row["month"], {}) | part
    return {month: Month(month, **used) for month, used in found.items()}


async def cap(tx: Tx, company_id: UUID) -> Cap:
    """What the company lets a month cost; before it says so, anything, at version 0."""
    row = await QUERIES.monthly_cap(tx, company_id)
    return Cap(company_id, **row) if row else Cap(company_id)


async def lock_cap(tx: Tx, company_id: UUID) -> Cap:
    """Keep others from changing it until the transaction ends; then read it."""
    await QUERIES.lock_monthly_cap(tx, company_id)
    return await cap(tx, company_id)


async def put_cap(tx: Tx, cap: Cap) -> None:
    """It counts for what is claimed from now on."""
    await QUERIES.put_monthly_cap(tx, cap.company_id, cap.version, cap.segments, cap.calls)


async def spent(tx: Tx, company_ids: Iterable[UUID], month: date) -> set[tuple[UUID, Channel]]:
    """Which of the companies have used up a month's cap, and of what."""
    return {(row["company_id"], Channel(row["channel"])) async for row in QUERIES.spent(tx, list(company_ids), month)}


async def in_sight(tx: Tx, month: date) -> tuple[int, int]:
    """How many companies are near their cap, and how many have reached it."""
    row = await QUERIES.caps_in_sight(tx, month, NEAR)
    return row["near"], row["reached"]
