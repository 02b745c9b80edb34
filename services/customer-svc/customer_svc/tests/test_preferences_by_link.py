"""The preference centre: one person sees and sets their own preferences by a link; and whence each flag comes."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from contracts.deliveries import Channel
from contracts.inbound import BlockChanged, Cause, PersonRef, PhoneRef, Scope
from contracts.profiles import CustomerProfile
from contracts.topics import CUSTOMERS
from customer_svc.tests.api import Api
from customer_svc.tests.factories import LINK_KEY
from customer_svc.tests.test_batches import PATH as BATCHES
from customer_svc.tests.test_batches import apply, undone
from customer_svc.tests.test_consent_by_text import NOW, arrives, ledger
from servicekit.links import Link, Links

LINKS = Links([LINK_KEY])


@dataclass
class Reader:
    """A person of a customer, who has an email with a link in it."""

    api: Api
    customer: Any
    person: Any

    @property
    def path(self) -> str:
        ids = (self.api.company_id, UUID(self.customer["id"]), UUID(self.person["id"]))
        email = self.person["emails"][0]
        tag = LINKS.tag(self.api.company_id, email if isinstance(email, str) else email["address"])
        return f"/v1/preferences/{LINKS.token(Link(*ids, bytes(16), tag))}"

    async def sees(self) -> Any:
        answer = await self.api.platform.anyone.get(self.path)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def wants(self, **wishes: Any) -> httpx.Response:
        return await self.api.platform.anyone.patch(self.path, json=wishes)


@pytest.fixture
async def customer(api: Api) -> Any:
    """Two contacts, and a tenant at one service address."""
    tenant = {"name": "Jo Park", "emails": ["jo@example.com"], "phones": [{"number": "(303) 555-0199"}]}
    return await api.create_customer(
        contacts=[
            {"name": "Maria Lee", "emails": [{"address": "maria@example.com"}], "phones": [{"number": "303 555 0123"}]},
            {"name": "Sam Lee", "emails": [{"address": "sam@example.com"}]},
        ],
        service_addresses=[{"line": "12 Elm St", "recipients": [tenant]}],
    )


@pytest.fixture
def maria(api: Api, customer: Any) -> Reader:
    return Reader(api, customer, customer["contacts"][0])


@pytest.fixture
def tenant(api: Api, customer: Any) -> Reader:
    return Reader(api, customer, customer["service_addresses"][0]["recipients"][0])


async def test_a_reader_sees_their_own_preferences_and_nobody_elses(maria: Reader) -> None:
    seen = await maria.sees()
    assert (seen["name"], seen["company"]["name"]) == ("Maria Lee", "Northside Plumbing")
    assert seen["flags"] == maria.person["flags"]
    [email] = seen["emails"]
    assert (email["masked_address"], email["flags"]) == ("m***@example.com", maria.person["emails"][0]["flags"])
    assert [(phone["masked_number"], phone["landline"]) for phone in seen["phones"]] == [("+1********23", False)]
    assert (seen["locale"], seen["set"]) == ("en-US", [])
    assert "Sam" not in str(seen)
    assert "Elm" not in str(seen)


async def test_a_reader_changes_their_own_flags_and_the_log_says_so(maria: Reader) -> None:  # S0.1, S4.12
    email = maria.person["emails"][0]["id"]
    answer = await maria.wants(
        flags={"service_reminders": False}, emails=[{"id": email, "flags": {"payment_receipts": False}}]
    )
    assert answer.status_code == 200, answer.text
    assert answer.json() == await maria.sees()
    last = (await maria.api.platform.published(CUSTOMERS.name))[-1]
    assert isinstance(last, CustomerProfile)
    contact, other = last.contacts
    assert (contact.flags.service_reminders, contact.emails[0].flags.payment_receipts) == (False, False)
    assert (other.flags.service_reminders, other.emails[0].flags.payment_receipts) == (True, True)
    log = (await maria.api.dispatcher.get(f"/v1/customers/{maria.customer['id']}/changes")).json()["items"]
    assert {(c["field"], c["actor"], c["how"]) for c in log if c["version"] == 2} == {
        ("contacts.flags.service_reminders", "customer", "preference link"),
        ("contacts.emails.flags.payment_receipts", "customer", "preference link"),
    }


async def test_a_reader_sees_who_set_which_of_their_flags_and_where_the_link_came_by(maria: Reader) -> None:
    api, path = maria.api, f"/v1/customers/{maria.customer['id']}"
    contact = f"{path}/contacts/{maria.person['id']}"
    added = await api.dispatcher.post(f"{contact}/emails", {"address": "m.lee@example.com"})
    email = added.json()["contacts"][0]["emails"][1]["id"]
    await maria.wants(flags={"text": False}, emails=[{"id": email, "flags": {"invoices": False}}])
    assert (await api.admin.change("PATCH", contact, {"flags": {"voice": True}}, version=3)).status_code == 200
    other = f"{path}/contacts/{maria.customer['contacts'][1]['id']}"
    assert (await api.admin.change("PATCH", other, {"flags": {"text": False}}, version=4)).status_code == 200
    assert (await api.admin.change("PATCH", path, {"locale": "es-US"}, version=5)).status_code == 200
    seen = await maria.sees()
    assert {(each["part_id"], each["flag"], each["by_reader"]) for each in seen["set"]} == {
        (maria.person["id"], "text", True),
        (email, "invoices", True),
        (maria.person["id"], "voice", False),
    }
    assert [each["sent_here"] for each in seen["emails"]] == [True, False]
    assert (seen["locale"], seen["company"]["locale"]) == ("es-US", "en-US")


async def test_an_additional_recipient_has_preferences_of_their_own(tenant: Reader) -> None:  # D8
    seen = await tenant.sees()
    assert [(email["masked_address"], email["flags"]) for email in seen["emails"]] == [("j***@example.com", None)]
    answer = await tenant.wants(flags={"invoices": False, "text": False})
    assert (answer.json()["flags"]["invoices"], answer.json()["flags"]["text"]) == (False, False)


@pytest.mark.parametrize(
    "wishes",
    [
        {"flags": {"exclude_from_broadcasts": True}},
        {"emails": [{"id": str(uuid4()), "flags": {}}]},
        {"flags": {"fame": True}},
        {"name": "Jo"},
    ],
)
async def test_a_recipient_cannot_set_what_they_do_not_have(tenant: Reader, wishes: Any) -> None:
    assert (await tenant.wants(**wishes)).status_code == 422
    assert (await tenant.api.admin.get(f"/v1/customers/{tenant.customer['id']}")).json() == tenant.customer


async def test_a_reader_cannot_reach_another_persons_address(maria: Reader) -> None:
    other = maria.customer["contacts"][1]["emails"][0]["id"]
    assert (await maria.wants(emails=[{"id": other, "flags": {"invoices": False}}])).status_code == 404


async def test_a_link_of_a_person_who_is_gone_leads_nowhere(maria: Reader) -> None:
    path = f"/v1/customers/{maria.customer['id']}"
    assert (await maria.api.admin.change("DELETE", path, version=1)).status_code == 204
    assert (await maria.wants(flags={"text": False})).status_code == 404
    assert (await maria.api.platform.anyone.get(maria.path)).status_code == 404


async def test_a_link_of_an_address_that_is_gone_leads_nowhere(maria: Reader) -> None:
    email = f"contacts/{maria.person['id']}/emails/{maria.person['emails'][0]['id']}"
    path = f"/v1/customers/{maria.customer['id']}/{email}"
    assert (await maria.api.admin.change("PATCH", path, {"address": "lee@example.com"}, version=1)).status_code == 200
    assert (await maria.api.platform.anyone.get(maria.path)).status_code == 404
    assert (await maria.wants(flags={"text": False})).status_code == 404


async def test_what_the_office_stops_for_somebody_is_in_ledger_and_log(maria: Reader) -> None:  # S4.9, S4.12, G14
    person = PersonRef(customer_id=maria.customer["id"], person_id=maria.person["id"])
    await arrives(maria.api, changed(maria.api, Channel.EMAIL, Cause.OFFICE, by=person, actor="priya"))
    [entry] = (await ledger(maria.api, maria.customer))["items"]
    assert (entry["state"], entry["actor"]) == ("revoked", "priya")
    assert entry["source"].startswith("unsubscribed from reminders by the office")
    newest = (await maria.api.dispatcher.get(f"/v1/customers/{maria.customer['id']}/changes")).json()["items"][0]
    assert (newest["field"], newest["actor"], newest["old"], newest["new"]) == (
        *("unsubscribed.reminders", "priya"),
        *(False, True),
    )


async def test_a_link_that_was_tampered_with_is_broken(maria: Reader) -> None:
    answer = await maria.api.platform.anyone.get(maria.path[:-1])
    assert (answer.status_code, answer.json()["type"].rpartition("/")[2]) == (404, "broken-link")


async def test_each_flag_knows_who_set_it_when_and_how(maria: Reader, tenant: Reader) -> None:  # S4.10
    api, path = maria.api, f"/v1/customers/{maria.customer['id']}"
    await maria.wants(flags={"text": False})
    contact = f"{path}/contacts/{maria.person['id']}"
    assert (await api.admin.change("PATCH", contact, {"flags": {"voice": True}}, version=2)).status_code == 200
    added = (await api.dispatcher.post(f"{contact}/emails", {"address": "m.lee@example.com"})).json()
    email = added["contacts"][0]["emails"][1]["id"]
    assert (await api.dispatcher.get(f"{path}/preferences")).status_code == 200
    found = {
        (each["part_id"], each["field"].rpartition(".")[2]): (each["on"], each["set"]["actor"], each["set"]["how"])
        for each in (await api.dispatcher.get(f"{path}/preferences")).json()
    }
    assert len(found) == 2 * 7 + 3 * 4 + 8
    assert found[maria.person["id"], "text"] == (False, "customer", "preference link")
    assert found[maria.person["id"], "voice"] == (True, "test-admin", "office")
    assert found[maria.person["id"], "service_specials"][1:] == ("test-dispatcher", "office")
    assert found[email, "invoices"] == (True, "test-dispatcher", "office")
    assert found[tenant.person["id"], "invoices"][1:] == ("test-dispatcher", "office")


@pytest.mark.parametrize("way", ["preference link", "portal"])
async def test_what_a_person_wants_as_it_is_no_undo_of_an_edit_takes_back(maria: Reader, way: str) -> None:  # D4, S4.10
    api, path, contact = maria.api, f"/v1/customers/{maria.customer['id']}", maria.person["id"]
    email = maria.person["emails"][0]["id"]
    no_texts = {"ids": [maria.customer["id"]], "set": {"contact.text": False, "email.invoices": False}}
    edit = await apply(api, no_texts)
    before, published = (await api.dispatcher.get(path)).json(), await api.platform.published(CUSTOMERS.name)
    log = (await api.dispatcher.get(f"{path}/changes")).json()
    for _ in range(3):
        if way == "portal":
            owner = api.platform.customer(api.company_id, maria.customer["id"])
            for where, flag in ((f"contacts/{contact}", "text"), (f"contacts/{contact}/emails/{email}", "invoices")):
                answer = await owner.change("PATCH", f"{path}/{where}", {"flags": {flag: False}}, version=2)
                assert (answer.status_code, answer.headers["etag"]) == (200, '"2"')
        else:
            wishes = [{"id": email, "flags": {"invoices": False}}]
            assert (await maria.wants(flags={"text": False, "voice": False}, emails=wishes)).status_code == 200
    assert (await api.dispatcher.get(path)).json() == before
    assert await api.platform.published(CUSTOMERS.name) == published
    assert (await api.dispatcher.get(f"{path}/changes")).json() == log  # nothing was changed
    async with api.platform.database.worker() as tx:
        noted = await tx.fetch("select field from change where how = $1", way)
    assert len({row["field"] for row in noted}) == len(noted) == (3 if way == "preference link" else 2)
    seen = {(each["part_id"], each["field"]): each for each in (await api.dispatcher.get(f"{path}/preferences")).json()}
    for place in ((contact, "contacts.flags.text"), (email, "contacts.emails.flags.invoices")):
        assert (seen[place]["on"], seen[place]["set"]["how"]) == (False, way)
    back = no_texts | {"set": {"contact.text": True, "email.invoices": True}}
    preview = (await api.dispatcher.post(f"{BATCHES}/preview", back)).json()
    assert preview["set_by_customers"] == {"contact.text": 1, "email.invoices": 1}
    assert (await undone(api, edit))["restored"] == 2  # Sam's
    assert (await api.dispatcher.get(path)).json()["contacts"][0] == before["contacts"][0]


async def test_what_a_recipient_wants_as_it_is_is_theirs(tenant: Reader) -> None:  # S4.10
    api, path = tenant.api, f"/v1/customers/{tenant.customer['id']}"
    assert (await tenant.wants(flags={"invoices": True})).status_code == 200
    owner = api.platform.customer(api.company_id, tenant.customer["id"])
    where = f"{path}/service-addresses/{tenant.customer['service_addresses'][0]['id']}/recipients/{tenant.person['id']}"
    assert (await owner.change("PATCH", where, {"flags": {"text": True}}, version=1)).status_code == 200
    found = (await api.dispatcher.get(f"{path}/preferences")).json()
    ways = {
        each["field"].rpartition(".")[2]: each["set"]["how"] for each in found if each["part_id"] == tenant.person["id"]
    }
    assert (ways["invoices"], ways["text"], ways["voice"]) == ("preference link", "portal", "office")


async def test_what_the_office_names_as_it_is_is_no_wish_of_the_persons(maria: Reader) -> None:
    api, path = maria.api, f"/v1/customers/{maria.customer['id']}"
    where = f"{path}/contacts/{maria.person['id']}"
    assert (await api.dispatcher.change("PATCH", where, {"flags": {"voice": False}}, version=1)).status_code == 200
    async with api.platform.database.worker() as tx:
        assert await tx.fetchval("select count(*) from change") == 1


async def test_unsubscribing_and_its_undoing_are_in_the_ledger(maria: Reader) -> None:  # G14
    person = PersonRef(customer_id=maria.customer["id"], person_id=maria.person["id"])
    for lifted in (False, True):
        await arrives(maria.api, changed(maria.api, Channel.EMAIL, Cause.UNSUBSCRIBED, lifted=lifted, by=person))
    back, gone = (await ledger(maria.api, maria.customer))["items"]
    assert (gone["channel"], gone["state"], gone["actor"]) == ("email", "revoked", "customer")
    assert gone["source"].startswith("unsubscribed from reminders by the link in an email")
    assert (gone["person_id"], gone["phone_id"]) == (maria.person["id"], None)
    assert (back["state"], back["source"].split(" by ")[0]) == ("granted", "took back unsubscribing from reminders")


async def test_opting_out_of_calls_shows_on_the_profile_and_in_the_ledger(maria: Reader) -> None:  # D12, G14
    for _ in range(2):
        await arrives(maria.api, changed(maria.api, Channel.VOICE, Cause.OPTED_OUT, phones=phones_of(maria)))
    read = (await maria.api.dispatcher.get(f"/v1/customers/{maria.customer['id']}")).json()
    assert read["contacts"][0]["phones"][0]["calls_opted_out"] is True
    assert read["contacts"][0]["phones"][0]["sms_consent"] == "none"
    [entry] = (await ledger(maria.api, maria.customer))["items"]
    assert (entry["channel"], entry["state"], entry["phone_id"]) == (
        "voice",
        "revoked",
        str(phones_of(maria)[0].phone_id),
    )


async def test_a_phone_that_turned_out_a_landline_is_marked(maria: Reader) -> None:  # G3
    await arrives(maria.api, changed(maria.api, Channel.SMS, Cause.LANDLINE, phones=phones_of(maria)))
    read = (await maria.api.dispatcher.get(f"/v1/customers/{maria.customer['id']}")).json()
    assert read["contacts"][0]["phones"][0]["landline"] is True


async def test_news_of_people_and_phones_that_are_gone_change_nothing(maria: Reader) -> None:
    nobody = PersonRef(customer_id=uuid4(), person_id=uuid4())
    phone = (
        PhoneRef(customer_id=maria.customer["id"], phone_id=uuid4()),
        PhoneRef(customer_id=uuid4(), phone_id=uuid4()),
    )
    await arrives(maria.api, changed(maria.api, Channel.EMAIL, Cause.UNSUBSCRIBED, by=nobody))
    await arrives(maria.api, changed(maria.api, Channel.VOICE, Cause.OPTED_OUT, phones=phone))
    await arrives(maria.api, changed(maria.api, Channel.SMS, Cause.LANDLINE, phones=phone))
    assert (await maria.api.dispatcher.get(f"/v1/customers/{maria.customer['id']}")).json() == maria.customer
    assert (await ledger(maria.api, maria.customer))["items"] == []


def phones_of(reader: Reader) -> tuple[PhoneRef, ...]:
    return tuple(PhoneRef(customer_id=reader.customer["id"], phone_id=p["id"]) for p in reader.person["phones"])


def changed(api: Api, channel: Channel, cause: Cause, **over: Any) -> BlockChanged:
    scope = Scope.REMINDERS if channel is Channel.EMAIL else Scope.EVERYTHING
    facts: dict[str, Any] = {"id": uuid4(), "company_id": api.company_id, "changed_at": NOW}
    return BlockChanged(channel=channel, cause=cause, scope=scope, **facts | over)
