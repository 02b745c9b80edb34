"""Which rules use a template: by the copy of `rules.v1`, kept on Kafka's word (S1.5, G9)."""

from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import pytest

from contracts.jobs import Role
from contracts.profiles import PauseEntry
from contracts.topics import RULES
from servicekit import outbox
from servicekit.rebuild import rebuild
from servicekit.testing import TestIssuer, until
from template_svc.events import CONSUMERS
from template_svc.tests.conftest import Service, running, settings_of
from template_svc.tests.factories import a_rule_entry
from template_svc.tests.test_templates_api import a_template, hello, published


async def used_by(service: Service, company_id: UUID, template: dict[str, Any]) -> list[dict[str, Any]]:
    read = await service.call("GET", f"/v1/templates/{template['id']}", who=(Role.DISPATCHER, company_id))
    assert read.status_code == 200, read.text
    rules: list[dict[str, Any]] = read.json()["used_by"]
    return rules


async def test_a_template_and_the_list_show_the_rules_that_use_it(service: Service) -> None:
    company_id = uuid4()
    one, other = await a_template(service, company_id), await a_template(service, company_id, name="Other")
    id, stranger = UUID(one["id"]), uuid4()
    late = a_rule_entry(company_id, id, name="Thanks")
    off = a_rule_entry(company_id, id, name="Booked", trigger="job_created", active=False)
    await service.rules(late, off, a_rule_entry(stranger, id, name="Not theirs"), a_rule_entry(company_id, uuid4()))
    shown = [
        {"id": str(rule.id), "name": rule.name, "trigger": rule.trigger, "active": rule.active} for rule in (off, late)
    ]
    assert await used_by(service, company_id, one) == shown
    page = (await service.call("GET", "/v1/templates", who=(Role.ADMIN, company_id))).json()
    assert {item["id"]: item["used_by"] for item in page["items"]} == {one["id"]: shown, other["id"]: []}


async def test_a_rule_that_moves_on_and_an_old_snapshot_of_it_are_seen_for_what_they_are(service: Service) -> None:
    company_id = uuid4()
    one, other = await a_template(service, company_id), await a_template(service, company_id)
    rule = a_rule_entry(company_id, UUID(one["id"]))
    moved = rule.model_copy(update={"template_id": UUID(other["id"]), "version": 2})
    await service.rules(rule)
    await service.rules(moved)
    await service.rules(rule)
    assert await used_by(service, company_id, one) == []
    assert [use["id"] for use in await used_by(service, company_id, other)] == [str(rule.id)]


@pytest.mark.proves("S1.5")
async def test_a_template_in_use_is_not_archived_until_its_rules_are_off(service: Service) -> None:
    company_id = uuid4()
    template = await published(service, company_id)
    path, admin = f"/v1/templates/{template['id']}/archive", (Role.ADMIN, company_id)
    rule = a_rule_entry(company_id, UUID(template["id"]), name="Receipt to all")
    await service.rules(rule, a_rule_entry(company_id, UUID(template["id"]), name="Old", active=False))
    refused = await service.call("POST", path, who=admin, if_match='"2"')
    assert refused.status_code == 409
    assert refused.json()["detail"] == "It is used by: Receipt to all."
    assert refused.json()["rules"] == [{"id": str(rule.id), "name": "Receipt to all"}]
    await service.rules(rule.model_copy(update={"active": False, "version": 2}))
    assert (await service.call("POST", path, who=admin, if_match='"2"')).json()["state"] == "archived"


async def test_a_save_and_a_publish_refuse_a_tag_that_the_assigned_trigger_never_tells(service: Service) -> None:  # G9
    company_id = uuid4()
    both = "<p>{{ job.number }}</p>\n<p>{{ payment.amount }}</p>"
    template = await a_template(service, company_id, **hello(html=both))
    path, admin = f"/v1/templates/{template['id']}", (Role.ADMIN, company_id)
    booked = a_rule_entry(company_id, UUID(template["id"]), name="Booked", trigger="job_created", active=False)
    await service.rules(
        a_rule_entry(company_id, UUID(template["id"])),
        booked,
        a_rule_entry(company_id, UUID(template["id"]), trigger="of_tomorrow"),
    )
    worse = hello(html=both, subject="{{ nobody }}")
    for method, where, body in (("PUT", path, worse), ("POST", f"{path}/publish", None)):
        refused = await service.call(method, where, body, who=admin, if_match='"1"')
        assert refused.status_code == 422
        *others, flaw = refused.json()["flaws"]
        assert (flaw["part"], flaw["line"], flaw["column"]) == ("html", 2, 7)
        assert flaw["message"].startswith("payment.amount is never known for job_created, ")
        assert [other["part"] for other in others] == (["subject"] if body else [])
        assert refused.json()["rules"] == [{"id": str(booked.id), "name": "Booked", "trigger": "job_created"}]
        assert refused.json()["detail"].endswith('Rules: "Booked"')
    guarded = hello(html="{% if payment.amount %}<p>{{ payment.amount }}</p>{% endif %}<p>Thanks</p>")
    saved = await service.call("PUT", path, guarded, who=admin, if_match='"1"')
    assert (await service.call("POST", f"{path}/publish", who=admin, if_match=saved.headers["etag"])).status_code == 200


async def test_the_copy_follows_kafka_and_can_be_built_anew(
    database: Callable[[str], Any], issuer: TestIssuer, kafka: str
) -> None:
    company_id = uuid4()
    settings = settings_of(database("template"), issuer, kafka)
    async with running(settings, issuer) as service:
        template = await a_template(service, company_id)
        rule = a_rule_entry(company_id, UUID(template["id"]))
        pause = PauseEntry(
            id=company_id, company_id=company_id, version=1, paused=True
        )  # lies there too, and is no rule
        async with service.database.worker() as tx:  # any outbox will do to publish a rule
            await outbox.add(tx, [outbox.Message(RULES, str(each.id), company_id, each) for each in (pause, rule)])

        async def known() -> bool:
            return [use["id"] for use in await used_by(service, company_id, template)] == [str(rule.id)]

        assert await until(known)
        async with service.database.worker() as tx:
            assert await tx.fetchval("select count(*) from snapshot where kind = 'rules'") == 1
        [consumer] = [consumer for consumer in CONSUMERS if consumer.topic is RULES]
        async with service.database.worker() as tx:
            await tx.execute("delete from snapshot where kind = 'rules'")
        assert not await known()
        assert await rebuild(service.database, settings.kafka, consumer) > 0
        assert await known()
