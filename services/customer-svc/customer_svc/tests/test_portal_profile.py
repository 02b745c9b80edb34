"""What signed-in customers see and change: their own data and nothing of the office, by its very operations."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4

import pytest

from contracts.jobs import Role
from customer_svc.domain import portal
from customer_svc.tests.api import Api, Person
from customer_svc.tests.factories import a_company, a_customer
from customer_svc.tests.test_portal import slug
from servicekit.testing import TestIssuer


@pytest.fixture
async def customer(api: Api) -> Any:
    return await api.create_customer(tags=["bad payer"], reward_balance="25.00", cards=[{"last_four": "4242"}])


@pytest.fixture
def maria(api: Api, customer: Any) -> Person:
    """Signed in."""
    return api.platform.customer(api.company_id, customer["id"])


async def test_customers_see_their_own_and_nothing_the_office_keeps_for_itself(maria: Person, customer: Any) -> None:
    seen = (await maria.get(f"/v1/customers/{customer['id']}")).json()  # S4.2, S4.19
    assert seen["contacts"] == customer["contacts"]
    assert seen["service_addresses"] == customer["service_addresses"]
    assert (seen["reward_balance"], seen["cards"][0]["last_four"]) == ("25.00", "4242")
    assert not {"notes", "tags", "external_id", "region_id", "blocked", "head_office"} & seen.keys()


async def test_customers_manage_their_own_data(maria: Person, customer: Any) -> None:  # S4.4, S4.5, S4.6
    path = f"/v1/customers/{customer['id']}"
    contact = f"{path}/contacts/{customer['contacts'][0]['id']}"
    email = f"{contact}/emails/{customer['contacts'][0]['emails'][0]['id']}"
    for number, (method, where, body) in enumerate(
        [
            ("PATCH", path, {"name": "Maria Lee-Park", "locale": "es_US"}),
            ("PATCH", contact, {"name": "Maria", "flags": {"service_specials": False}}),
            ("PATCH", email, {"address": "maria@example.com", "flags": {"invoices": False}}),
            ("POST", f"{contact}/phones", {"number": "303 555 0150"}),
            ("POST", f"{path}/service-addresses", {"line": "9 Oak Ave"}),
        ],
        start=1,
    ):
        answer = await maria.change(method, where, body, version=number)
        assert answer.status_code in (200, 201), (where, answer.text)
        assert "tags" not in answer.json()
    seen = (await maria.get(path)).json()
    assert (seen["name"], seen["locale"], seen["version"]) == ("Maria Lee-Park", "es-US", 6)
    assert [phone["number"] for phone in seen["contacts"][0]["phones"]] == ["+13035550123", "+13035550150"]


async def test_customers_add_several_recipients_and_switch_them_off(
    maria: Person, customer: Any
) -> None:  # S2.14, S2.15
    path = f"/v1/customers/{customer['id']}/service-addresses/{customer['service_addresses'][0]['id']}"
    emails = ["jo@example.com", "jo.park@example.com"]
    added = await maria.post(
        f"{path}/recipients", {"name": "Jo", "emails": emails, "phones": [{"number": "3035550199"}]}
    )
    assert added.status_code == 201, added.text
    [place] = added.json()["service_addresses"]
    assert (place["additional_communication"], place["recipients"][0]["emails"]) == (True, emails)
    switched = await maria.change("PATCH", path, {"additional_communication": False}, version=2)
    assert switched.json()["service_addresses"] == [place | {"additional_communication": False}]
    recipient = f"{path}/recipients/{place['recipients'][0]['id']}"
    assert (await maria.change("PATCH", recipient, {"name": "Jo Park"}, version=3)).status_code == 200
    assert (await maria.change("DELETE", recipient, version=4)).status_code == 200


async def test_the_change_log_says_that_it_was_the_portal(maria: Person, api: Api, customer: Any) -> None:  # S4.12
    path = f"/v1/customers/{customer['id']}"
    await maria.change("PATCH", path, {"name": "Maria"}, version=1)
    newest = (await api.admin.get(f"{path}/changes")).json()["items"][0]
    assert (newest["field"], newest["how"], newest["actor"]) == ("name", "portal", "test-customer")


@pytest.mark.parametrize(
    "body", [{"tags": []}, {"notes": "x"}, {"name": "M", "region_id": None}, {"reward_balance": "99"}]
)
async def test_customers_cannot_change_what_is_the_offices(maria: Person, customer: Any, body: Any) -> None:
    answer = await maria.change("PATCH", f"/v1/customers/{customer['id']}", body, version=1)
    assert answer.status_code == 403
    assert "locale, name" in answer.json()["detail"]


@pytest.mark.survives(51)
async def test_customers_do_not_see_each_other(maria: Person, api: Api, other: Api) -> None:
    neighbour = await api.create_customer()
    for path in (f"/v1/customers/{neighbour['id']}", f"/v1/customers/{uuid4()}"):
        assert (await maria.get(path)).status_code == 404
        assert (await maria.change("PATCH", path, {"name": "Mine"}, version=1)).status_code == 404
        assert (await maria.post(f"{path}/service-addresses", {"line": "A"})).status_code == 404
    foreign = api.platform.customer(other.company_id, neighbour["id"])
    assert (await foreign.get(f"/v1/customers/{neighbour['id']}")).status_code == 404
    nobody = api.platform.customer(api.company_id, None)
    assert (await nobody.get(f"/v1/customers/{neighbour['id']}")).status_code == 404


@pytest.mark.parametrize("other_role", [Role.TECH, Role.SERVICE])
async def test_two_roles_may_what_either_of_them_may_and_no_more(
    api: Api, issuer: TestIssuer, other_role: Role
) -> None:
    stranger, claims = await api.create_customer(), {"customer_id": str(uuid4()), "roles": ["customer", other_role]}
    both = Person(api.platform.anyone, issuer.headers(Role.CUSTOMER, api.company_id, **claims))
    path = f"/v1/customers/{stranger['id']}"
    email = f"{path}/contacts/{stranger['contacts'][0]['id']}/emails/{stranger['contacts'][0]['emails'][0]['id']}"
    assert (await both.change("PATCH", path, {"notes": "x"}, version=1)).status_code == 404
    assert (await both.change("DELETE", email, version=1)).status_code == 404
    assert (await both.get(path)).status_code == (200 if other_role is Role.TECH else 404)


async def test_a_closed_account_sees_and_changes_nothing(maria: Person, api: Api, customer: Any) -> None:  # S4.15
    path = f"/v1/customers/{customer['id']}"
    assert (await api.admin.change("POST", f"{path}/block", version=1)).status_code == 200
    assert slug(await maria.get(path)) == (403, "account-closed")
    assert slug(await maria.change("PATCH", path, {"name": "M"}, version=2)) == (403, "account-closed")
    assert slug(await maria.post(f"{path}/service-addresses", {"line": "A"})) == (403, "account-closed")


NOW = datetime(2026, 11, 27, 6, 30, tzinfo=UTC)  # still the 26th in Denver


@pytest.mark.parametrize(
    ("starts_on", "ends_on", "shown"),
    [
        (None, None, True),
        (date(2026, 11, 26), date(2026, 11, 26), True),
        (date(2026, 11, 27), None, False),
        (None, date(2026, 11, 25), False),
    ],
)
def test_specials_are_shown_in_their_time_to_who_wants_them(
    starts_on: date | None, ends_on: date | None, shown: bool
) -> None:  # S0.21
    settings = {
        "text": "10 % off boilers",
        "link": "https://northside.example",
        "starts_on": starts_on,
        "ends_on": ends_on,
    }
    company = a_company(specials=settings)

    def greeted(**flags: bool) -> portal.Me:
        customer = a_customer(contacts=[{"name": "Ann", "emails": [{"address": "ann@example.com"}], "flags": flags}])
        [contact] = customer.contacts
        ids = (company.id, contact.emails[0].id, customer.id, contact.id)
        return portal.me(customer, portal.Account(*ids, "ann@example.com", None, None), company, NOW)

    assert (greeted().specials is not None) == shown
    assert greeted(service_specials=False).specials is None


async def test_the_office_writes_specials_and_takes_them_down(api: Api) -> None:  # S0.21
    banner = {"text": "10 % off boilers", "starts_on": "2026-11-01", "ends_on": "2026-11-30"}
    written = await api.admin.change("PATCH", "/v1/company", {"specials": banner}, version=1)
    assert written.json()["specials"] == banner | {"link": None}
    turned = banner | {"starts_on": "2026-12-01"}
    assert (await api.admin.change("PATCH", "/v1/company", {"specials": turned}, version=2)).status_code == 422
    assert (await api.admin.change("PATCH", "/v1/company", {"specials": None}, version=2)).json()["specials"] is None
