"""What happened lately, also what nobody was told of: for rules that are tried."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson

from notifier_svc.domain.course import Course
from notifier_svc.domain.hindsight import Part, without_words
from notifier_svc.domain.triggers import Occurrence
from notifier_svc.store.planning import QUERIES, columns
from notifier_svc.store.reading import readable
from notifier_svc.store.sending import occurrence_of
from servicekit.db import Tx


async def note(tx: Tx, unanswered: Sequence[Occurrence]) -> None:
    """Note what happened that the log has nothing of."""
    if unanswered:
        await QUERIES.note_unanswered(tx, *columns([_row(without_words(o)) for o in unanswered]))


def _row(o: Occurrence) -> tuple[Any, ...]:
    data = orjson.Fragment(o.data.model_dump_json())
    return o.company_id, o.occurred_at, o.id, type(o.data).__name__, o.customer_id, data


async def forget(tx: Tx) -> None:
    """Forget what is too long ago to be asked for."""
    await QUERIES.forget_unanswered(tx)


async def happened(tx: Tx, news: Sequence[tuple[str, Part]], since: datetime, most: int) -> list[Occurrence]:
    """What of this news happened in this transaction's company, the newest first, as far as it can be read."""
    rows = {row["event_id"]: row async for row in QUERIES.happened_since(tx, since, *columns(news), most)}
    return list(readable("occurrence", rows, occurrence_of).values())


async def courses(tx: Tx, after: UUID, limit: int) -> tuple[list[tuple[UUID, Course]], UUID | None]:
    """The next jobs of this transaction's company: (customer, how it goes on); and after which there are more."""
    rows = {row["job_id"]: row async for row in QUERIES.courses_of_company(tx, after, limit)}
    found = readable("course", rows, lambda row: Course.model_validate_json(row["state"]))
    last = max(rows) if len(rows) == limit else None
    return [(rows[id]["customer_id"], course) for id, course in found.items()], last
