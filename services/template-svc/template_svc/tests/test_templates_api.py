"""Drafts, versions, archive over HTTP on a real database (S1.1, S1.2, S1.4, G9)."""

import json
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import orjson
import pytest

from contracts.deliveries import Channel
from contracts.jobs import Role
from contracts.model import starter_id
from template_svc.starters import starters
from template_svc.store import templates as store
from template_svc.tests.conftest import Service

WORDS = {"subject": "Hello {{ recipient.first_name }}", "html": "<p>Job {{ job.number }}</p>"}
HELLO: dict[str, Any] = {"name": "Hello", "default_locale": "en-US", "variants": {"en-US": WORDS}}


def hello(**parts: str) -> dict[str, Any]:
    """The same with other words."""
    return HELLO | {"variants": {"en-US": WORDS | parts}}


async def a_template(service: Service, company_id: UUID, **over: Any) -> dict[str, Any]:
    """A saved draft."""
    response = await service.call("POST", "/v1/templates", HELLO | over, who=(Role.ADMIN, company_id))
    assert response.status_code == 201, response.text
    created: dict[str, Any] = response.json()
    return created


async def published(service: Service, company_id: UUID, **over: Any) -> dict[str, Any]:
    """A template with one version."""
    draft = await a_template(service, company_id, **over)
    path = f"/v1/templates/{draft['id']}/publish"
    response = await service.call("POST", path, who=(Role.ADMIN, company_id), if_match=f'"{draft["version"]}"')
    assert response.status_code == 200, response.text
    template: dict[str, Any] = response.json()
    return template


@pytest.mark.proves("S1.1", "S1.4", "S3.12")
async def test_a_draft_is_saved_and_read_back(service: Service) -> None:
    admin = (Role.ADMIN, uuid4())
    created = await service.call("POST", "/v1/templates", HELLO, who=admin)
    assert created.status_code == 201
    assert created.headers["etag"] == '"1"'
    read = await service.call("GET", created.headers["location"], who=admin)
    assert read.json() | {"warnings": []} == created.json()
    assert read.json() | {"name": "Hello", "state": "draft", "published_version": None} == read.json()
    assert read.json()["variants"] == {"en-US": {"preheader": None, "text": None} | WORDS}


@pytest.mark.proves("S1.1")
@pytest.mark.parametrize("channel", ["sms", "voice"])
async def test_texts_and_calls_are_templates_too(service: Service, channel: str) -> None:
    words = {"text": "We are on the way, {{ recipient.first_name }}."}
    body = {"name": "On the way", "channel": channel, "default_locale": "en", "variants": {"en": words}}
    response = await service.call("POST", "/v1/templates", body, who=(Role.ADMIN, uuid4()))
    assert response.status_code == 201
    assert response.json()["channel"] == channel


@pytest.mark.proves("S1.2")
async def test_an_unknown_tag_is_refused_with_its_place(service: Service) -> None:  # G9
    body = hello(html="<p>\n{{ job.nmber }}</p>")
    response = await service.call("POST", "/v1/templates", body, who=(Role.ADMIN, uuid4()))
    assert response.status_code == 422
    place = {"locale": "en-US", "part": "html", "line": 2, "column": 4}
    [flaw] = response.json()["flaws"]
    assert flaw == place | {"message": "there is no tag job.nmber; did you mean job.number?", "detail": ""}


async def test_every_language_is_checked_and_a_mistake_says_in_which_it_is(service: Service) -> None:  # G9
    spoilt = {"es": WORDS | {"subject": "Hola {{ job.nmber }}"}, "fr": {"subject": "Bonjour"}}
    body = HELLO | {"variants": HELLO["variants"] | spoilt}
    response = await service.call("POST", "/v1/templates", body, who=(Role.ADMIN, uuid4()))
    assert response.status_code == 422
    assert [(flaw["locale"], flaw["part"]) for flaw in response.json()["flaws"]] == [("es", "subject"), ("fr", "html")]
    assert "es, subject, line 1, column 9" in response.json()["detail"]


async def test_a_version_holds_the_words_of_all_languages(service: Service) -> None:  # S1.4
    company_id = uuid4()
    spanish = {"preheader": None, "text": None} | WORDS | {"subject": "Hola {{ recipient.first_name }}"}
    template = await published(service, company_id, variants=HELLO["variants"] | {"es": spanish})
    admin, path = (Role.ADMIN, company_id), f"/v1/templates/{template['id']}"
    assert template["variants"]["es"] == spanish
    await service.call("PUT", path, HELLO, who=admin, if_match='"2"')
    assert list((await service.call("GET", path, who=admin)).json()["variants"]) == ["en-US"]
    version = (await service.call("GET", f"{path}/versions/1", who=admin)).json()
    assert (version["default_locale"], version["variants"]["es"]) == ("en-US", spanish)


@pytest.mark.parametrize(
    ("over", "complaint"),
    [
        ({"default_locale": "es"}, "none of the variants"),
        ({"variants": {}}, "at least 1"),
        ({"variants": {"en-us": WORDS}}, "is written en-US"),
        ({"variants": {"xx": WORDS}}, "is no locale"),
        ({"variants": {"en-US": WORDS, "../es": WORDS}}, "pattern"),
    ],
)
async def test_a_locale_that_is_none_is_refused(service: Service, over: dict[str, Any], complaint: str) -> None:
    response = await service.call("POST", "/v1/templates", HELLO | over, who=(Role.ADMIN, uuid4()))
    assert response.status_code == 422
    assert complaint in response.text


async def test_an_unknown_field_is_refused(service: Service) -> None:
    response = await service.call("POST", "/v1/templates", HELLO | {"body": "x"}, who=(Role.ADMIN, uuid4()))
    assert response.status_code == 422


async def test_the_same_request_twice_makes_one_template(service: Service) -> None:
    admin = (Role.ADMIN, uuid4())
    first, second = [
        await service.call("POST", "/v1/templates", HELLO, who=admin, idempotency_key="k") for _ in range(2)
    ]
    assert first.json() == second.json()
    assert len((await service.call("GET", "/v1/templates", who=admin)).json()["items"]) == 1


async def test_a_published_version_stays_while_the_draft_moves_on(service: Service) -> None:  # S1.4
    company_id = uuid4()
    admin, template = (Role.ADMIN, company_id), await published(service, company_id)
    path = f"/v1/templates/{template['id']}"
    changed = await service.call("PUT", path, hello(subject="New"), who=admin, if_match='"2"')
    assert (changed.json()["published_version"], changed.json()["changed_since_published"]) == (1, True)
    await service.call("POST", f"{path}/publish", who=admin, if_match='"3"')
    for number, subject in ((1, WORDS["subject"]), (2, "New")):
        version = await service.call("GET", f"{path}/versions/{number}", who=admin)
        assert version.json()["variants"]["en-US"]["subject"] == subject
    assert (await service.call("GET", f"{path}/versions/3", who=admin)).status_code == 404


async def test_the_database_itself_refuses_to_change_a_version(service: Service) -> None:
    await published(service, uuid4())
    for change in ("update template_version set subject = 'x'", "delete from template_version"):
        with pytest.raises(asyncpg.RaiseError, match="never changes"):
            async with service.database.worker() as tx:
                await tx.execute(change)


async def test_two_authors_do_not_overwrite_each_other(service: Service) -> None:
    company_id = uuid4()
    path = f"/v1/templates/{(await a_template(service, company_id))['id']}"
    admin = (Role.ADMIN, company_id)
    assert (await service.call("PUT", path, hello(subject="A"), who=admin)).status_code == 428
    assert (await service.call("PUT", path, hello(subject="A"), who=admin, if_match='"1"')).status_code == 200
    assert (await service.call("PUT", path, hello(subject="B"), who=admin, if_match='"1"')).status_code == 412
    assert (await service.call("POST", f"{path}/publish", who=admin, if_match='"1"')).status_code == 412


async def test_saving_the_same_again_changes_nothing(service: Service) -> None:  # G20
    company_id = uuid4()
    template = await published(service, company_id)
    path, admin = f"/v1/templates/{template['id']}", (Role.ADMIN, company_id)
    before = len(await service.outbox())
    for again in (
        await service.call("PUT", path, HELLO, who=admin, if_match='"2"'),
        await service.call("POST", f"{path}/versions/1/restore", who=admin, if_match='"2"'),
    ):
        assert (again.status_code, again.headers["etag"]) == (200, '"2"')
        assert again.json() == template
    assert len(await service.outbox()) == before
    log = await service.call("GET", "/v1/templates/changes", who=admin)
    assert {row["version"] for row in log.json()["items"]} == {1, 2}
    renamed = await service.call("PUT", path, HELLO | {"name": "Hi"}, who=admin, if_match='"2"')
    assert (renamed.json()["version"], renamed.json()["name"]) == (3, "Hi")


async def test_an_archived_template_takes_no_changes(service: Service) -> None:
    company_id = uuid4()
    path = f"/v1/templates/{(await published(service, company_id))['id']}"
    admin = (Role.ADMIN, company_id)
    archived = await service.call("POST", f"{path}/archive", who=admin, if_match='"2"')
    assert archived.json()["state"] == "archived"
    for method, where, body in (("PUT", "", HELLO), ("POST", "/publish", None), ("POST", "/archive", None)):
        assert (await service.call(method, path + where, body, who=admin, if_match='"3"')).status_code == 409


@pytest.mark.survives(51)
async def test_a_company_sees_only_its_own_templates(service: Service) -> None:
    template = await published(service, uuid4())
    stranger, path = (Role.ADMIN, uuid4()), f"/v1/templates/{template['id']}"
    assert (await service.call("GET", path, who=stranger)).status_code == 404
    assert (await service.call("GET", f"{path}/versions/1", who=stranger)).status_code == 404
    assert (await service.call("PUT", path, HELLO, who=stranger, if_match='"2"')).status_code == 404
    assert (await service.call("GET", "/v1/templates", who=stranger)).json()["items"] == []
    async with service.database.company(uuid4()) as tx:
        assert await tx.fetchval("select count(*) from template") == 0
        assert await tx.fetchval("select count(*) from template_version") == 0


@pytest.mark.parametrize("role", [Role.TECH, Role.CUSTOMER, Role.SERVICE])
async def test_templates_are_for_the_office(service: Service, role: Role) -> None:  # G20
    assert (await service.call("GET", "/v1/templates", who=(role, uuid4()))).status_code == 403


async def test_a_dispatcher_reads_but_does_not_write(service: Service) -> None:  # G20
    dispatcher = (Role.DISPATCHER, uuid4())
    assert (await service.call("GET", "/v1/templates", who=dispatcher)).status_code == 200
    assert (await service.call("POST", "/v1/templates", HELLO, who=dispatcher)).status_code == 403


async def test_templates_are_listed_by_name_page_by_page(service: Service) -> None:
    company_id = await service.company()
    names: list[str] = []
    query = "?limit=5&state=published&channel=email"
    while query:
        page = (await service.call("GET", f"/v1/templates{query}", who=(Role.ADMIN, company_id))).json()
        names += [item["name"] for item in page["items"]]
        query = page["next_cursor"] and f"?limit=5&channel=email&cursor={page['next_cursor']}"
    emails = [starter.name for starter in starters() if starter.channel is Channel.EMAIL]
    assert sorted(names) == sorted(emails)
    bad = await service.call("GET", "/v1/templates?cursor=WzEsMl0", who=(Role.ADMIN, company_id))
    assert bad.status_code == 422


async def test_templates_are_found_by_a_part_of_their_name_the_archived_apart(service: Service) -> None:
    admin = (Role.ADMIN, uuid4())
    for name in ("Spring offer", "SPRINGTIME", "100% off", "Autumn"):
        await service.call("POST", "/v1/templates", HELLO | {"name": name}, who=admin)

    async def found(query: str) -> list[str]:
        answer = await service.call("GET", f"/v1/templates?{query}", who=admin)
        return [item["name"] for item in answer.json()["items"]]

    assert await found("search=spring") == ["SPRINGTIME", "Spring offer"]
    assert await found("search=%25") == ["100% off"]
    [autumn] = (await service.call("GET", "/v1/templates?search=autumn", who=admin)).json()["items"]
    await service.call("POST", f"/v1/templates/{autumn['id']}/archive", who=admin, if_match='"1"')
    assert await found("archived=true") == ["Autumn"]
    assert await found("archived=false&search=AUTUMN") == []


async def test_every_change_is_published_as_a_snapshot(service: Service) -> None:
    company_id = uuid4()
    template = await published(service, company_id)
    news = [(row["topic"], row["key"], orjson.loads(row["body"])) for row in await service.outbox()]
    assert {(topic, key) for topic, key, _ in news} == {("templates.v1", template["id"])}
    assert [(entry["version"], entry["state"], entry["published_version"]) for *_, entry in news] == [
        (1, "draft", None),
        (2, "published", 1),
    ]


async def test_a_snapshot_says_on_which_triggers_what_is_published_can_not_be_said(service: Service) -> None:  # G9
    company_id = uuid4()
    template = await published(service, company_id, **hello(html="<p>{{ payment.amount }}</p>"))
    path, admin = f"/v1/templates/{template['id']}", (Role.ADMIN, company_id)
    await service.call("PUT", path, hello(html="<p>{{ invoice.number }}</p>"), who=admin, if_match='"2"')
    await service.call("POST", f"{path}/publish", who=admin, if_match='"3"')
    draft, first, changed, second = [orjson.loads(row["body"])["untold"] for row in await service.outbox()]
    assert draft == {}
    assert first["job_created"] == ["payment.amount"]
    assert "payment_received" not in first
    assert changed == first
    assert second["payment_received"] == second["job_created"] == ["invoice.number"]


async def test_a_company_gets_its_starters_once_and_keeps_its_changes(service: Service) -> None:
    company_id = await service.company()
    admin, path = (Role.ADMIN, company_id), f"/v1/templates/{starter_id(company_id, 'template', 'status-on-the-way')}"
    assert (await service.call("GET", path, who=admin)).json()["published_version"] == 1
    await service.call("PUT", path, HELLO, who=admin, if_match='"1"')
    async with service.database.worker() as tx:
        await store.add_starters(tx, company_id, starters())
    assert (await service.call("GET", path, who=admin)).json()["name"] == "Hello"
    assert len(await service.outbox()) == len(starters()) + 1


@pytest.mark.proves("S1.2")
async def test_the_catalogue_of_tags_is_served(service: Service) -> None:
    answer = (await service.call("GET", "/v1/tags", who=(Role.DISPATCHER, uuid4()))).json()
    (number,) = (tag for tag in answer["tags"] if tag["path"] == "job.number")
    assert number["optional"]
    assert number["example"] == "1042"
    told = {tag["path"]: tag["triggers"] for tag in answer["tags"]}
    assert told["payment.amount"] == ["payment_received"]
    assert "job_created" in told["job.number"]
    assert "request_received" not in told["job.number"]
    assert "default" in answer["filters"]


@pytest.mark.parametrize("part", ["name", "subject", "html"])
async def test_half_a_character_is_no_words(service: Service, part: str) -> None:
    who = (Role.ADMIN, uuid4())
    headers = service.issuer.headers(*who) | {"content-type": "application/json"}
    spoilt = json.dumps(HELLO | {"name": "a\ud800"} if part == "name" else hello(**{part: "a\ud800"}))
    created = await service.client.post("/v1/templates", content=spoilt, headers=headers)
    assert created.status_code == 422, created.text
    template = await a_template(service, who[1])
    path = f"/v1/templates/{template['id']}"
    saved = await service.client.put(path, content=spoilt, headers=headers | {"if-match": '"1"'})
    assert saved.status_code == 422, saved.text
    assert part in saved.text
