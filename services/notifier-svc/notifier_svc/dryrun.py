"""What would be planned if something happened, by the planner and the schedule themselves. Writes nothing."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from contracts.events import JobEvent
from contracts.jobs import Job
from contracts.triggers import Trigger
from notifier_svc import planning, scheduler
from notifier_svc.domain.delivery import Delivery
from notifier_svc.domain.dryrun import Act, Imagined, about_job, against
from notifier_svc.domain.keys import Keys
from notifier_svc.domain.schedule import Entry
from notifier_svc.domain.triggers import Occurrence, Told
from notifier_svc.domain.window import joined, opens
from notifier_svc.planning import Facts
from notifier_svc.store import dryrun as store
from notifier_svc.store import schedule
from servicekit.db import Tx
from servicekit.errors import Unavailable


@dataclass(frozen=True, slots=True)
class Planned:
    """What the log would have of some occurrences, and by what was known it was decided."""

    rows: Sequence[tuple[Delivery, Occurrence]]
    facts: Facts


async def planned(tx: Tx, keys: Keys, company_id: UUID, imagined: Sequence[Imagined]) -> Planned:
    """The rows that planning would store; none of what it would park until the customer is known.

    Raises `Unavailable` where the company is not known here yet.
    """
    facts = await planning.gather(tx, keys, [each.occurrence for each in imagined])
    if imagined and company_id not in facts.companies:
        raise Unavailable("The company's profile has not arrived yet.")
    decided = [(each.occurrence, each.planned_at) for each in imagined if facts.cover(each.occurrence)]
    rows = await planning.decided(tx, keys, decided, facts)
    occurrences = {each.occurrence.id: each.occurrence for each in imagined}
    return Planned([(row, occurrences[row.occurrence_id]) for row in rows], facts)


async def happening(tx: Tx, act: Act, job: Job, now: datetime, window: timedelta) -> list[Imagined]:
    """The act's events, each when it would be planned: changes when their window ends, all else at once."""
    told = [await _when_told(tx, each, act.at, now, window) for each in about_job(act, job)]
    return [replace(each, against=against(act, job)) for each in told]


async def _when_told(tx: Tx, told: JobEvent, at: datetime, now: datetime, window: timedelta) -> Imagined:
    if not opens(told):
        return imagined(told, told.job.company_id, at, now)
    gathered = await store.window_of(tx, told.job.id)
    if gathered is None:
        return imagined(told, told.job.company_id, at, now + window)
    so_far, since, ends_at = gathered
    return imagined(joined(so_far, told), told.job.company_id, since, max(now, ends_at))


def imagined(told: Told, company_id: UUID, at: datetime, planned_at: datetime) -> Imagined:
    """An occurrence that nobody has heard of."""
    return Imagined(Occurrence(uuid4(), company_id, at, told), planned_at)


async def to_come(tx: Tx, keys: Keys, trigger: Trigger, jobs: Sequence[Job], now: datetime) -> list[Imagined]:
    """The next reminders or follow-ups of a company's jobs, as its schedule has them; planned when their time comes."""
    company_id = jobs[0].company_id
    rules = (await schedule.timed_rules(tx, [company_id]))[company_id]
    wanted = {rule.id for rule in rules if rule.trigger is trigger}
    entries = await schedule.entries(tx, [(company_id, job.id) for job in jobs])
    waiting = [entry for places in entries.values() for entry in places.values() if entry.rule_id in wanted]
    return sorted(await _due(tx, keys, waiting, now), key=lambda each: each.planned_at)


async def _due(tx: Tx, keys: Keys, waiting: Iterable[Entry], now: datetime) -> list[Imagined]:
    """What these wait for; by today's rule one may be due at another time than is noted, or never."""
    by_time: dict[datetime, list[Entry]] = defaultdict(list)
    for entry in waiting:
        if entry.due_at:
            by_time[max(now, entry.due_at)].append(entry)
    looked = [(each, at) for at, some in by_time.items() for each in await scheduler.look(tx, keys, some, at)]
    due = [Imagined(each.occurrence, at) for each, at in looked if not isinstance(each, Entry)]
    moved = [each for each, _ in looked if isinstance(each, Entry)]
    return due + (await _due(tx, keys, moved, now) if moved else [])
