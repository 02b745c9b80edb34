"""Additional recipients of a service address over HTTP (S2)."""

from typing import Any

from contracts.profiles import CustomerProfile, ServiceAddress
from customer_svc.tests.api import Api

JO = {
    "name": "Jo",
    "role": "tenant",
    "emails": ["Jo@Example.com", "jo@work.example.com"],
    "phones": [{"number": "3035550188"}],
}


async def addresses(api: Api) -> tuple[ServiceAddress, ...]:
    profile = (await api.platform.published("customers.v1"))[-1]
    assert isinstance(profile, CustomerProfile)
    return profile.service_addresses


def path(customer: Any, address: int = 0) -> str:
    return f"/v1/customers/{customer['id']}/service-addresses/{customer['service_addresses'][address]['id']}"


async def test_recipients_of_one_address_are_not_those_of_another(api: Api) -> None:  # S2.2, S2.9
    customer = await api.create_customer(service_addresses=[{"line": "A"}, {"line": "B"}])
    await api.dispatcher.post(f"{path(customer)}/recipients", JO)
    first, second = await addresses(api)
    assert ([r.name for r in first.recipients], second.recipients) == (["Jo"], ())


async def test_office_and_technician_add_recipients(api: Api) -> None:  # S2.3
    customer = await api.create_customer()
    for person, name in ((api.admin, "A"), (api.dispatcher, "D"), (api.tech, "T")):
        added = await person.post(f"{path(customer)}/recipients", JO | {"name": name}, idempotency_key=name)
        assert added.status_code == 201
    assert "notes" not in added.json()  # S4.19
    assert [r.name for r in (await addresses(api))[0].recipients] == ["A", "D", "T"]


async def test_whom_a_technician_adds_hears_of_the_address(api: Api) -> None:  # S2.3
    customer = await api.create_customer()
    await api.tech.post(f"{path(customer)}/recipients", JO)
    assert (await addresses(api))[0].additional_communication


async def test_a_new_address_comes_with_communication_switched_on_and_recipients(api: Api) -> None:  # S2.4, S4.6
    customer = await api.create_customer()
    body = {"line": "1 Oak", "additional_communication": True, "recipients": [JO]}
    added = await api.dispatcher.post(f"/v1/customers/{customer['id']}/service-addresses", body)
    assert added.status_code == 201
    address = (await addresses(api))[-1]
    assert added.headers["location"].endswith(str(address.id))
    assert (address.additional_communication, address.recipients[0].phones[0].number) == (True, "+13035550188")


async def test_several_emails_are_kept_as_typed(api: Api) -> None:  # S2.5
    customer = await api.create_customer(service_addresses=[{"line": "A", "recipients": [JO]}])
    assert (await addresses(api))[0].recipients[0].emails == ("Jo@Example.com", "jo@work.example.com")
    assert customer["service_addresses"][0]["recipients"][0]["emails"] == JO["emails"]


async def test_switching_communication_off_keeps_the_recipients(api: Api) -> None:  # S2.6
    address = {"line": "A", "additional_communication": True, "recipients": [JO]}
    customer = await api.create_customer(service_addresses=[address])
    off = await api.dispatcher.change("PATCH", path(customer), {"additional_communication": False}, version=1)
    kept = off.json()["service_addresses"][0]
    assert kept == customer["service_addresses"][0] | {"additional_communication": False}


async def test_a_recipient_is_edited_and_removed(api: Api) -> None:  # D8
    customer = await api.create_customer(service_addresses=[{"line": "A", "recipients": [JO]}])
    [jo] = customer["service_addresses"][0]["recipients"]
    jo_path = f"{path(customer)}/recipients/{jo['id']}"
    body = {
        "emails": ["third@example.com"],
        "flags": {"voice": True},
        "phones": [*JO["phones"], {"number": "3035550142"}],
    }
    changed = await api.dispatcher.change("PATCH", jo_path, body, version=1)
    [now] = changed.json()["service_addresses"][0]["recipients"]
    assert (now["emails"], now["flags"]) == (["third@example.com"], jo["flags"] | {"voice": True})
    assert now["phones"][0] == jo["phones"][0]
    assert (await api.dispatcher.get(f"/v1/customers/{customer['id']}")).json() == changed.json()
    gone = await api.dispatcher.change("DELETE", jo_path, version=2)
    assert gone.json()["service_addresses"][0]["recipients"] == []


async def test_an_address_is_removed_with_its_recipients(api: Api) -> None:
    customer = await api.create_customer(service_addresses=[{"line": "A", "recipients": [JO]}, {"line": "B"}])
    gone = await api.dispatcher.change("DELETE", path(customer), version=1)
    assert [a["line"] for a in gone.json()["service_addresses"]] == ["B"]
    async with api.platform.database.worker() as tx:
        assert await tx.fetchval("select count(*) from recipient") == 0
