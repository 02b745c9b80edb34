"""Dry run over HTTP equals the delivery rows that the same real event then makes, in every case of D7's table (G15)."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from contracts.deliveries import Category, Channel
from contracts.events import ServiceRequestEvent
from contracts.jobs import Role
from contracts.triggers import SCHEDULED, Trigger
from notifier_svc import planning, scheduler
from notifier_svc.domain.triggers import default_max_age, trigger_of
from notifier_svc.store import windows
from notifier_svc.tests import gates_oracle as oracle
from notifier_svc.tests.dryrun_world import Posed, before, know, posed
from notifier_svc.tests.factories import a_status
from notifier_svc.tests.listening import UNLIMITED, hear
from notifier_svc.tests.office import Office
from notifier_svc.tests.test_gates_table import EVENTS, plan_cases
from notifier_svc.tests.test_planning import an_envelope

JOBS_AT_ONCE = 30
SHOWN = (
    "rule_id",
    "trigger",
    "category",
    "channel",
    "lane",
    "recipient_id",
    "masked_address",
    "state",
    "reason",
    "waits_for",
    "template_id",
)
Lines = list[tuple[str | None, ...]]
NOBODY = {reason for _, reason in oracle.WITHOUT_RECIPIENT.values()}

# Pairs of what stands in the way for one trigger of each category, each alone for all others.
TRIGGERS = [
    pytest.param(category, name, 2 if n == 0 else 1, id=f"{category}-{name}".replace(" ", "-"))
    for category, named in EVENTS.items()
    for n, name in enumerate(named)
]


@pytest.mark.parametrize(("category", "name", "most"), TRIGGERS)
async def test_the_dry_run_says_what_the_log_then_has(office: Office, category: Category, name: str, most: int) -> None:
    data = EVENTS[category][name]
    trigger = trigger_of(data)
    assert trigger
    cases = posed(trigger, category, most)
    if most == 2:
        assert_every_case_is_posed(cases, category)
    async with office.desk.db.worker() as tx:
        await know(tx, office.desk.keys, cases)
    await hear(
        office.desk.db,
        office.desk.keys,
        [an_envelope(told, time=at) for told, at in (before(each, trigger) for each in cases)],
    )
    said = await dry_runs(office, cases, trigger, category)
    await happens(office, cases, trigger, category, data)
    logged = await log(office)
    for each in cases:
        assert said[each.customer.id] == logged[each.customer.id], (each.house.regional, each.against)
        assert_as_the_table_says(each, category, said[each.customer.id])


def assert_as_the_table_says(each: Posed, category: Category, lines: Lines) -> None:
    for case in each.cases(category):
        who = each.customer.contacts[0].id if not case.recipient else recipient_of(each)
        expected = oracle.expected(case)
        meant = None if expected in NOBODY else str(who)
        [line] = [dict(zip(SHOWN, line, strict=True)) for line in lines if line[3] == case.channel and line[5] == meant]
        assert line["reason"] == expected, case


def recipient_of(each: Posed) -> UUID:
    return each.customer.service_addresses[0].recipients[0].id


def assert_every_case_is_posed(cases: Sequence[Posed], category: Category) -> None:
    made = {case for each in cases for case in each.cases(category)}
    assert made == {case for channel in Channel for case in plan_cases(category, channel)}
    assert len(made) > 6_000


async def dry_runs(office: Office, cases: Sequence[Posed], trigger: Trigger, category: Category) -> dict[UUID, Lines]:
    """What is said of each, so many at once as the company and the act are the same."""
    together: dict[Any, list[Posed]] = defaultdict(list)
    for each in cases:
        together[each.house.id, each.against & {"told not to notify", "too old"}].append(each)
    tokens = {house: office.issuer.headers(Role.DISPATCHER, house) for house, _ in together}
    said: dict[UUID, list[Any]] = defaultdict(list)
    for (house, _), alike in together.items():
        for n in range(0, len(alike), JOBS_AT_ONCE):
            some = alike[n : n + JOBS_AT_ONCE]
            body = {
                "trigger": trigger,
                "job_ids": [str(each.job.id) for each in some],
                "notify": "told not to notify" not in some[0].against,
                "happened_at": happened_at(some[0], category).isoformat(),
                "previews": 0,
            }
            answer = await office.client.post("/v1/dry-runs", json=body, headers=tokens[house])
            assert answer.status_code == 200, answer.text
            for row in answer.json()["rows"]:
                said[UUID(row["customer_id"])].append(row)
    return {customer: sorted_lines(rows) for customer, rows in said.items()}


def happened_at(each: Posed, category: Category) -> datetime:
    late = default_max_age(category) + timedelta(minutes=1) if "too old" in each.against else timedelta()
    return datetime.now(UTC) - late


def sorted_lines(rows: Sequence[Any]) -> Lines:
    return sorted((tuple(row[name] for name in SHOWN) for row in rows), key=str)


async def happens(office: Office, cases: Sequence[Posed], trigger: Trigger, category: Category, data: Any) -> None:
    """The real thing: by the consumer, the window of changes, or the schedule."""
    if trigger in SCHEDULED:
        looked = 1
        while looked:
            async with office.desk.db.worker() as tx:
                looked = await scheduler.tell_due(tx, office.desk.keys, datetime.now(UTC), UNLIMITED)
        return
    await hear(
        office.desk.db,
        office.desk.keys,
        [an_envelope(real(each, data), time=happened_at(each, category)) for each in cases],
    )
    released = 1
    while released:
        async with office.desk.db.worker() as tx:
            await tx.execute("update change_window set ends_at = now()")
            closed = await windows.close(tx)
            released = closed + await planning.release(tx, office.desk.keys, UNLIMITED)


def real(each: Posed, data: Any) -> Any:
    """The table's event, of this case's job or customer, as status-svc publishes it."""
    notify = "told not to notify" not in each.against
    if isinstance(data, ServiceRequestEvent):
        ids = {"customer_id": each.customer.id, "company_id": each.customer.company_id}
        return data.model_copy(update={"notify": notify, "request": data.request.model_copy(update=ids)})
    job = each.job.model_copy(update={"version": 2, "status": a_status(), "kind": data.job.kind})
    return data.model_copy(update={"notify": notify, "job": job})


async def log(office: Office) -> dict[UUID, Lines]:
    found: dict[UUID, list[Any]] = defaultdict(list)
    for row in await office.desk.fetch("select * from delivery"):
        found[row["customer_id"]].append({name: plain(row[name]) for name in SHOWN})
    return {customer: sorted_lines(rows) for customer, rows in found.items()}


def plain(value: Any) -> Any:
    return str(value) if isinstance(value, UUID) else value
