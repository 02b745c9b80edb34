"""Dry run over HTTP equals the delivery rows that the same real event then makes, in every case of D7's table (G15).

Both have one clock, which stands still: times are compared as they are. So are the words of what is then sent.
"""

from collections import defaultdict
from collections.abc import Sequence, Set
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any
from uuid import UUID

import pytest

from contracts import events
from contracts.deliveries import Category, Channel
from contracts.jobs import Role
from contracts.triggers import SCHEDULED, Trigger
from notifier_svc import planning, scheduler, windows
from notifier_svc.domain.triggers import default_max_age, trigger_of
from notifier_svc.store import windows as windows_store
from notifier_svc.tests import gates_oracle as oracle
from notifier_svc.tests.dryrun_words import said_words, sent_words, told
from notifier_svc.tests.dryrun_world import Posed, before, know, posed
from notifier_svc.tests.factories import a_status
from notifier_svc.tests.listening import UNLIMITED, hear
from notifier_svc.tests.office import Office
from notifier_svc.tests.test_gates_table import EVENTS, plan_cases
from notifier_svc.tests.test_planning import an_envelope
from servicekit import clock

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
    "due_at",
    "expires_at",
    "template_id",
    "template_version",
)
TIMES = ("due_at", "expires_at")
Lines = list[tuple[Any, ...]]
Rows = dict[UUID, list[Any]]
NOBODY = {reason for _, reason in oracle.WITHOUT_RECIPIENT.values()}


@pytest.mark.parametrize("category", EVENTS)
async def test_the_dry_run_says_what_the_log_then_has(office: Office, category: Category) -> None:  # G15
    """Pairs of what stands in the way for a trigger of each category, each alone for the others.

    In words: where nothing stands in the way, and for a status each alone; which words go does not depend on the rest.
    """
    office.desk.templates.write = told
    # Changes gather by the database's clock: when they are told, it has not come to be later than that.
    with clock.standing(clock.now() - windows.LENGTH):
        for n, (name, data) in enumerate(EVENTS[category].items()):
            trigger = trigger_of(data)
            assert trigger
            cases = posed(name, trigger, category, most=2 if n == 0 else 1)
            if n == 0:
                assert_every_case_is_posed(cases, category)
            most_worded = 1 if name == "status set" else 0
            worded = {each.customer.id for each in cases if len(each.against) <= most_worded}
            await assert_the_same(office, cases, worded, trigger, data)


async def assert_the_same(
    office: Office, cases: Sequence[Posed], worded: Set[UUID], trigger: Trigger, data: Any
) -> None:
    office.desk.templates.channels |= {rule.template_id: rule.channel for each in cases for rule in each.house.rules}
    async with office.desk.db.worker() as tx:
        await know(tx, office.desk.keys, cases)
    known = [an_envelope(event, time=at) for event, at in (before(each, trigger) for each in cases)]
    await hear(office.desk.db, office.desk.keys, known)
    said = await dry_runs(office, cases, worded, trigger)
    await happens(office, cases, trigger, data)
    logged = await log(office)
    for each in cases:
        lines = sorted_lines(said[each.customer.id])
        assert lines == sorted_lines(logged[each.customer.id]), (each.house.regional, each.against)
        assert_as_the_table_says(each, lines)
    words = said_words(row for customer in worded for row in said[customer])
    assert words == await sent_words(office, worded)
    assert sum(map(len, words.values())) > len(worded)


def assert_as_the_table_says(each: Posed, lines: Lines) -> None:
    for case in each.cases():
        who = each.customer.contacts[0].id if not case.recipient else recipient_of(each)
        expected = oracle.expected(case)
        meant = None if expected in NOBODY else str(who)
        [line] = [dict(zip(SHOWN, line, strict=True)) for line in lines if line[3] == case.channel and line[5] == meant]
        assert line["reason"] == expected, case
        assert (line["template_version"] is None) == (expected is not None), case


def recipient_of(each: Posed) -> UUID:
    return each.customer.service_addresses[0].recipients[0].id


def assert_every_case_is_posed(cases: Sequence[Posed], category: Category) -> None:
    made = {case for each in cases for case in each.cases()}
    assert made == {case for channel in Channel for case in plan_cases(category, channel)}
    assert len(made) > 6_000


async def dry_runs(office: Office, cases: Sequence[Posed], worded: Set[UUID], trigger: Trigger) -> Rows:
    """The rows that are said of each, so many at once as the company and the act are the same."""

    def alike(each: Posed) -> tuple[Any, ...]:
        return each.house.id, sorted(each.against & {"told not to notify", "too old"}), each.customer.id in worded

    said: Rows = defaultdict(list)
    for (house, _, words), group in groupby(sorted(cases, key=alike), key=alike):
        headers, together = office.issuer.headers(Role.DISPATCHER, house), list(group)
        at_once = 8 if words else 30  # at six lines each, of which fifty are filled in
        for some in (together[n : n + at_once] for n in range(0, len(together), at_once)):
            body = {
                "trigger": trigger,
                "job_ids": [str(each.job.id) for each in some],
                "notify": "told not to notify" not in some[0].against,
                "happened_at": happened_at(some[0]).isoformat(),
                "previews": 50 if words else 0,
            }
            answer = await office.client.post("/v1/dry-runs", json=body, headers=headers)
            assert answer.status_code == 200, answer.text
            for row in answer.json()["rows"]:
                times = {name: datetime.fromisoformat(row[name]) for name in TIMES}
                said[UUID(row["customer_id"])].append(row | times)
    return said


def happened_at(each: Posed) -> datetime:
    late = default_max_age(each.house.category) + timedelta(minutes=1) if "too old" in each.against else timedelta()
    return clock.now() - late


def sorted_lines(rows: Sequence[Any]) -> Lines:
    return sorted((tuple(row[name] for name in SHOWN) for row in rows), key=str)


async def happens(office: Office, cases: Sequence[Posed], trigger: Trigger, data: Any) -> None:
    """The real thing: by the consumer, the window of changes, or the schedule."""
    db, keys = office.desk.db, office.desk.keys
    if trigger in SCHEDULED:
        looked = 1
        while looked:
            async with db.worker() as tx:
                looked = await scheduler.tell_due(tx, keys, clock.now(), UNLIMITED)
        return
    await hear(db, keys, [an_envelope(real(each, data), time=happened_at(each)) for each in cases])
    released = 1
    with clock.standing(clock.now() + windows.LENGTH):
        while released:
            async with db.worker() as tx:
                await tx.execute("update change_window set ends_at = now()")
                closed = await windows_store.close(tx)
                released = closed + await planning.release(tx, keys, UNLIMITED)


def real(each: Posed, data: Any) -> Any:
    """The table's event, of this case's job or customer, as status-svc publishes it."""
    notify = "told not to notify" not in each.against
    if isinstance(data, events.ServiceRequestEvent):
        ids = {"customer_id": each.customer.id, "company_id": each.customer.company_id}
        return data.model_copy(update={"notify": notify, "request": data.request.model_copy(update=ids)})
    after: dict[str, Any] = {"version": 2, "status": a_status(), "kind": data.job.kind}
    match data:
        case events.StatusChanged():
            after |= {"previous_status": each.job.status, "status_set_at": happened_at(each)}
        case events.WOClosed():
            closed = {"status_set_at": happened_at(each), "closed_at": happened_at(each)}
            after |= {"previous_status": each.job.status} | closed
        case events.JobCancelled():
            after |= {"cancelled_at": happened_at(each)}
        case events.PaymentReceived():
            after |= {"balance": each.job.balance - data.payment.amount}
    return data.model_copy(update={"notify": notify, "job": each.job.model_copy(update=after)})


async def log(office: Office) -> Rows:
    found: Rows = defaultdict(list)
    for row in await office.desk.fetch("select * from delivery"):
        found[row["customer_id"]].append({name: plain(row[name]) for name in SHOWN})
    return found


def plain(value: Any) -> Any:
    return str(value) if isinstance(value, UUID) else value
