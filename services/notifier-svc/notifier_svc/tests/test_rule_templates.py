"""A rule names a template that can be sent, as far as the copy of `templates.v1` knows."""

from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from contracts.deliveries import Channel
from contracts.jobs import Role
from contracts.model import starter_id
from contracts.profiles import TemplateEntry, TemplateState
from contracts.topics import TEMPLATES
from notifier_svc.main import build
from notifier_svc.store import rules, templates
from notifier_svc.tests.app import App, settings_for
from notifier_svc.tests.factories import COMPANY, TEMPLATE, a_company, a_template, email_rules
from servicekit import copies, outbox
from servicekit.rebuild import rebuild
from servicekit.runtime import Runtime
from servicekit.testing import TestIssuer, serving, until

STARTER = starter_id(COMPANY, "template", "job-created")
OTHER = UUID(int=43)


@pytest.fixture
async def app(app: App) -> App:
    """With a company, its starter rules, and no template known."""
    async with app.db.worker() as tx:
        await copies.put(tx, "companies", [a_company()])
        await rules.add(tx, email_rules())
    return app


async def heard(app: App, *entries: TemplateEntry) -> None:
    """These are known now."""
    async with app.db.worker() as tx:
        await copies.put(tx, templates.KIND, entries)


def a_body(**over: Any) -> dict[str, Any]:
    return {"name": "Booked", "channel": "email", "template_id": str(TEMPLATE)} | over


async def made(app: App, **over: Any) -> httpx.Response:
    """A rule that somebody adds."""
    return await app.client.post("/v1/rules", json={"trigger": "job_created"} | a_body(**over), headers=admin(app))


async def changed(app: App, rule_id: str, version: int, **over: Any) -> httpx.Response:
    """A rule that somebody changes."""
    headers = admin(app) | {"if-match": f'"{version}"'}
    return await app.client.put(f"/v1/rules/{rule_id}", json=a_body(**over), headers=headers)


def admin(app: App) -> dict[str, str]:
    return app.issuer.headers(Role.ADMIN, COMPANY)


def problem(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["type"].rpartition("/")[2]


@pytest.mark.parametrize(
    ("template", "refusal"),
    [
        (a_template(id=uuid4()), (422, "unknown-template")),
        (a_template(company_id=uuid4()), (422, "unknown-template")),
        (a_template(channel=Channel.SMS), (422, "template-of-other-channel")),
        (a_template(state=TemplateState.ARCHIVED), (409, "template-archived")),
        (a_template(state=TemplateState.DRAFT, published_version=None), (409, "template-not-published")),
    ],
)
async def test_a_rule_whose_template_could_not_be_sent_is_refused(
    app: App, template: TemplateEntry, refusal: tuple[int, str]
) -> None:
    await heard(app, template, a_template(id=OTHER))
    assert problem(await made(app)) == refusal
    rule = (await made(app, template_id=str(OTHER), active=False)).json()
    assert problem(await changed(app, rule["id"], 1)) == refusal
    assert problem(await changed(app, rule["id"], 1, active=False)) == refusal


async def test_a_rule_whose_trigger_never_tells_what_its_template_needs_is_refused_and_says_which_tags(
    app: App,
) -> None:
    needs = {"job_created": ("payment.amount", "payment.method"), "of_tomorrow": ("x.y",)}  # G9
    await heard(app, a_template(untold=needs), a_template(id=OTHER))
    refused = await made(app)
    assert problem(refused) == (422, "tags-never-told")
    assert refused.json()["tags"] == ["payment.amount", "payment.method"]
    assert '"Booked" needs payment.amount, payment.method.' in refused.json()["detail"]
    assert (await made(app, trigger="payment_received")).status_code == 201
    rule = (await made(app, template_id=str(OTHER))).json()["id"]
    assert problem(await changed(app, rule, 1)) == (422, "tags-never-told")


async def test_a_rule_that_never_could_be_sent_can_be_switched_off(app: App) -> None:
    await heard(app, a_template())
    rule = (await made(app)).json()["id"]
    await heard(app, a_template(version=3, untold={"job_created": ("payment.amount",)}))
    assert problem(await changed(app, rule, 1, name="Still on")) == (422, "tags-never-told")
    assert (await changed(app, rule, 1, active=False)).status_code == 200


async def test_a_rule_of_an_archived_template_can_be_switched_off_and_not_on(app: App) -> None:
    await heard(app, a_template())
    rule = (await made(app)).json()["id"]
    await heard(app, a_template(version=3, state=TemplateState.ARCHIVED))
    assert problem(await changed(app, rule, 1, name="Still on")) == (409, "template-archived")
    assert (await changed(app, rule, 1, active=False)).status_code == 200
    assert problem(await changed(app, rule, 2)) == (409, "template-archived")
    assert problem(await changed(app, rule, 2, active=False, channel="sms")) == (422, "template-of-other-channel")
    await heard(app, a_template(version=4))
    assert (await changed(app, rule, 2)).status_code == 200


async def test_a_template_published_a_moment_ago_is_taken_once_its_copy_is_here(app: App) -> None:
    refused = await made(app)
    assert "not known here yet" in refused.json()["title"]
    assert "try again in a moment" in refused.json()["detail"]
    await heard(app, a_template())
    assert (await made(app)).status_code == 201


async def test_a_starter_rule_can_be_changed_before_its_template_is_known(app: App) -> None:
    starter = starter_id(COMPANY, "rule", "job-created")
    assert (await changed(app, str(starter), 1, template_id=str(STARTER), name="Renamed")).status_code == 200
    assert (await made(app, template_id=str(STARTER))).status_code == 201
    assert problem(await made(app, template_id=str(STARTER), channel="sms")) == (422, "template-of-other-channel")
    await heard(app, a_template(id=STARTER, state=TemplateState.ARCHIVED))
    assert problem(await made(app, template_id=str(STARTER))) == (409, "template-archived")


async def test_an_older_snapshot_of_a_template_changes_nothing(app: App) -> None:
    await heard(app, a_template(version=3, published_version=2))
    await heard(app, a_template(state=TemplateState.ARCHIVED))
    async with app.db.worker() as tx:
        assert await templates.published(tx, [TEMPLATE, OTHER]) == {TEMPLATE: 2}


async def test_the_copy_follows_kafka_and_can_be_built_anew(
    database: Callable[[str], Any], issuer: TestIssuer, kafka: str
) -> None:
    template = a_template(id=uuid4(), company_id=uuid4())
    settings = settings_for(database("notifier"), issuer, kafka={"bootstrap_servers": kafka}, roles=["plan"])
    service = build(settings)
    async with serving(service):
        runtime: Runtime = service.state.runtime

        async def known() -> bool:
            async with runtime.database.worker() as tx:
                return await templates.known(tx, [template.id]) == {template.id: template}

        async with runtime.database.worker() as tx:  # any outbox will do to publish a template
            await outbox.add(tx, [outbox.Message(TEMPLATES, str(template.id), template.company_id, template)])
        assert await until(known)
        async with runtime.database.worker() as tx:
            await tx.execute("delete from snapshot where kind = 'templates'")
        assert not await known()
        [consumer] = [consumer for consumer in runtime.consumers if consumer.topic is TEMPLATES]
        assert await rebuild(runtime.database, settings.kafka, consumer) > 0
        assert await known()
