"""The batch call of the notifier, and previews (S1.3, G9, faults 43, 47, 49, 51)."""

import json
from typing import Any
from uuid import UUID, uuid4

import httpx
import orjson
import pytest

from contracts.jobs import Role
from contracts.model import starter_id
from contracts.rendering import Refused, Rendered, RenderItem, RenderRequest, RenderResponse
from template_svc.domain.samples import SAMPLE
from template_svc.shelf import Shelf
from template_svc.starters import starters
from template_svc.tests.conftest import Service
from template_svc.tests.factories import a_context, bare
from template_svc.tests.test_templates_api import WORDS, a_template, hello, published

SERVICE = (Role.SERVICE, None)


def an_item(company_id: UUID, template_id: UUID | str, **over: Any) -> RenderItem:
    """One message to render."""
    fields = {
        "ref": uuid4(),
        "company_id": company_id,
        "template_id": template_id,
        "locale": "en-US",
        "context": SAMPLE,
    }
    return RenderItem.model_validate(fields | over)


async def rendered(service: Service, *items: RenderItem) -> list[Rendered | Refused]:
    """The answers to one batch, read as the notifier reads them."""
    body = RenderRequest(items=items).model_dump(mode="json")
    response = await service.call("POST", "/v1/renderings", body, who=SERVICE)
    assert response.status_code == 200, response.text
    answers = list(RenderResponse.model_validate_json(response.content).items)
    assert [answer.ref for answer in answers] == [item.ref for item in items]
    return answers


def codes(answers: list[Rendered | Refused]) -> list[str]:
    """Each answer's refusal code, or `rendered`."""
    return [answer.code if isinstance(answer, Refused) else "rendered" for answer in answers]


async def test_a_batch_of_two_companies_is_rendered_in_order(service: Service) -> None:  # S1.3
    one, other = await service.company(), await service.company()
    items = [an_item(c, starter_id(c, "template", s.slug)) for s in starters() for c in (one, other)]
    answers = await rendered(service, *items)
    assert codes(answers) == ["rendered"] * len(items)
    on_the_way = answers[2 * [s.slug for s in starters()].index("status-on-the-way")]
    assert isinstance(on_the_way, Rendered)
    assert (on_the_way.subject, on_the_way.template_version, on_the_way.channel) == (
        "Sam Rivera is on the way for job #1042",
        1,
        "email",
    )
    assert on_the_way.html
    assert "48 Juniper Court" in on_the_way.html
    assert "48 Juniper Court" in on_the_way.text


async def test_each_reader_gets_the_nearest_language_and_values_in_their_own(service: Service) -> None:
    company_id = uuid4()
    variants = {
        "en": {"subject": "{{ visit.date }}", "html": "<p>Hello</p>"},
        "es": {"subject": "{{ visit.date }}, {{ job.total }}", "html": "<p>Hola</p>"},
        "es-MX": {"subject": "{{ job.total }}", "html": "<p>Qué tal</p>"},
    }
    template = await published(service, company_id, default_locale="en", variants=variants)
    wanted = ("en-US", "en-GB", "es-US", "es", "es-MX", "fr-CA")
    answers = await rendered(service, *(an_item(company_id, template["id"], locale=locale) for locale in wanted))
    assert [(answer.locale, answer.subject) for answer in answers if isinstance(answer, Rendered)] == [
        ("en-US", "Tuesday, November 24"),
        ("en-GB", "Tuesday 24 November"),
        ("es-US", "martes, 24 de noviembre, $480.00"),
        ("es", "martes, 24 de noviembre, 480,00 US$"),
        ("es-MX", "USD480.00"),
        ("en", "Tuesday, November 24"),
    ]
    french, spanish = answers[-1], answers[2]
    assert isinstance(french, Rendered)
    assert isinstance(spanish, Rendered)
    assert '<html lang="en">' in (french.html or "")
    assert "You get this email because" in (french.html or "")
    for part in (spanish.html or "", spanish.text):
        assert "Recibe este correo porque" in part
        assert "Elija qué correos recibe" in part
    assert '<html lang="es">' in (spanish.html or "")


@pytest.mark.survives(49)
async def test_one_refusal_spoils_nobody_elses_message(service: Service) -> None:  # G9
    company_id = uuid4()
    template = await published(service, company_id)
    bad, good = an_item(company_id, template["id"], context=a_context(job=None)), an_item(company_id, template["id"])
    refused, fine = await rendered(service, bad, good)
    assert isinstance(refused, Refused)
    assert (refused.code, refused.template_version) == ("missing_value", 1)
    assert "job.number" in refused.detail
    assert isinstance(fine, Rendered)


async def test_a_phone_of_no_country_is_said_as_it_is_written(service: Service) -> None:
    company_id = uuid4()
    template = await published(service, company_id, **hello(text="Call {{ company.phone }}."))
    odd = SAMPLE.company.model_copy(update={"phone": "+9999999999"})
    [message] = await rendered(service, an_item(company_id, template["id"], context=a_context(company=odd)))
    assert isinstance(message, Rendered)
    assert "Call +9999999999." in message.text


@pytest.mark.survives(51)
async def test_a_template_of_another_company_does_not_exist(service: Service) -> None:
    template = await published(service, uuid4())
    stranger = uuid4()
    items = (an_item(stranger, template["id"]), an_item(stranger, template["id"], template_version=1))
    assert codes(await rendered(service, *items, an_item(stranger, uuid4()))) == ["unknown_template"] * 3


async def test_what_is_not_published_is_not_sent(service: Service) -> None:
    company_id = uuid4()
    draft = await a_template(service, company_id)
    items = (an_item(company_id, draft["id"]), an_item(company_id, draft["id"], template_version=1))
    assert codes(await rendered(service, *items)) == ["not_published", "unknown_template"]


async def test_an_archived_template_serves_only_messages_that_pinned_a_version(service: Service) -> None:
    company_id = uuid4()
    template = await published(service, company_id)
    path = f"/v1/templates/{template['id']}/archive"
    await service.call("POST", path, who=(Role.ADMIN, company_id), if_match='"2"')
    items = (an_item(company_id, template["id"]), an_item(company_id, template["id"], template_version=1))
    assert codes(await rendered(service, *items)) == ["not_published", "rendered"]


async def test_a_new_version_is_used_at_once_and_an_old_one_stays_available(service: Service) -> None:
    company_id = uuid4()
    admin, template = (Role.ADMIN, company_id), await published(service, company_id, **hello(subject="Old"))
    assert codes(await rendered(service, an_item(company_id, template["id"]))) == ["rendered"]
    path = f"/v1/templates/{template['id']}"
    await service.call("PUT", path, hello(subject="New"), who=admin, if_match='"2"')
    await service.call("POST", f"{path}/publish", who=admin, if_match='"3"')
    items = (an_item(company_id, template["id"]), an_item(company_id, template["id"], template_version=1))
    new, old = await rendered(service, *items)
    assert isinstance(new, Rendered)
    assert isinstance(old, Rendered)
    assert (new.subject, new.template_version, old.subject, old.template_version) == ("New", 2, "Old", 1)


async def test_what_is_named_and_at_hand_costs_no_query(service: Service) -> None:
    company_id, shelf = await service.company(), Shelf()
    slugs = [starter.slug for starter in starters()]
    items = [an_item(company_id, starter_id(company_id, "template", slug), template_version=1) for slug in slugs]
    first = await shelf.fetch(service.database, items)
    await service.database.close()
    assert await shelf.fetch(service.database, items) == first


async def test_unchanged_starters_are_compiled_once_for_all_companies(service: Service) -> None:
    shelf = Shelf()
    companies = [await service.company() for _ in range(2)]
    items = [an_item(c, starter_id(c, "template", "status-done")) for c in companies]
    one, other = await shelf.fetch(service.database, items)
    assert getattr(one, "compiled", 1) is getattr(other, "compiled", 2)


@pytest.mark.survives(43, 44)
async def test_a_hostile_version_is_refused_and_the_service_lives(service: Service) -> None:
    company_id = uuid4()
    loops = "{% for a in job.lines %}" * 6 + "x" + "{% endfor %}" * 6
    template = await published(service, company_id, **hello(html=f"<p>{loops}</p>"))
    assert SAMPLE.job
    job = SAMPLE.job.model_copy(update={"lines": SAMPLE.job.lines * 100})
    items = [an_item(company_id, template["id"], context=a_context(job=job)) for _ in range(50)]
    assert codes(await rendered(service, *items)) == ["limit_exceeded"] * 50
    assert (await service.client.get("/health/live")).status_code == 200


async def test_only_services_render(service: Service) -> None:  # G20
    for role in (Role.ADMIN, Role.DISPATCHER, Role.TECH, Role.CUSTOMER):
        assert (await service.call("POST", "/v1/renderings", {"items": []}, who=(role, uuid4()))).status_code == 403
    assert (await service.client.post("/v1/renderings", json={"items": []})).status_code == 401


async def test_what_is_no_batch_is_refused_in_plain_words(service: Service) -> None:
    response = await service.call("POST", "/v1/renderings", {"items": [{"ref": "x"}]}, who=SERVICE)
    assert response.status_code == 422
    assert "items.0.ref" in response.json()["detail"]
    item = an_item(uuid4(), uuid4()).model_dump(mode="json")
    no_version = {"items": [item | {"template_version": False}]}
    assert (await service.call("POST", "/v1/renderings", no_version, who=SERVICE)).status_code == 422
    assert (await service.call("POST", "/v1/renderings", {"items": [item] * 501}, who=SERVICE)).status_code == 413


async def test_a_preview_is_what_would_be_sent(service: Service) -> None:  # G10
    dispatcher = (Role.DISPATCHER, uuid4())
    answer = await service.call("POST", "/v1/renderings/preview", {"words": WORDS}, who=dispatcher)
    assert answer.json()["subject"] == "Hello Maria"
    assert "<p>Job 1042</p>" in bare(answer.json()["html"])
    spanish = {"words": WORDS | {"subject": "{{ visit.date }}"}, "locale": "es"}
    answer = await service.call("POST", "/v1/renderings/preview", spanish, who=dispatcher)
    assert answer.json()["subject"] == "martes, 24 de noviembre"
    assert "Recibe este correo" in answer.json()["html"]
    context = a_context(job=None).model_dump(mode="json")
    body = {"words": WORDS, "context": context}
    refusal = await service.call("POST", "/v1/renderings/preview", body, who=dispatcher)
    assert (refusal.status_code, refusal.json()["code"]) == (422, "missing_value")
    unfit = await service.call("POST", "/v1/renderings/preview", {"words": WORDS | {"html": "{{ a }}"}}, who=dispatcher)
    assert (unfit.status_code, unfit.json()["flaws"][0]["column"]) == (422, 4)


@pytest.mark.parametrize("part", ["subject", "preheader", "html", "text"])
async def test_half_a_character_in_words_is_a_mistake_with_its_place(service: Service, part: str) -> None:
    body = {"words": {"subject": "Hello", "html": "<p>Hello</p>"} | {part: "ab\ud800"}}
    answer = await sent_raw(service, body)
    assert answer.status_code == 422, answer.text
    [flaw] = answer.json()["flaws"]
    assert (flaw["part"], flaw["line"], flaw["column"]) == (part, 1, 3)
    assert "half of a character" in flaw["message"]


@pytest.mark.parametrize("path", ["company.name", "job.title", "job.lines.0.description"])
async def test_half_a_character_in_a_context_is_refused_by_name(service: Service, path: str) -> None:
    context = SAMPLE.model_dump(mode="json")
    place: Any = context
    *steps, last = path.split(".")
    for step in steps:
        place = place[int(step) if step.isdigit() else step]
    place[last] = "\ud800"
    said = "{{ company.name }} {{ job.title }}{% for line in job.lines %}{{ line.description }}{% endfor %}"
    answer = await sent_raw(service, {"words": {"subject": "Hello", "html": f"<p>{said}</p>"}, "context": context})
    assert (answer.status_code, answer.json()["code"]) == (422, "failed"), answer.text
    assert path.split(".0")[0] in answer.json()["detail"]


async def sent_raw(service: Service, body: Any) -> httpx.Response:
    """A preview asked for with JSON's escapes, as a client may write them that thinks in UTF-16."""
    headers = service.issuer.headers(Role.ADMIN, uuid4()) | {"content-type": "application/json"}
    return await service.client.post("/v1/renderings/preview", content=json.dumps(body), headers=headers)


async def test_a_version_that_does_not_parse_takes_nobody_along(service: Service) -> None:
    company_id = uuid4()
    template = await published(service, company_id)
    other = await published(service, company_id)
    async with service.database.worker() as tx:
        await tx.execute(
            "insert into template_version (company_id, template_id, number, subject, document, plain, published_by)"
            " select company_id, template_id, 2, subject, '{% if %}', plain, published_by"
            " from template_version where template_id = $1",
            UUID(template["id"]),
        )
    items = (an_item(company_id, template["id"], template_version=2), an_item(company_id, other["id"]))
    assert codes(await rendered(service, *items)) == ["failed", "rendered"]


async def test_the_documented_request_is_complete(service: Service) -> None:
    document = (await service.client.get("/openapi.json")).json()
    text = orjson.dumps(document).decode()
    for name in {part.split('"')[0] for part in text.split("#/components/schemas/")[1:]}:
        assert name in document["components"]["schemas"]
    schema = document["paths"]["/v1/renderings"]["post"]["requestBody"]["content"]["application/json"]["schema"]
    assert schema["properties"]["items"]["maxItems"] == 500


async def test_a_check_says_which_plain_text_an_email_without_one_gets(service: Service) -> None:
    words = {
        "subject": "Hi",
        "html": "<p>Hi {{ recipient.first_name }},</p><p><a href='{{ company.portal_url }}'>Look</a></p>",
    }
    asked = {"variants": {"en": words, "es": words | {"text": "Hola"}}}
    checked = await service.call("POST", "/v1/renderings/check", asked, who=(Role.DISPATCHER, uuid4()))
    assert checked.json()["flaws"] == []
    assert checked.json()["derived"] == {"en": "Hi {{ recipient.first_name }},\n\nLook ({{ company.portal_url }})"}


async def test_a_draft_is_checked_before_it_is_saved(service: Service) -> None:  # G9
    company_id = uuid4()
    words = {"subject": "", "html": "<p>{{ payment.amount }}\n{{ nobody }}</p>", "text": "{% if job.number %}"}
    draft = {"variants": {"en": words, "es": words | {"html": "<p>Hola</p>"}}, "triggers": ["job_created"]}
    checked = await service.call("POST", "/v1/renderings/check", draft, who=(Role.DISPATCHER, company_id))
    assert checked.status_code == 200
    found = [(flaw["locale"], flaw["part"], flaw["line"], flaw["column"]) for flaw in checked.json()["flaws"]]
    english = [("en", "subject", 1, 1), ("en", "html", 1, 7), ("en", "html", 2, 4), ("en", "text", 1, 1)]
    assert found == [*english, ("es", "subject", 1, 1), ("es", "text", 1, 1)]
    words = {"text": "{{ payment.amount }}"}
    fine: dict[str, Any] = {"variants": {"es-US": words}, "channel": "sms", "triggers": ["payment_received"]}
    checked = await service.call("POST", "/v1/renderings/check", fine, who=(Role.DISPATCHER, company_id))
    size = checked.json().pop("sizes")["es-US"]["longest"]
    assert size["segments"] == 1
    assert checked.json() | {"sizes": {}} == {"flaws": [], "warnings": [], "derived": {}, "sizes": {}}
    odd = await service.call("POST", "/v1/renderings/check", fine | {"triggers": ["?"]}, who=(Role.ADMIN, company_id))
    assert odd.status_code == 422
