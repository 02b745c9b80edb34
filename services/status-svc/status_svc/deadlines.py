"""Deadlines: what is due is found by index, and each job decided by itself, with its lock held."""

import logging
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID, uuid4

from contracts.jobs import Actor, Role
from servicekit import outbox
from servicekit.db import TROUBLE, Database, Tx
from status_svc.domain.command import Command
from status_svc.domain.deadlines import fall_due
from status_svc.store import deadlines, jobs, money

AT_ONCE: Final = 200
LATER: Final = timedelta(hours=1)
OURSELVES: Final = Actor(id="status-svc", role=Role.SERVICE)

log = logging.getLogger(__name__)


async def pass_due(database: Database, now: datetime) -> int:
    """Let happen what is due at `now`, unless much waits for the broker already. Returns to how many jobs it did.

    Several replicas share the work: a job is locked while it is decided, and its deadline goes with its event.
    """
    async with database.worker() as tx:
        due = [] if await outbox.is_full(tx) else await deadlines.due(tx, now, AT_ONCE)
    return sum([await _pass(database, company_id, job_id, now) for company_id, job_id in due])


async def _pass(database: Database, company_id: UUID, job_id: UUID, now: datetime) -> bool:
    """One job, in a transaction of its own. What can't be done does not stand in the way of the others."""
    try:
        async with database.company(company_id) as tx:
            return await decide(tx, job_id, now)
    except TROUBLE:
        raise
    except Exception:
        log.exception("a deadline could not be kept", extra={"company_id": str(company_id), "job_id": str(job_id)})
    async with database.company(company_id) as tx:
        await deadlines.put_off(tx, job_id, now, now + LATER)
    return False


async def decide(tx: Tx, job_id: UUID, now: datetime) -> bool:
    """Let happen to the job what is due, unless somebody works on it, or its deadline is gone."""
    if not await deadlines.claim(tx, job_id, now):
        return False
    job = await jobs.job(tx, job_id)
    command = Command(uuid4(), OURSELVES, now)
    outcome = fall_due(command, job, await money.estimate(tx, job_id), await money.invoices(tx, job_id))
    if outcome is None:  # settled by a replica of a release that knew no deadlines
        await deadlines.drop(tx, job)
        return False
    await jobs.save(tx, job, outcome, now)
    return True
