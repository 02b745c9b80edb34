"""What rules that tell of each job once have told: which occurrence was first the database decides (G7)."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple
from uuid import UUID

from notifier_svc.store.planning import QUERIES
from servicekit.db import Tx

FORGET_AT_ONCE = 10_000


class Telling(NamedTuple):
    """An occurrence that a rule would tell of a job."""

    company_id: UUID
    rule_id: UUID
    job_id: UUID
    occurrence_id: UUID


Told = Mapping[tuple[UUID, UUID], UUID]
"""By rule and job: the occurrence."""


async def told(tx: Tx, tellings: Sequence[Telling]) -> Told:
    """What was told of those jobs by those rules."""
    if not tellings:
        return {}
    companies, rules, jobs, _ = map(list, zip(*tellings, strict=True))
    rows = QUERIES.told_once(tx, companies, rules, jobs)
    return {(row["rule_id"], row["job_id"]): row["occurrence_id"] async for row in rows}


async def forget(tx: Tx) -> int:
    """Forget a slice of what was told so long ago that the log has it no more; returns how much."""
    return len([row async for row in QUERIES.forget_told_once(tx, FORGET_AT_ONCE)])


async def tell(tx: Tx, tellings: Sequence[Telling]) -> Told:
    """Note what is told now, unless something was; returns what was first."""
    if not tellings:
        return {}
    rows = QUERIES.tell_once(tx, *map(list, zip(*tellings, strict=True)))
    return {(row["rule_id"], row["job_id"]): row["occurrence_id"] async for row in rows}
