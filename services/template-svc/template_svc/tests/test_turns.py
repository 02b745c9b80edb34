"""Who waits for whom while drafts are looked at: a company with many languages holds nobody up."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any, ParamSpec, TypeVar
from uuid import UUID, uuid4

import httpx
import pytest

from contracts.jobs import Role
from contracts.rendering import RefusalCode
from template_svc.aside import PROCESSES, Aside, Place
from template_svc.domain.drafts import UnfitTemplate
from template_svc.domain.refusals import CannotRender
from template_svc.domain.variants import MOST, Variants
from template_svc.looking import look
from template_svc.tests.conftest import Service
from template_svc.tests.factories import a_text

P = ParamSpec("P")
T = TypeVar("T")

# A draft in as many languages as there may be, each of them work.
LOCALES = ["en", "es", "fr", "de", "it", "pt", "nl", "pl", "ru", "sv", "da", "fi", "cs", "ro", "hu", "tr", "ja", "ko"]
WORDS = {"subject": "Hi", "html": "<p>{{ job.title | upcase }}</p>" * 90}
LARGE = dict.fromkeys([*LOCALES, "zh", "vi"], WORDS)
SMALL = {"en": {"subject": "Hi", "html": "<p>Hi</p>"}}


async def saved(service: Service, company_id: UUID, variants: Any) -> httpx.Response:
    """Save a draft."""
    body = {"name": "Hi", "default_locale": "en", "variants": variants}
    return await service.call("POST", "/v1/templates", body, who=(Role.ADMIN, company_id))


async def first(*calls: asyncio.Task[Any]) -> asyncio.Task[Any]:
    """The one that is done first; the others go on to their ends."""
    done: list[asyncio.Task[Any]] = []
    for call in calls:
        call.add_done_callback(done.append)
    await asyncio.gather(*calls)
    return done[0]


async def test_who_saves_one_language_goes_before_those_who_save_many_and_came_before(service: Service) -> None:
    assert len(LARGE) == MOST
    ahead = [asyncio.create_task(saved(service, uuid4(), LARGE)) for _ in range(PROCESSES)]
    last = asyncio.create_task(saved(service, uuid4(), SMALL))
    assert await first(*ahead, last) is last
    assert {answer.result().status_code for answer in (*ahead, last)} == {201}


async def test_a_colleague_goes_between_two_languages_of_a_draft(service: Service) -> None:
    company_id = uuid4()
    ahead = asyncio.create_task(saved(service, company_id, LARGE))
    last = asyncio.create_task(saved(service, company_id, SMALL))
    assert await first(ahead, last) is last
    assert {ahead.result().status_code, last.result().status_code} == {201}


async def test_one_company_has_one_call_at_a_time_however_many_places() -> None:
    aside, company_id, order = Aside(), uuid4(), []

    async def calls(name: str) -> None:
        async with aside.place(company_id) as place:
            for _ in range(3):
                await place.call(1.0, len, name)
                order.append(name)

    await asyncio.gather(*map(calls, "abc"))
    assert order == [*"abcabcabc"]


class Tired(Aside):
    """Has no time for French."""

    @asynccontextmanager
    async def place(self, company_id: UUID) -> AsyncIterator[Place]:
        """One that gives up."""
        async with super().place(company_id) as place:
            yield TiredPlace(place)


class TiredPlace(Place):
    """Asks another place, but not for French."""

    def __init__(self, place: Place) -> None:
        self._place = place

    async def call(self, seconds: float, function: Callable[P, T], *args: P.args, **named: P.kwargs) -> T:
        """As the kernel would end it."""
        if "fr" in args:
            raise CannotRender(RefusalCode.LIMIT_EXCEEDED, "too much")
        return await self._place.call(seconds, function, *args, **named)


@pytest.mark.survives(43)
async def test_mistakes_are_told_up_to_the_language_that_takes_too_much() -> None:
    words = {"en": a_text("{{ a }}"), "es": a_text("Hola"), "fr": a_text("Salut"), "de": a_text("{{ b }}")}
    with pytest.raises(UnfitTemplate) as unfit:
        await look(Tired(), uuid4(), Variants("en", words))
    assert [(flaw.locale, flaw.part) for flaw in unfit.value.flaws] == [("en", "text"), ("fr", "text")]
    assert unfit.value.flaws[-1].message == "too much"
