"""Every replica hears on `templates.v1` what is published, and has it at hand before the first message needs it."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest

from contracts.jobs import Role
from contracts.profiles import TemplateEntry, TemplateState
from servicekit.cloudevents import Event
from servicekit.testing import TestIssuer, until
from template_svc.shelf import Book, Shelf
from template_svc.tests.conftest import Service, running, settings_of
from template_svc.tests.factories import a_template_entry
from template_svc.tests.test_renderings_api import an_item
from template_svc.tests.test_templates_api import hello, published

NOT_ASKED: Any = None
"""In place of a database: to ask it is an error."""
TWO = {"en": {"subject": "Hello", "html": "<p>Hello</p>"}, "es": {"subject": "Hola", "html": "<p>Hola</p>"}}


async def hear(service: Service, shelf: Shelf, *entries: TemplateEntry) -> None:
    """What the topic tells."""
    now, kind = datetime.now(UTC), "com.fieldbell.TemplateEntry"
    events = [Event(str(uuid4()), kind, "/template-svc", str(e.id), now, e.company_id, e) for e in entries]
    await shelf.hear(service.database, events)


async def at_hand(shelf: Shelf, company_id: UUID, template: dict[str, Any], number: int = 1) -> bool:
    """Whether the version can be rendered without a query."""
    try:
        [book] = await shelf.fetch(NOT_ASKED, [an_item(company_id, template["id"], template_version=number)])
    except AttributeError:
        return False
    return isinstance(book, Book)


async def test_what_was_heard_of_is_at_hand_in_all_its_languages(service: Service) -> None:
    company_id, shelf = uuid4(), Shelf()
    template = await published(service, company_id, default_locale="en", variants=TWO)
    assert not await at_hand(shelf, company_id, template)
    await hear(service, shelf, a_template_entry(company_id, UUID(template["id"])))
    items = [an_item(company_id, template["id"], template_version=1, locale=locale) for locale in ("en-US", "es-US")]
    books = await shelf.fetch(NOT_ASKED, items)
    assert [book.locale for book in books if isinstance(book, Book)] == ["en-US", "es-US"]


@pytest.mark.parametrize(
    "over",
    [
        {"state": TemplateState.ARCHIVED},
        {"state": TemplateState.DRAFT, "published_version": None},
        {"published_version": 9},
    ],
)
async def test_what_can_not_be_sent_is_left_where_it_is(service: Service, over: dict[str, Any]) -> None:
    company_id, shelf = uuid4(), Shelf()
    template = await published(service, company_id)
    await hear(service, shelf, a_template_entry(company_id, UUID(template["id"]), **over))
    assert not await at_hand(shelf, company_id, template)


async def test_a_version_that_does_not_parse_is_no_hindrance(service: Service) -> None:
    company_id, shelf = uuid4(), Shelf()
    bad, good = await published(service, company_id), await published(service, company_id)
    async with service.database.worker() as tx:
        await tx.execute(
            "insert into template_version (company_id, template_id, number, subject, document, plain, published_by)"
            " select company_id, template_id, 2, subject, '{% if %}', plain, published_by"
            " from template_version where template_id = $1",
            UUID(bad["id"]),
        )
    entry = a_template_entry(company_id, UUID(bad["id"]), published_version=2)
    await hear(service, shelf, entry, a_template_entry(company_id, UUID(good["id"])))
    assert await at_hand(shelf, company_id, good)


async def test_what_one_message_of_a_batch_makes_it_forget_another_gets_all_the_same(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("template_svc.shelf.MAX_KNOWN", 1)
    company_id, shelf = uuid4(), Shelf()
    known, unknown = await published(service, company_id), await published(service, company_id)
    for ids in ([known["id"]], [known["id"], unknown["id"]]):
        books = await shelf.fetch(service.database, [an_item(company_id, id, template_version=1) for id in ids])
        assert [type(book) for book in books] == [Book] * len(ids)


async def test_a_version_that_one_replica_publishes_is_at_hand_on_all(
    database: Callable[[str], Any], issuer: TestIssuer, kafka: str
) -> None:
    company_id, settings = uuid4(), settings_of(database("template"), issuer, kafka)
    admin = (Role.ADMIN, company_id)
    async with running(settings, issuer) as one, running(settings, issuer) as other:
        template = await published(one, company_id)
        numbers, etag, path = {1}, '"2"', f"/v1/templates/{template['id']}"

        async def everywhere() -> bool:
            """Once more is published each time, in case somebody was not listening yet."""
            nonlocal etag
            words = hello(subject=f"Number {len(numbers)}")
            etag = (await one.call("PUT", path, words, who=admin, if_match=etag)).headers["etag"]
            answer = await one.call("POST", f"{path}/publish", who=admin, if_match=etag)
            etag = answer.headers["etag"]
            numbers.add(answer.json()["published_version"])
            heard = [{n for n in numbers if await at_hand(s.shelf, company_id, template, n)} for s in (one, other)]
            return bool(heard[0] & heard[1])

        assert await until(everywhere)
