"""What goes wrong is said in a sentence, with a way on: a part that is away, a "no" of each kind."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, Route, expect

from deploy.local.stack import Stack
from tests.e2e.browser.office import complaints, settled, sign_in

DISPATCHER = "Priya Nair"
AWAY = "This part of Fieldbell does not answer"
# What each service is asked for in its room, and what is known there once it answers again.
ROOMS = {
    "Jobs": ("/v1/jobs", "Replace water heater"),
    "Requests": ("/v1/service-requests", "Nobody waits for an answer."),
    "Customers": ("/v1/customers", "Grace Kim"),
    "Deliveries": ("/v1/deliveries", "Failed"),
}
SAID = {
    401: ("Your sign-in was not accepted", "Try again"),
    403: ("This is not for your role", "Go to the start page"),
    404: ("We can't find that", "Go to the start page"),
    429: ("Wait 7 seconds and try again.", "Try again"),
    500: (AWAY, "Try again"),
}


def test_a_service_that_is_away_is_said_in_its_room_and_the_others_go_on(page: Page, stack: Stack) -> None:
    sign_in(page, DISPATCHER, "/jobs")
    places = page.get_by_role("navigation", name="Main navigation")
    main = page.get_by_role("main")
    stack.stop("template-svc")
    places.get_by_role("link", name="Templates").click()
    expect(main.get_by_role("alert")).to_contain_text(AWAY)
    assert complaints(page) == []
    for place, (path, known) in ROOMS.items():
        asked = re.compile(f"{path}([?]|$)")
        page.route(asked, refused(503))
        page.goto(f"/{place.lower()}")
        expect(main.get_by_role("alert").first).to_contain_text(AWAY)
        page.unroute(asked)
        main.get_by_role("button", name="Try again").first.click()
        expect(main.get_by_text(known).first).to_be_visible()
    stack.start("template-svc")
    stack.wait_ready("template-svc")
    places.get_by_role("link", name="Templates").click()
    expect(main.get_by_role("link", name="Work order closed").first).to_be_visible()


def refused(status: int) -> Callable[[Route], None]:
    """Answers like the gateway, or a service, that says no."""
    headers = {"Retry-After": "7", "content-type": "application/problem+json"}
    return lambda route: route.fulfill(status=status, headers=headers, body="{}")


def test_each_kind_of_no_has_a_sentence_and_a_way_on(page: Page) -> None:
    sign_in(page, DISPATCHER, "/home")
    settled(page)
    for status, (sentence, way) in SAID.items():
        page.route("**/v1/customers?*", refused(status))
        page.goto("/customers")
        expect(page.get_by_role("alert")).to_contain_text(sentence)
        page.unroute("**/v1/customers?*")
        if way == "Try again":
            page.get_by_role("button", name=way).click()
            expect(page.get_by_role("link", name="Grace Kim")).to_be_visible()
        else:
            page.get_by_role("link", name=way).click()
            expect(page.get_by_role("heading", level=1)).to_have_text("Today")
