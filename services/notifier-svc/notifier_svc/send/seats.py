"""What there is once per job, or so many times a day: taken when a message sets out, the database decides by whom."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from notifier_svc.domain.recheck import Due
from notifier_svc.domain.timing import When
from notifier_svc.send.present import Cleared, Facts, tellings
from notifier_svc.store import once, places
from notifier_svc.store.sending import Later
from servicekit.db import Tx


async def seated(tx: Tx, cleared: list[Cleared], facts: Facts, now: datetime) -> tuple[list[Cleared], list[Later]]:
    """Those of `cleared` that may take what there is once, or so many times a day; others took it first: ask again."""
    dues = [each.due for each in cleared]
    told = await _told_already(tx, dues, facts)
    lost = told | await _without_place(tx, [due for due in dues if due.id not in told], facts, now)
    later = [Later(due, When(now)) for due in dues if due.id in lost]
    return [each for each in cleared if each.due.id not in lost], later


async def _without_place(tx: Tx, dues: Iterable[Due], facts: Facts, now: datetime) -> set[UUID]:
    of_customers = [(due, facts.customers.get(due.customer_id)) for due in dues if facts.limiting.hashes]
    found = [facts.limiting.place(due, customer, now) for due, customer in of_customers if customer]
    wanted = [place for place in found if place]
    return {place.delivery_id for place in wanted} - await places.take(tx, wanted)


async def _told_already(tx: Tx, dues: Iterable[Due], facts: Facts) -> set[UUID]:
    wanted = {due.id: telling for due in dues for telling in tellings([due], facts.rules)}
    first = await once.tell(tx, list(wanted.values()))
    return {id for id, t in wanted.items() if first[t.rule_id, t.job_id] != t.occurrence_id}
