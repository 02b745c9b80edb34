"""Consent that was given elsewhere: written down by who may, with its source, and never against a STOP."""

import asyncio
from typing import Any
from uuid import uuid4

import pytest

from contracts.profiles import Consent, CustomerProfile
from contracts.topics import CUSTOMERS
from customer_svc.tests.api import Api
from servicekit.remains import Remaining, Words
from servicekit.testing import until

GRANTED = {"sms": "granted", "source": "paper form, signed 3 May"}


async def customer_with_phones(api: Api) -> Any:
    """A contact and an additional recipient, each with a phone."""
    phone = {"number": "(303) 555-0142"}
    contact = {"name": "Maria Lee", "phones": [phone]}
    tenant = {"name": "Jo Park", "phones": [{"number": "(303) 555-0199"}]}
    place = {
        "line": "12 Elm St",
        "city": "Denver",
        "state": "CO",
        "postal_code": "80220",
        "additional_communication": True,
        "recipients": [tenant],
    }
    return await api.create_customer(contacts=[contact], service_addresses=[place])


def phones(customer: Any) -> tuple[Any, Any]:
    [contact], [place] = customer["contacts"], customer["service_addresses"]
    return contact["phones"][0], place["recipients"][0]["phones"][0]


def phones_with(customer: Any, number: str) -> list[Any]:
    """Of contacts, then of recipients."""
    recipients = [each for place in customer["service_addresses"] for each in place["recipients"]]
    return [
        phone for one in (*customer["contacts"], *recipients) for phone in one["phones"] if phone["number"] == number
    ]


def path(customer: Any, phone: Any) -> str:
    return f"/v1/customers/{customer['id']}/phones/{phone['id']}/consent"


async def ledger(api: Api) -> list[tuple[Any, ...]]:
    async with api.platform.database.worker() as tx:
        rows = await tx.fetch("select phone_id::text, state, source from consent_ledger order by id")
    return [tuple(row) for row in rows]


@pytest.mark.proves("S1.17")
async def test_consent_is_set_for_contacts_and_recipients_and_noted_with_its_source(api: Api) -> None:  # D8
    customer = await customer_with_phones(api)
    for which in (0, 1):
        phone = phones(customer)[which]
        response = await api.admin.change("PUT", path(customer, phone), GRANTED, version=customer["version"])
        assert response.status_code == 200, response.text
        customer = response.json()
        assert phones(customer)[which]["sms_consent"] == "granted"
    assert await ledger(api) == [(phone["id"], "granted", GRANTED["source"]) for phone in phones(customer)]
    *_, before, last = await api.platform.published(CUSTOMERS.name)
    assert isinstance(before, CustomerProfile)
    assert isinstance(last, CustomerProfile)
    assert (before.version, last.version) == (2, 3)
    assert last.contacts[0].phones[0].sms_consent is Consent.GRANTED


@pytest.mark.proves("S1.19")
async def test_after_a_stop_only_the_customer_can_allow_texts_again(api: Api) -> None:  # D12
    customer = await customer_with_phones(api)
    phone, _ = phones(customer)
    stopped = GRANTED | {"sms": "revoked", "source": "told the technician"}
    customer = (await api.admin.change("PUT", path(customer, phone), stopped, version=1)).json()
    for state in ("granted", "refused"):
        refused = await api.admin.change("PUT", path(customer, phone), GRANTED | {"sms": state}, version=2)
        assert refused.status_code == 409
        assert "texting START" in refused.json()["title"]
    assert [row[1] for row in await ledger(api)] == ["revoked"]


REVOKED = {"sms": "revoked", "source": "told the technician"}


@pytest.mark.proves("S1.19")
async def test_a_revocation_written_down_holds_for_the_number_wherever_the_company_has_it(api: Api, other: Api) -> None:
    number = {"number": "(303) 555-0142"}
    people = [{"name": name, "phones": [number, {"number": "(303) 555-0143"}]} for name in ("Maria Lee", "Sam Lee")]
    maria = await api.create_customer(contacts=people)
    tenant = await customer_with_phones(api)
    recipient = {"name": "Maria Lee", "phones": [number]}
    bo = await api.create_customer(name="Bo", contacts=[], service_addresses=[{"line": "A", "recipients": [recipient]}])
    theirs = await customer_with_phones(other)
    for each in (maria, tenant, bo, theirs):
        for phone in phones_with(each, "+13035550142"):
            admin = (other if each is theirs else api).admin
            each |= (await admin.change("PUT", path(each, phone), GRANTED, version=each["version"])).json()
    published = len(await api.platform.published(CUSTOMERS.name))
    noted = len(await ledger(api))
    phone = maria["contacts"][0]["phones"][0]
    answer = await api.admin.change("PUT", path(maria, phone), REVOKED, version=maria["version"])
    assert (answer.status_code, answer.json()["version"]) == (200, maria["version"] + 1)  # one for all phones of it
    for each, state in ((maria, "revoked"), (tenant, "revoked"), (bo, "revoked"), (theirs, "granted")):
        now = (await (other if each is theirs else api).admin.get(f"/v1/customers/{each['id']}")).json()
        assert {one["sms_consent"] for one in phones_with(now, "+13035550142")} == {state}
        assert {one["sms_consent"] for one in phones_with(now, "+13035550143")} <= {"none"}
        assert now["version"] == each["version"] + (state == "revoked")
    told = (await api.platform.published(CUSTOMERS.name))[published:]
    assert {str(each.id) for each in told} == {maria["id"], tenant["id"], bo["id"]}  # type: ignore[attr-defined]
    elsewhere = f"written down for phone {phone['id']} of the same number"
    assert set((await ledger(api))[noted:]) == {
        *((each["id"], "revoked", REVOKED["source"]) for each in phones_with(maria, "+13035550142")),
        *((each["id"], "revoked", elsewhere) for one in (tenant, bo) for each in phones_with(one, "+13035550142")),
    }
    [change] = (await api.admin.get(f"/v1/customers/{bo['id']}/changes", field="service_addresses")).json()["items"][:1]
    assert (change["old"], change["new"], change["actor"]) == ("granted", "revoked", "test-admin")
    again = await api.admin.change("PUT", path(maria, phone), REVOKED, version=maria["version"] + 1)
    assert again.json()["version"] == maria["version"] + 1
    assert len(await api.platform.published(CUSTOMERS.name)) == published + 3


async def test_whoever_has_the_number_is_locked_in_order_of_id(api: Api) -> None:
    first, last = sorted([await customer_with_phones(api) for _ in range(2)], key=lambda each: each["id"])
    async with api.platform.database.worker() as tx:
        await tx.fetch("select from customer where id = $1 for update", first["id"])
        body = path(last, phones(last)[0]), REVOKED
        revoking = asyncio.create_task(api.admin.change("PUT", *body, version=1))

        async def waits() -> bool:
            return bool(await tx.fetchval("select count(*) from pg_locks where not granted"))

        await until(waits)
        await tx.fetch("select from customer where id = $1 for update nowait", last["id"])
    assert (await revoking).status_code == 200
    assert [row[1] for row in await ledger(api)] == ["revoked", "revoked"]


async def test_what_was_typed_of_one_customer_does_not_stay_with_another(
    api: Api, remaining: Remaining
) -> None:  # S4.17
    maria, _ = [await customer_with_phones(api) for _ in range(2)]
    said = REVOKED | {"source": "told by Sourcabilium"}
    assert (await api.admin.change("PUT", path(maria, phones(maria)[0]), said, version=1)).is_success
    assert (await api.admin.change("DELETE", f"/v1/customers/{maria['id']}", version=2)).is_success
    assert await remaining(api.platform.database, Words("sourcabilium")) == {}


async def test_only_an_admin_writes_consent_down(api: Api) -> None:  # G20
    customer = await customer_with_phones(api)
    for person in (api.dispatcher, api.tech, api.customer):
        response = await person.change("PUT", path(customer, phones(customer)[0]), GRANTED, version=1)
        assert response.status_code == 403
    assert await ledger(api) == []


async def test_a_service_is_answered_what_is_published(api: Api) -> None:
    customer = await customer_with_phones(api)
    service = api.platform.service_of(api.company_id)
    answer = await service.change("PUT", path(customer, phones(customer)[0]), GRANTED, version=1)
    assert answer.status_code == 200, answer.text
    assert CustomerProfile.model_validate(answer.json()).company_id == api.company_id
    assert "notes" not in answer.json()


@pytest.mark.parametrize(
    "body",
    [
        {"sms": "maybe", "source": "x"},
        {"sms": "requested", "source": "x"},
        {"sms": "granted"},
        {"sms": "granted", "source": " "},
    ],
)
async def test_consent_needs_a_state_and_a_source(api: Api, body: Any) -> None:
    customer = await customer_with_phones(api)
    response = await api.admin.change("PUT", path(customer, phones(customer)[0]), body, version=1)
    assert response.status_code == 422


async def test_a_phone_that_is_not_there_is_a_404(api: Api) -> None:
    customer = await customer_with_phones(api)
    response = await api.admin.change("PUT", path(customer, {"id": str(uuid4())}), GRANTED, version=1)
    assert response.status_code == 404


async def test_the_ledger_can_not_be_changed_by_who_serves_requests(api: Api) -> None:
    customer = await customer_with_phones(api)
    await api.admin.change("PUT", path(customer, phones(customer)[0]), GRANTED, version=1)
    async with api.platform.database.company(api.company_id) as tx:
        assert await tx.fetchval("select count(*) from consent_ledger") == 1
    for change in ("delete from consent_ledger", "update consent_ledger set state = 'refused'"):
        async with api.platform.database.company(api.company_id) as tx:
            with pytest.raises(Exception, match="permission denied"):
                await tx.execute(change)
