"""Windows in which changes of a job gather, and what they will tell."""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from uuid import UUID

from contracts.events import JobUpdated
from notifier_svc.store.planning import QUERIES
from servicekit.db import Tx

Key = tuple[UUID, UUID]
"""(company, job)"""
Window = tuple[dict[str, str], JobUpdated]
"""The headers of the event that opened it, and what is told of it and of all that came since."""


async def find(tx: Tx, keys: Iterable[Key]) -> dict[Key, Window]:
    """The open windows of these jobs; they stay open until the transaction ends."""
    wanted = list(set(keys))
    rows = QUERIES.open_windows(tx, [company for company, _ in wanted], [job for _, job in wanted])
    return {
        (row["company_id"], row["job_id"]): (row["headers"], JobUpdated.model_validate_json(row["body"]))
        async for row in rows
    }


async def put(tx: Tx, windows: Mapping[Key, Window], length: timedelta) -> None:
    """Open new windows, each as long as this; write what open ones tell now."""
    if windows:
        rows = (
            (company, job, told.job.customer_id, headers, told.model_dump_json().encode())
            for (company, job), (headers, told) in windows.items()
        )
        await QUERIES.put_windows(tx, *map(list, zip(*rows, strict=True)), length)


async def close(tx: Tx) -> int:
    """Put what has ended where it is planned from; returns how many windows that were."""
    count: int = await QUERIES.close_windows(tx)
    return count
