"""A rule names a status that jobs can get, as far as the copy of `statuses.v1` knows."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import httpx
import pytest

from contracts.profiles import StatusEntry
from contracts.topics import STATUSES
from notifier_svc.main import build
from notifier_svc.store import rules, statuses, templates
from notifier_svc.tests.app import App, settings_for
from notifier_svc.tests.factories import a_company, a_status_entry, a_template, email_rules
from notifier_svc.tests.test_rule_templates import changed, made, problem
from servicekit import copies, outbox
from servicekit.rebuild import rebuild
from servicekit.runtime import Runtime
from servicekit.testing import TestIssuer, serving, until

PARTS = a_status_entry(id=uuid4(), name="Waiting for parts")


@pytest.fixture
async def app(app: App) -> App:
    """With a company, its starter rules, a template, and no status known."""
    async with app.db.worker() as tx:
        await copies.put(tx, "companies", [a_company()])
        await copies.put(tx, templates.KIND, [a_template()])
        await rules.add(tx, email_rules())
    return app


async def heard(app: App, *entries: StatusEntry) -> None:
    """These are known now."""
    async with app.db.worker() as tx:
        await copies.put(tx, statuses.KIND, entries)


async def made_for(app: App, status: StatusEntry, **over: Any) -> httpx.Response:
    return await made(app, trigger="status_set", status_id=str(status.id), **over)


@pytest.mark.parametrize(
    ("status", "refusal"),
    [
        (a_status_entry(id=uuid4()), (422, "unknown-status")),
        (a_status_entry(id=PARTS.id, company_id=uuid4()), (422, "unknown-status")),
        (a_status_entry(id=PARTS.id, active=False), (409, "status-retired")),
    ],
)
async def test_a_rule_for_a_status_that_no_job_gets_is_refused(
    app: App, status: StatusEntry, refusal: tuple[int, str]
) -> None:  # G11
    other = a_status_entry(id=uuid4())
    await heard(app, status, other)
    assert problem(await made_for(app, PARTS)) == refusal
    rule = (await made_for(app, other)).json()
    assert problem(await changed(app, rule["id"], 1, status_id=str(PARTS.id))) == refusal
    assert problem(await changed(app, rule["id"], 1, status_id=str(PARTS.id), active=False)) == refusal


async def test_a_status_made_a_moment_ago_is_taken_once_its_copy_is_here(app: App) -> None:
    refused = await made_for(app, PARTS)
    assert "not known here yet" in refused.json()["title"]
    assert "try again in a moment" in refused.json()["detail"]
    await heard(app, PARTS)
    assert (await made_for(app, PARTS)).status_code == 201


async def test_a_rule_stays_and_can_be_changed_after_its_status_went(app: App) -> None:
    await heard(app, PARTS)
    rule = (await made_for(app, PARTS)).json()
    await heard(app, PARTS.model_copy(update={"version": 2, "active": False}))
    renamed = await changed(app, rule["id"], 1, status_id=str(PARTS.id), name="Renamed")
    assert (renamed.status_code, renamed.json()["active"]) == (200, True), renamed.text
    [starter] = [each for each in email_rules() if each.name == "On the way"]
    kept = await changed(app, str(starter.id), 1, status_id=str(starter.status_id))
    assert kept.status_code == 200, kept.text


async def test_the_copy_follows_kafka_and_can_be_built_anew(
    database: Callable[[str], Any], issuer: TestIssuer, kafka: str
) -> None:
    status = a_status_entry(id=uuid4(), company_id=uuid4())
    settings = settings_for(database("notifier"), issuer, kafka={"bootstrap_servers": kafka}, roles=["plan"])
    service = build(settings)
    async with serving(service):
        runtime: Runtime = service.state.runtime

        async def known() -> bool:
            async with runtime.database.worker() as tx:
                return await statuses.of_company(tx, status.company_id) == {status.id: status}

        async with runtime.database.worker() as tx:  # any outbox will do to publish a status
            await outbox.add(tx, [outbox.Message(STATUSES, str(status.id), status.company_id, status)])
        assert await until(known)
        async with runtime.database.worker() as tx:
            await tx.execute("delete from snapshot where kind = 'statuses'")
        assert not await known()
        [consumer] = [consumer for consumer in runtime.consumers if consumer.topic is STATUSES]
        assert await rebuild(runtime.database, settings.kafka, consumer) > 0
        assert await known()


async def test_what_is_told_once_a_job_is_not_repeated(app: App) -> None:
    again = {"days_after": 3, "every_days": 7}
    refused = await made(app, trigger="invoice_reminder", once_per_job=True, timing=again)
    assert problem(refused) == (422, "once-and-again")
    once = await made(app, trigger="invoice_reminder", once_per_job=True, timing={"days_after": 3})
    assert once.status_code == 201, once.text
    repeated = await changed(app, once.json()["id"], 1, once_per_job=True, timing=again)
    assert problem(repeated) == (422, "once-and-again")
