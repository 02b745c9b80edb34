"""Flags of email addresses and contacts over HTTP: copied at creation, edited one by one, published each time."""

from typing import Any

import pytest

from contracts.profiles import CustomerProfile
from customer_svc.tests.api import Api
from customer_svc.tests.factories import a_contact


async def newest(api: Api) -> CustomerProfile:
    profile = (await api.platform.published("customers.v1"))[-1]
    assert isinstance(profile, CustomerProfile)
    return profile


def email_path(customer: Any, email: int = 0) -> str:
    contact = customer["contacts"][0]
    return f"/v1/customers/{customer['id']}/contacts/{contact['id']}/emails/{contact['emails'][email]['id']}"


async def test_flags_are_edited_per_email_address_and_published(api: Api) -> None:  # S0.1, S0.4
    emails = [{"address": "a@example.com"}, {"address": "b@example.com"}]
    customer = await api.create_customer(contacts=[a_contact(emails=emails)])
    body = {"flags": {"invoices": False, "payment_receipts": False}}
    assert (await api.dispatcher.change("PATCH", email_path(customer), body, version=1)).status_code == 200
    first, second = (await newest(api)).contacts[0].emails
    assert first.flags.model_dump() == {
        "confirmations": True,
        "status_updates": True,
        "payment_receipts": False,
        "invoices": False,
    }
    assert second.flags.invoices


async def test_a_fifth_flag_is_refused(api: Api) -> None:  # S0.6
    customer = await api.create_customer()
    body = {"flags": {"newsletters": True}}
    assert (await api.dispatcher.change("PATCH", email_path(customer), body, version=1)).status_code == 422


@pytest.mark.parametrize("value", [None, 1, "yes"])
async def test_a_flag_is_on_or_off_and_nothing_else(api: Api, value: Any) -> None:
    customer = await api.create_customer()
    body = {"flags": {"invoices": value}}
    assert (await api.dispatcher.change("PATCH", email_path(customer), body, version=1)).status_code == 422


@pytest.mark.proves("S1.16")
async def test_defaults_are_copied_when_an_address_or_contact_is_created_and_not_later(api: Api) -> None:
    # S0.2, S0.3, S0.15
    before = await api.create_customer()
    defaults = {"email_defaults": {"invoices": False}, "contact_defaults": {"text": False, "voice": True}}
    assert (await api.admin.change("PATCH", "/v1/company", defaults, version=1)).status_code == 200
    after = await api.create_customer()
    assert [c["contacts"][0]["emails"][0]["flags"]["invoices"] for c in (before, after)] == [True, False]
    assert [c["contacts"][0]["flags"]["voice"] for c in (before, after)] == [False, True]
    assert (await api.dispatcher.get(f"/v1/customers/{before['id']}")).json() == before


@pytest.mark.proves("S1.17")
async def test_preferences_are_edited_per_contact(api: Api) -> None:  # S0.14, S0.16
    customer = await api.create_customer(contacts=[a_contact(name="A"), a_contact(name="B")])
    path = f"/v1/customers/{customer['id']}/contacts/{customer['contacts'][1]['id']}"
    await api.dispatcher.change("PATCH", path, {"flags": {"exclude_from_broadcasts": True}}, version=1)
    assert [c.flags.exclude_from_broadcasts for c in (await newest(api)).contacts] == [False, True]


async def test_another_contact_becomes_the_primary_one(api: Api) -> None:
    customer = await api.create_customer(contacts=[a_contact(name="A"), a_contact(name="B")])
    path = f"/v1/customers/{customer['id']}/contacts"
    first, second = customer["contacts"]
    await api.dispatcher.change("PATCH", f"{path}/{second['id']}", {"primary": True}, version=1)
    assert [c.primary for c in (await newest(api)).contacts] == [False, True]
    removed = await api.dispatcher.change("DELETE", f"{path}/{first['id']}", version=2)
    assert [c["name"] for c in removed.json()["contacts"]] == ["B"]
    assert (await api.dispatcher.get(f"/v1/customers/{customer['id']}")).json() == removed.json()


async def test_contacts_emails_and_phones_are_added_once_per_key_and_removed(api: Api) -> None:  # S4.5
    customer = await api.create_customer()
    contact_path = f"/v1/customers/{customer['id']}/contacts/{customer['contacts'][0]['id']}"
    for path, body in (
        (f"{contact_path}/emails", {"address": "Second@Example.com"}),
        (f"{contact_path}/phones", {"number": "+44 20 7946 0018", "landline": True}),
        (f"/v1/customers/{customer['id']}/contacts", a_contact(name="Sam")),
    ):
        added = await api.dispatcher.post(path, body, idempotency_key=path)
        again = await api.dispatcher.post(path, body, idempotency_key=path)
        assert (added.status_code, again.json()) == (201, added.json())
        part, version = added.headers["location"], added.json()["version"]
        assert (await api.dispatcher.change("DELETE", part, version=version)).status_code == 200
    after = (await api.dispatcher.get(f"/v1/customers/{customer['id']}")).json()
    assert after == customer | {"version": 7}


async def test_adding_heeds_a_version_that_is_named(api: Api) -> None:
    customer = await api.create_customer()
    path = f"/v1/customers/{customer['id']}/contacts"
    assert (await api.dispatcher.change("POST", path, a_contact(), version=9)).status_code == 412
    assert (await api.dispatcher.change("POST", path, a_contact(), version=1)).status_code == 201


async def test_an_address_and_a_phone_are_edited(api: Api) -> None:  # S4.4, S4.5
    customer = await api.create_customer()
    contact = customer["contacts"][0]
    phone_path = f"/v1/customers/{customer['id']}/contacts/{contact['id']}/phones/{contact['phones'][0]['id']}"
    await api.dispatcher.change("PATCH", email_path(customer), {"address": "new@example.com"}, version=1)
    await api.dispatcher.change("PATCH", phone_path, {"number": "303 555 0199", "landline": True}, version=2)
    [changed] = (await newest(api)).contacts
    assert (changed.emails[0].address, changed.emails[0].flags.invoices) == ("new@example.com", True)
    assert (changed.phones[0].number, changed.phones[0].landline) == ("+13035550199", True)
