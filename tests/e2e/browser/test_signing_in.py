"""Sign-in, the end of a session, roles, and two companies that don't see each other."""

import json

import pytest
from playwright.sync_api import APIResponse, Page, Route, expect

from deploy.demo import northside
from tests.e2e.browser.conftest import OpenPage
from tests.e2e.browser.office import settled, sign_in
from tests.e2e.companies import Person

DISPATCHER, TECHNICIAN, OF_ANOTHER_COMPANY = "Priya Nair", "Sam Rivera", "Tom Becker"
MARIA = northside.MARIA.name


def stored(page: Page) -> dict[str, str]:
    """The session, as the browser keeps it for this tab."""
    found = page.evaluate("() => Object.entries(sessionStorage).find(([name]) => name.startsWith('oidc.user'))")
    user: dict[str, str] = json.loads(found[1])
    return user


def end_session(page: Page) -> None:
    """As after a long pause: the token is refused, and its renewal, too."""
    old = stored(page)
    revoked = page.request.post(f"{issuer(page)}/revoke", form={"token": old["refresh_token"]})
    assert revoked.ok

    def refuse(route: Route) -> None:
        if route.request.headers.get("authorization") == f"Bearer {old['access_token']}":
            route.fulfill(status=401, content_type="application/problem+json", body="{}")
        else:
            route.continue_()

    page.context.route("**/v1/**", refuse)


def issuer(page: Page) -> str:
    return str(page.request.get("/config.json").json()["issuer"])


def renewal(page: Page, refresh_token: str) -> APIResponse:
    form: dict[str, str | float | bool] = {"grant_type": "refresh_token", "refresh_token": refresh_token}
    return page.request.post(f"{issuer(page)}/token", form={**form, "client_id": "office-ui"})


def test_who_signs_in_comes_to_the_page_they_asked_for(page: Page) -> None:
    sign_in(page, DISPATCHER, "/customers?q=Harold")

    expect(page.get_by_role("link", name="Harold Jensen")).to_be_visible()
    expect(page.get_by_label("Search by name")).to_have_value("Harold")
    expect(page.get_by_role("button", name=DISPATCHER)).to_be_visible()


def test_a_session_that_ends_loses_nothing_that_was_typed(page: Page, northside_office: Person) -> None:
    [job, *_] = northside_office.every("status-svc", "/v1/jobs", text="Replace water heater")
    sign_in(page, DISPATCHER, f"/jobs/{job['id']}")
    page.get_by_role("button", name="Change status").click()
    wanted = page.get_by_role("radiogroup", name="New status").get_by_role("radio").first
    name = wanted.evaluate("radio => radio.labels[0].textContent")
    wanted.check()
    page.get_by_role("radio", name="Don't tell").check()
    end_session(page)

    page.get_by_role("button", name=f"Set “{name}”").click()
    with page.expect_popup() as popup:
        page.get_by_role("button", name="Sign in again").click()
    popup.value.get_by_role("button", name=DISPATCHER).click()

    expect(page.get_by_role("status").filter(has_text=f"Status set to “{name}”")).to_be_visible()
    assert northside_office.get("status-svc", f"/v1/jobs/{job['id']}")["status"]["name"] == name


def test_a_session_is_renewed_unseen_while_it_can_be(page: Page) -> None:
    sign_in(page, DISPATCHER, "/jobs")
    old = stored(page)["access_token"]
    page.context.route(
        "**/v1/**",
        lambda route: (
            route.fulfill(status=401, body="{}")
            if route.request.headers.get("authorization") == f"Bearer {old}"
            else route.continue_()
        ),
    )

    page.get_by_role("link", name="Customers").click()

    expect(page.get_by_role("link", name=MARIA)).to_be_visible()
    assert stored(page)["access_token"] != old


def test_who_signs_out_is_out(page: Page) -> None:
    sign_in(page, DISPATCHER, "/jobs")
    kept = stored(page)["refresh_token"]
    page.get_by_role("button", name=DISPATCHER).click()
    page.get_by_role("menuitem", name="Sign out").click()

    expect(page.get_by_role("heading", name="You are signed out")).to_be_visible()
    assert renewal(page, kept).status == 400
    page.get_by_role("link", name="Sign in").click()
    expect(page.get_by_role("heading", name="Who are you today?")).to_be_visible()


def test_a_technician_sees_jobs_and_customers_and_is_told_of_the_rest(page: Page) -> None:
    sign_in(page, TECHNICIAN, "/jobs")
    places = page.get_by_role("navigation", name="Main navigation")
    expect(places.get_by_role("link")).to_have_text(["Jobs", "Customers"])

    page.goto("/deliveries")

    expect(page.get_by_text("This is not for your role")).to_be_visible()


@pytest.mark.parametrize(
    ("service", "path"), [("status-svc", "jobs"), ("customer-svc", "customers"), ("notifier-svc", "deliveries")]
)
def test_another_company_finds_nothing_of_this_one(
    open_page: OpenPage, northside_office: Person, service: str, path: str
) -> None:
    there = northside_office.get(service, f"/v1/{path}", limit=1)["items"][0]["id"]
    page = open_page()
    page.goto(f"/{path}/{there}")
    page.get_by_role("button", name=OF_ANOTHER_COMPANY).click()

    expect(page.get_by_text("We can't find that")).to_be_visible()
    page.goto(f"/{path}?view=all")
    settled(page)
    expect(page.locator(f"a[href='/{path}/{there}']")).to_have_count(0)
