"""The books that are compared: what the databases say, and the sandbox's truth logs."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

import asyncpg

from deploy.demo.mailbox import Arrived
from deploy.local.databases import SERVICES, with_database
from deploy.local.plan import Plan
from deploy.local.waiting import run_async
from deploy.sandbox.identity.personas import COMPANIES
from tests.e2e import mailbox
from tests.e2e.phone import rings_of

_OUTBOX = "select count(*) from outbox"
_WAITS = "select (select count(*) from queue) + (select count(*) from doubt)"
_TOLD = "select count(distinct occurrence_id) from delivery where occurrence_id = any($1::uuid[])"
_LOGGED = "select id from delivery where id = any($1::uuid[])"
_BEGUN = "select delivery_id, max(started_at) as at from attempt where delivery_id = any($1::uuid[]) group by 1"
_DOUBTED = """
select delivery_id, count(*) as tries from attempt
where delivery_id = any($1::uuid[]) and outcome = 'unknown' group by 1
"""


def truth(plan: Plan, before: Collection[UUID | None] = ()) -> list[Arrived]:
    """Every email, text and call that was ever accepted, but for those of deliveries that were known before."""
    rings = (ring for company in COMPANIES for ring in rings_of(plan, company.slug))
    arrived: list[Arrived] = [*mailbox.truth(plan), *rings]
    return [each for each in arrived if each.delivery_id not in before]


def logged(plan: Plan, deliveries: Collection[UUID]) -> set[UUID]:
    """Those of them that some company's log has."""
    return {row["id"] for row in _asked(plan, "notifier", _LOGGED, list(deliveries))}


def unpublished(plan: Plan) -> int:
    """What lies in the outboxes, whether it can be published or not."""
    return sum(int(_asked(plan, service, _OUTBOX)[0][0]) for service in SERVICES)


def waits(plan: Plan) -> int:
    """What is unpublished, lies in the queue, or is still to be settled."""
    return unpublished(plan) + int(_asked(plan, "notifier", _WAITS)[0][0])


def told(plan: Plan, events: Collection[UUID]) -> bool:
    """Is each of these events in the delivery log?"""
    return int(_asked(plan, "notifier", _TOLD, list(events))[0][0]) == len(events)


def begun(plan: Plan, deliveries: Collection[UUID]) -> dict[UUID, datetime]:
    """When the last try of each delivery began (T2)."""
    return {row["delivery_id"]: row["at"] for row in _asked(plan, "notifier", _BEGUN, list(deliveries))}


def doubted(plan: Plan, deliveries: Collection[UUID]) -> dict[UUID, int]:
    """Those of which tries ended, or once ended, in doubt, and how many did."""
    return {row["delivery_id"]: row["tries"] for row in _asked(plan, "notifier", _DOUBTED, list(deliveries))}


def _asked(plan: Plan, service: str, question: str, *arguments: object) -> list[asyncpg.Record]:
    async def ask() -> list[asyncpg.Record]:
        connection = await asyncpg.connect(with_database(plan.admin_url, service))
        try:
            return await connection.fetch(question, *arguments)
        finally:
            await connection.close()

    return run_async(ask())
