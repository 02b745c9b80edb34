"""A browser and the office's pages, on the stack of the end-to-end tests with the demo played."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from deploy.demo import northside
from deploy.local.stack import Stack
from deploy.sandbox.identity.personas import PERSONAS
from tests.e2e.browser.chromium import UI, running_chromium
from tests.e2e.companies import Person, tokens

OpenPage = Callable[..., Page]

expect.set_options(timeout=30_000)  # a busy machine is no failure


# Of a module: while a synchronous browser runs, no asynchronous test can.
@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with running_chromium() as browser:
        yield browser


@pytest.fixture(scope="module")
def origin(whole_stack: Stack, demo: str) -> str:
    """Where the pages are: at the gateway. `make test` has built them."""
    assert (UI / "dist" / "index.html").exists(), "The pages are not built: run make services/office-ui/dist/index.html"
    return whole_stack.plan.public_url


@pytest.fixture
def open_page(browser: Browser, origin: str) -> Iterator[OpenPage]:
    """A browser of nobody's yet, by options of Playwright's contexts; what its pages throw fails the test."""
    contexts: list[BrowserContext] = []
    thrown: list[str] = []

    def open_one(**options: object) -> Page:
        options = {"base_url": origin, "locale": "en-US", "timezone_id": "America/Denver", **options}
        contexts.append(browser.new_context(**options))  # type: ignore[arg-type]
        page = contexts[-1].new_page()
        page.set_default_timeout(30_000)
        page.on("pageerror", lambda error: thrown.append(str(error)))
        return page

    yield open_one
    for context in contexts:
        context.close()
    assert thrown == []


@pytest.fixture
def page(open_page: OpenPage) -> Page:
    """A wide window."""
    return open_page(viewport={"width": 1280, "height": 900})


@pytest.fixture
def northside_office(whole_stack: Stack, demo: str) -> Iterator[Person]:
    """The dispatcher of the demo's first company, by API."""
    with by_api(whole_stack, "dispatcher") as person:
        yield person


@pytest.fixture
def northside_admin(whole_stack: Stack, demo: str) -> Iterator[Person]:
    """Its administrator."""
    with by_api(whole_stack, "admin") as person:
        yield person


def by_api(stack: Stack, role: str) -> Person:
    """Somebody of the demo's first company."""
    persona = PERSONAS[f"{northside.SEED.company.slug}-{role}"]
    return Person(stack.plan, tokens(stack.plan).for_persona(persona))
