"""A message is sent in the words that were published when it was planned (design, decision 6)."""

from typing import Any
from uuid import uuid4

import pytest

from contracts.model import starter_id
from contracts.profiles import TemplateEntry, TemplateState
from notifier_svc import planning
from notifier_svc.store import templates
from notifier_svc.tests.desk import Desk
from notifier_svc.tests.factories import COMPANY, a_contact, a_customer, a_job, a_status, a_template, an_email, an_event
from notifier_svc.tests.test_planning import an_envelope
from servicekit import copies

ON_THE_WAY = starter_id(COMPANY, "template", "status-on-the-way")


def the_template(**over: Any) -> TemplateEntry:
    return a_template(**{"id": ON_THE_WAY, "published_version": 4} | over)


async def heard(desk: Desk, *entries: TemplateEntry) -> None:
    async with desk.db.worker() as tx:
        await copies.put(tx, templates.KIND, entries)


async def sent_in(desk: Desk) -> int | None:
    """The version that is asked for when all is sent."""
    async with desk.sending():
        assert await desk.settled() == [("sent", None)]
    [item] = desk.templates.asked
    return item.template_version


async def logged(desk: Desk) -> list[int | None]:
    return [row["template_version"] for row in await desk.fetch("select template_version from delivery")]


@pytest.mark.proves("S1.5")
async def test_a_template_that_no_active_rule_uses_never_fires(desk: Desk) -> None:
    await heard(desk, the_template(), the_template(id=uuid4(), name="Nobody's"))
    async with desk.db.worker() as tx:
        await tx.execute("update rule set active = false where template_id = $1", ON_THE_WAY)
    await desk.queue()
    async with desk.sending():
        assert await desk.settled() == [("skipped", "rule_inactive")]
    assert (desk.templates.asked, desk.mail.mails) == ([], [])


async def test_the_log_says_the_version_from_the_start(desk: Desk) -> None:
    await heard(desk, the_template())
    await desk.queue()
    assert await logged(desk) == [4]
    assert await sent_in(desk) == 4
    assert await logged(desk) == [4]
    assert [row["template_version"] for row in await desk.fetch("select template_version from rendering")] == [4]
    assert [told["template_version"] for told in await desk.published()] == [4]


@pytest.mark.parametrize(
    "since",
    [
        {"published_version": 5},
        {"state": TemplateState.ARCHIVED},
        {"state": TemplateState.DRAFT, "published_version": None},
    ],
)
async def test_what_happens_to_the_template_while_a_message_waits_does_not_change_its_words(
    desk: Desk, since: Any
) -> None:
    await heard(desk, the_template())
    await desk.queue(data=an_event(job=a_job(status=a_status(hold_seconds=3600))))
    await heard(desk, the_template(version=3, **since))
    await desk.fetch("update queue set due_at = now()")
    assert await sent_in(desk) == 4


@pytest.mark.parametrize(
    "known",
    [
        [],
        [the_template(state=TemplateState.ARCHIVED)],
        [the_template(state=TemplateState.DRAFT, published_version=None)],
        [the_template(id=uuid4())],
    ],
)
async def test_where_no_published_version_is_known_the_one_in_use_when_it_is_sent_is_taken(
    desk: Desk, known: list[TemplateEntry]
) -> None:
    await heard(desk, *known)
    await desk.queue()
    assert await logged(desk) == [None]
    assert await sent_in(desk) is None
    assert await logged(desk) == [3]  # as template-svc answered


async def test_every_try_is_in_the_same_words(desk: Desk) -> None:
    async def busy(_: object) -> str:
        return "451 4.3.2 busy"

    desk.mail.will("MAIL", busy)
    await heard(desk, the_template())
    await desk.queue()
    async with desk.sending():
        assert await desk.settled() == [("sent", None)]
    assert [item.template_version for item in desk.templates.asked] == [4, 4]


async def test_what_is_not_sent_has_no_version(desk: Desk) -> None:
    await heard(desk, the_template())
    emails = (an_email(), an_email("off@example.com", status_updates=False))
    await desk.queue(customer=a_customer(id=uuid4(), contacts=(a_contact(emails=emails),)))
    rows = await desk.fetch("select state, template_version from delivery")
    assert {row["state"]: row["template_version"] for row in rows} == {"queued": 4, "skipped": None}


async def test_what_waits_is_told_with_its_version(desk: Desk) -> None:
    await heard(desk, the_template(published_version=7))
    held = an_event(job=a_job(status=a_status(hold_seconds=60)))
    async with desk.db.worker() as tx:
        await copies.put(tx, "customers", [a_customer()])
        await planning.plan_events(tx, desk.keys, [an_envelope(held)])
    assert [told["template_version"] for told in await desk.published()] == [7]
