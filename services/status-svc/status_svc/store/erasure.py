"""What is left of a customer who was deleted: the company's jobs and money; no words, picture or signature of theirs.

A job's title and lines are the company's own record of what it did and billed, by an id that now names nobody.
"""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

import asyncpg

from contracts import topics
from servicekit import deadletters
from servicekit.db import Tx
from status_svc.store.queries import queries, rows

AGAIN_AFTER = timedelta(minutes=2)  # longer than any request takes
PICTURES_AT_ONCE = 500


async def erase(tx: Tx, company_id: UUID, customer_id: UUID) -> None:
    """Forget everything personal, now and once more."""
    await queries.erase_again(tx, company_id, customer_id, AGAIN_AFTER)
    await _erase(tx, company_id, customer_id)


async def repeat(tx: Tx) -> None:
    """Erase once more what was being written when its customer was deleted."""
    for row in await rows(queries.due_erasures(tx)):
        await _erase(tx, row["company_id"], row["customer_id"])


async def drop_stray_pictures(tx: Tx) -> bool:
    """Drop pictures that nothing has shown for a day: nobody can tell whose they are. Returns whether more wait."""
    stray = await rows(queries.lock_stray_pictures(tx, PICTURES_AT_ONCE))
    await _drop_unused(tx, stray)
    return len(stray) == PICTURES_AT_ONCE


async def _erase(tx: Tx, company_id: UUID, customer_id: UUID) -> None:
    pictures = await rows(queries.lock_pictures_of(tx, company_id, customer_id))
    await queries.forget_answers(tx, company_id, customer_id)
    await queries.forget_unpublished(tx, company_id, customer_id, topics.JOBS.name)
    await deadletters.forget_customer(tx, customer_id)
    await queries.forget_requests(tx, company_id, customer_id)
    await queries.forget_visit_requests(tx, company_id, customer_id)
    await queries.forget_notes(tx, company_id, customer_id)
    await queries.forget_signatures(tx, company_id, customer_id)
    await _drop_unused(tx, pictures)


async def _drop_unused(tx: Tx, pictures: Sequence[asyncpg.Record]) -> None:
    await queries.drop_unused_pictures(tx, [p["company_id"] for p in pictures], [p["sha256"] for p in pictures])
