"""Published versions: listed, read, and their words made the draft again; copies of a template (S1.4)."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from contracts.jobs import Role
from servicekit.paging import encode_cursor
from template_svc.tests.conftest import Service
from template_svc.tests.factories import a_rule_entry
from template_svc.tests.test_templates_api import HELLO, WORDS, a_template, hello, published


async def republished(service: Service, company_id: UUID, *subjects: str) -> dict[str, Any]:
    """A template with one version more than these subjects."""
    template = await published(service, company_id)
    path, admin = f"/v1/templates/{template['id']}", (Role.ADMIN, company_id)
    for subject in subjects:
        saved = await service.call("PUT", path, hello(subject=subject), who=admin, if_match=f'"{template["version"]}"')
        template = (await service.call("POST", f"{path}/publish", who=admin, if_match=saved.headers["etag"])).json()
    return template


async def test_versions_are_listed_newest_first_with_the_current_one_marked(service: Service) -> None:
    company_id = uuid4()
    template = await republished(service, company_id, "Two", "Three")
    path, reader = f"/v1/templates/{template['id']}/versions", (Role.DISPATCHER, company_id)
    seen: list[dict[str, Any]] = []
    query = "?limit=2"
    while query:
        page = (await service.call("GET", path + query, who=reader)).json()
        seen += page["items"]
        query = page["next_cursor"] and f"?limit=2&cursor={page['next_cursor']}"
    assert [(line["number"], line["current"]) for line in seen] == [(3, True), (2, False), (1, False)]
    assert {(line["published_by"], line["published_by_name"]) for line in seen} == {("test-admin", "Test admin")}
    assert seen[0]["published_at"] > seen[2]["published_at"]


async def test_a_made_up_cursor_is_refused(service: Service) -> None:
    company_id = uuid4()
    template = await published(service, company_id)
    for path in (f"/v1/templates/{template['id']}/versions", "/v1/templates/changes"):
        for value in (-1, 0, 2**63, "1", None):
            where = f"{path}?cursor={encode_cursor(value)}"
            assert (await service.call("GET", where, who=(Role.ADMIN, company_id))).status_code == 422


async def test_an_old_version_s_words_become_the_draft_and_what_is_sent_stays(service: Service) -> None:
    company_id = uuid4()
    template = await republished(service, company_id, "Two")
    path, admin = f"/v1/templates/{template['id']}", (Role.ADMIN, company_id)
    first_words = {"en-US": {"preheader": None, "text": None} | WORDS}
    where = f"{path}/versions/1/restore"
    assert (await service.call("POST", where, who=admin)).status_code == 428
    assert (await service.call("POST", where, who=admin, if_match='"1"')).status_code == 412
    restored = await service.call("POST", where, who=admin, if_match=f'"{template["version"]}"')
    assert restored.json()["variants"] == first_words
    assert (restored.json()["published_version"], restored.json()["changed_since_published"]) == (2, True)
    again = await service.call("POST", f"{path}/publish", who=admin, if_match=restored.headers["etag"])
    version = await service.call("GET", f"{path}/versions/{again.json()['published_version']}", who=admin)
    assert (version.json()["number"], version.json()["variants"]) == (3, first_words)


async def test_all_languages_of_an_old_version_come_back(service: Service) -> None:
    company_id = uuid4()
    both = HELLO | {"default_locale": "es", "variants": {"es": {"subject": "Hola", "html": "Hola"}, "en": WORDS}}
    template = await published(service, company_id, **both)
    path, admin = f"/v1/templates/{template['id']}", (Role.ADMIN, company_id)
    saved = await service.call("PUT", path, HELLO, who=admin, if_match='"2"')
    restored = await service.call("POST", f"{path}/versions/1/restore", who=admin, if_match=saved.headers["etag"])
    for field in ("default_locale", "variants"):
        assert restored.json()[field] == template[field] != saved.json()[field]


@pytest.mark.survives(51)
async def test_there_is_nothing_to_restore_but_ones_own_versions(service: Service) -> None:
    company_id = uuid4()
    template = await published(service, company_id)
    path = f"/v1/templates/{template['id']}/versions"
    for company, number in ((company_id, 2), (uuid4(), 1)):
        response = await service.call("POST", f"{path}/{number}/restore", who=(Role.ADMIN, company), if_match='"2"')
        assert response.status_code == 404
    assert (await service.call("GET", path, who=(Role.ADMIN, uuid4()))).status_code == 404


async def test_words_that_may_not_be_said_any_more_are_not_restored(service: Service) -> None:  # G9
    company_id = uuid4()
    template = await published(service, company_id, **hello(html="<p>{{ job.number }} {{ payment.amount }}</p>"))
    path, admin = f"/v1/templates/{template['id']}", (Role.ADMIN, company_id)
    saved = await service.call("PUT", path, HELLO, who=admin, if_match='"2"')
    await service.rules(a_rule_entry(company_id, UUID(template["id"]), trigger="job_created"))
    restored = await service.call("POST", f"{path}/versions/1/restore", who=admin, if_match=saved.headers["etag"])
    assert restored.status_code == 422
    assert [(flaw["part"], flaw["column"]) for flaw in restored.json()["flaws"]] == [("html", 24)]


async def test_a_copy_is_a_template_of_its_own(service: Service) -> None:
    company_id = uuid4()
    source = await published(service, company_id)
    admin, path = (Role.ADMIN, company_id), f"/v1/templates/{source['id']}/duplicate"
    first, again = [
        await service.call("POST", path, {"name": "Hello, too"}, who=admin, idempotency_key="k") for _ in range(2)
    ]
    assert first.status_code == 201
    assert first.json() == again.json()
    read = (await service.call("GET", first.headers["location"], who=admin)).json()
    assert read | {"warnings": []} == first.json()
    assert (read["variants"], read["default_locale"]) == (source["variants"], "en-US")
    fresh: dict[str, Any] = {
        "name": "Hello, too",
        "state": "draft",
        "published_version": None,
        "version": 1,
        "used_by": [],
    }
    assert read | fresh == read
    await service.call("PUT", first.headers["location"], hello(subject="Changed"), who=admin, if_match='"1"')
    kept = (await service.call("GET", f"/v1/templates/{source['id']}", who=admin)).json()
    assert kept | {"warnings": []} == source


@pytest.mark.survives(51)
async def test_an_archived_template_can_be_copied_and_no_one_elses(service: Service) -> None:
    company_id = uuid4()
    template = await a_template(service, company_id)
    path, admin = f"/v1/templates/{template['id']}", (Role.ADMIN, company_id)
    await service.call("POST", f"{path}/archive", who=admin, if_match='"1"')
    assert (await service.call("POST", f"{path}/duplicate", {"name": "B"}, who=admin)).status_code == 201
    stranger = (Role.ADMIN, uuid4())
    assert (await service.call("POST", f"{path}/duplicate", {"name": "B"}, who=stranger)).status_code == 404


async def test_an_archived_template_comes_back_as_what_it_was(service: Service) -> None:
    company_id = uuid4()
    admin = (Role.ADMIN, company_id)
    for template in (await a_template(service, company_id), await published(service, company_id)):
        path = f"/v1/templates/{template['id']}"
        early = await service.call("POST", f"{path}/unarchive", who=admin, if_match=f'"{template["version"]}"')
        assert (early.status_code, early.json()["type"].endswith("template-not-archived")) == (409, True)
        archived = await service.call("POST", f"{path}/archive", who=admin, if_match=f'"{template["version"]}"')
        back = await service.call("POST", f"{path}/unarchive", who=admin, if_match=archived.headers["etag"])
        kept = {name: template[name] for name in ("state", "published_version", "changed_since_published")}
        assert back.json() | kept == back.json()
