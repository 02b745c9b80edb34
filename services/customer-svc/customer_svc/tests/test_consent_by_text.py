"""Consent by text: the office asks, the owner answers, and after a STOP only the owner can allow texts again (D12)."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule

from contracts.customer_requests import SmsAnswerConfirmed, SmsPermissionRequested
from contracts.deliveries import Channel
from contracts.inbound import BlockChanged, Cause, InboundTextReceived, Meaning, PhoneRef, Scope
from contracts.profiles import Consent, CustomerProfile
from contracts.topics import CUSTOMER_REQUESTS, CUSTOMERS, TYPE_PREFIX
from customer_svc.domain import consent
from customer_svc.events import on_inbound
from customer_svc.tests.api import Api
from customer_svc.tests.test_consent import GRANTED, customer_with_phones, path, phones
from customer_svc.tests.test_imports import imported, named
from servicekit import clock
from servicekit.cloudevents import Event

NOW = datetime(2026, 11, 26, 17, 0, tzinfo=UTC)


async def ask(api: Api, customer: Any, phone: Any, version: int | None = None) -> Any:
    where = f"{path(customer, phone)}/request"
    return await api.dispatcher.change("POST", where, version=version or customer["version"])


async def text(api: Api, meaning: Meaning, *refs: tuple[Any, Any], company_id: UUID | None = None) -> None:
    """A text of these phones arrives, as the notifier tells it."""
    data = InboundTextReceived(
        id=uuid4(),
        company_id=company_id or api.company_id,
        meaning=meaning,
        phones=tuple(PhoneRef(customer_id=customer["id"], phone_id=phone["id"]) for customer, phone in refs),
        received_at=NOW,
    )
    await arrives(api, data)


async def arrives(api: Api, data: InboundTextReceived | BlockChanged) -> None:
    event = Event(
        id=str(data.id),
        type=TYPE_PREFIX + type(data).__name__,
        source="/notifier-svc",
        subject="hash",
        time=NOW,
        company_id=data.company_id,
        data=data,
    )
    async with api.platform.database.worker() as tx:
        await on_inbound(tx, [event])


async def states(api: Api, customer: Any) -> list[str]:
    read = (await api.dispatcher.get(f"/v1/customers/{customer['id']}")).json()
    return [phone["sms_consent"] for phone in phones(read)]


async def ledger(api: Api, customer: Any, **query: str) -> Any:
    response = await api.dispatcher.get(f"/v1/customers/{customer['id']}/consent", **query)
    assert response.status_code == 200, response.text
    return response.json()


@pytest.mark.proves("S1.18")
async def test_asking_sends_a_text_and_writes_its_words_down(api: Api) -> None:  # G14
    customer = await customer_with_phones(api)
    phone, _ = phones(customer)
    asked = await ask(api, customer, phone)
    assert asked.status_code == 200, asked.text
    assert phones(asked.json())[0]["sms_consent"] == "requested"
    [request] = await api.platform.published(CUSTOMER_REQUESTS.name)
    assert isinstance(request, SmsPermissionRequested)
    assert (str(request.phone_id), request.customer_version) == (phone["id"], asked.json()["version"])
    assert "Reply YES" in request.wording
    assert "Maria" not in request.wording
    [entry] = (await ledger(api, customer))["items"]
    assert (entry["state"], entry["wording"], entry["actor"]) == ("requested", request.wording, "test-dispatcher")
    assert entry["person_id"] == customer["contacts"][0]["id"]


@pytest.mark.proves("S1.19", "S1.20")
@pytest.mark.parametrize(("answer", "state"), [(Meaning.YES, "granted"), (Meaning.NO, "refused")])
async def test_the_owners_answer_counts_and_is_confirmed_once(api: Api, answer: Meaning, state: str) -> None:
    customer = await customer_with_phones(api)
    phone, tenants = phones(customer)
    await ask(api, customer, phone)
    for _ in range(2):
        await text(api, answer, (customer, phone))
    assert await states(api, customer) == [state, "none"]
    _, *confirmed = await api.platform.published(CUSTOMER_REQUESTS.name)
    assert [type(each) for each in confirmed] == [SmsAnswerConfirmed]
    last = (await api.platform.published(CUSTOMERS.name))[-1]
    assert isinstance(last, CustomerProfile)
    assert last.contacts[0].phones[0].sms_consent == state  # S1.20
    newest = (await ledger(api, customer))["items"][0]
    assert (newest["state"], newest["actor"]) == (state, "customer")
    assert newest["source"].startswith(f"answered {answer.upper()} by text")
    assert newest["wording"] == confirmed[0].wording  # type: ignore[attr-defined]
    assert tenants["sms_consent"] == "none"


async def test_a_yes_that_nobody_asked_for_grants_nothing(api: Api) -> None:  # D12
    customer = await customer_with_phones(api)
    await text(api, Meaning.YES, (customer, phones(customer)[0]))
    assert await states(api, customer) == ["none", "none"]
    assert await api.platform.published(CUSTOMER_REQUESTS.name) == []


async def test_stop_revokes_and_start_restores_what_it_took(api: Api) -> None:  # S1.19, D12
    customer = await customer_with_phones(api)
    phone, tenants = phones(customer)
    await ask(api, customer, phone)
    await text(api, Meaning.YES, (customer, phone))
    both = ((customer, phone), (customer, tenants))  # one number on two phones of a profile
    await text(api, Meaning.STOP, *both)
    assert await states(api, customer) == ["revoked", "revoked"]
    refused = await ask(api, customer, phone, version=5)
    assert (refused.status_code, refused.json()["type"].rpartition("/")[2]) == (409, "opted-out")
    await text(api, Meaning.START, *both)
    assert await states(api, customer) == ["granted", "none"]
    states_of_phone = [row["state"] for row in (await ledger(api, customer))["items"] if row["phone_id"] == phone["id"]]
    assert states_of_phone == ["granted", "revoked", "granted", "requested"]
    assert len(await api.platform.published(CUSTOMER_REQUESTS.name)) == 2  # the question, and what a YES means


def a_block(api: Api, customer: Any, phone: Any, cause: Cause) -> BlockChanged:
    """Of the texts to one phone, as the notifier tells it."""
    return BlockChanged(
        id=uuid4(),
        company_id=api.company_id,
        channel=Channel.SMS,
        scope=Scope.EVERYTHING,
        cause=cause,
        phones=(PhoneRef(customer_id=customer["id"], phone_id=phone["id"]),),
        changed_at=NOW,
    )


async def test_a_stop_that_only_the_phone_network_saw_revokes_too(api: Api) -> None:  # G4, S1.19
    customer = await customer_with_phones(api)
    phone, _ = phones(customer)
    await api.admin.change("PUT", path(customer, phone), GRANTED, version=1)
    block = a_block(api, customer, phone, Cause.OPTED_OUT)
    for told in (block.model_copy(update={"cause": Cause.LANDLINE}), block.model_copy(update={"lifted": True})):
        await arrives(api, told)
    assert await states(api, customer) == ["granted", "none"]
    await arrives(api, block)
    assert await states(api, customer) == ["revoked", "none"]
    refused = await api.admin.change("PUT", path(customer, phone), GRANTED, version=4)
    assert refused.status_code == 409


async def test_a_landline_that_is_none_after_all_can_be_texted_again(api: Api) -> None:  # G3
    customer = await customer_with_phones(api)
    phone, _ = phones(customer)
    block = a_block(api, customer, phone, Cause.LANDLINE)
    for lifted in (False, True):
        await arrives(api, block.model_copy(update={"lifted": lifted, "actor": "ann" if lifted else None}))
        known = (await api.dispatcher.get(f"/v1/customers/{customer['id']}")).json()
        assert phones(known)[0]["landline"] is not lifted


async def test_the_ledger_is_read_in_pages_and_by_the_office_alone(api: Api, other: Api) -> None:  # G14, G20
    customer = await customer_with_phones(api)
    for phone in phones(customer):
        customer = (await ask(api, customer, phone)).json()
    first = await ledger(api, customer, limit="1")
    rest = await ledger(api, customer, limit="1", cursor=first["next_cursor"])
    tenant, maria = phones(customer)[1]["id"], phones(customer)[0]["id"]
    assert [row["phone_id"] for row in first["items"] + rest["items"]] == [tenant, maria]
    assert rest["next_cursor"] is None
    where = f"/v1/customers/{customer['id']}/consent"
    assert (await other.admin.get(where)).status_code == 404
    assert (await api.tech.get(where)).status_code == 403


async def test_who_was_asked_is_not_asked_again_before_the_next_day(api: Api) -> None:
    customer = await customer_with_phones(api)
    phone, _ = phones(customer)
    customer = (await ask(api, customer, phone)).json()
    again = await ask(api, customer, phone)
    assert (again.status_code, again.json()["type"].rpartition("/")[2]) == (409, "asked-already")
    with clock.standing(datetime.now(UTC) + timedelta(hours=25)):
        assert (await ask(api, customer, phone)).status_code == 200


async def test_a_landline_and_who_agreed_are_not_asked(api: Api) -> None:
    contact = {"name": "Maria Lee", "phones": [{"number": "(303) 555-0142", "landline": True}]}
    customer = await api.create_customer(contacts=[contact])
    phone = customer["contacts"][0]["phones"][0]
    assert (await ask(api, customer, phone)).json()["type"].rpartition("/")[2] == "takes-no-texts"
    customer = await customer_with_phones(api)
    phone, _ = phones(customer)
    granted = (await api.admin.change("PUT", path(customer, phone), GRANTED, version=1)).json()
    assert (await ask(api, granted, phone)).json()["type"].rpartition("/")[2] == "allowed-already"
    assert (await ask(api, granted, {"id": str(uuid4())})).status_code == 404


@pytest.mark.survives(51)
async def test_an_answer_of_a_phone_that_is_gone_or_anothers_changes_nothing(api: Api, other: Api) -> None:
    customer = await customer_with_phones(api)
    phone, _ = phones(customer)
    customer = (await ask(api, customer, phone)).json()
    await text(api, Meaning.YES, (customer, phone), company_id=other.company_id)
    await text(api, Meaning.YES, (customer, {"id": str(uuid4())}), ({"id": str(uuid4())}, phone))
    assert await states(api, customer) == ["requested", "none"]


async def test_a_number_that_has_opted_out_is_opted_out_wherever_it_is_added(api: Api) -> None:  # D12, S1.19
    customer = await customer_with_phones(api)
    phone, _ = phones(customer)
    await text(api, Meaning.STOP, (customer, phone))
    contact = {"name": "Jo", "phones": [{"number": "(303) 555-0142"}]}
    other = await api.create_customer(name="Another", contacts=[contact])
    again = other["contacts"][0]["phones"][0]
    assert again["sms_consent"] == "revoked"
    [entry] = (await ledger(api, other))["items"]  # G14
    assert (entry["phone_id"], entry["state"], entry["actor"]) == (again["id"], "revoked", "test-dispatcher")
    assert entry["source"] == "another phone of this number had opted out"
    assert (await ask(api, other, again)).status_code == 409
    assert (await api.admin.change("PUT", path(other, again), GRANTED, version=1)).status_code == 409


async def test_a_number_that_has_opted_out_begins_so_where_it_is_added_or_read_in_and_the_ledger_says_why(
    api: Api,
) -> None:  # D12, G14
    customer = await customer_with_phones(api)
    await text(api, Meaning.STOP, (customer, phones(customer)[0]))
    one = await api.create_customer(name="One", contacts=[{"name": "One"}], external_id="q-1")
    where = f"/v1/customers/{one['id']}/contacts/{one['contacts'][0]['id']}/phones"
    assert (await api.dispatcher.post(where, {"number": "(303) 555-0142"})).status_code == 201
    assert (await api.dispatcher.post(where, {"number": "(303) 555-0143"})).status_code == 201
    await imported(api, "external_id,name,phone\nq-2,Two,(303) 555-0142\nq-3,Three,(303) 555-0143\n")
    for name, entries in (("One", 1), ("Two", 1), ("Three", 0)):
        known = await named(api, name)
        told = (await ledger(api, known))["items"]
        assert [(each["state"], each["phone_id"]) for each in told] == [
            ("revoked", phone["id"]) for phone in known["contacts"][0]["phones"][:entries]
        ]


async def test_another_number_is_another_phone(api: Api) -> None:
    customer = await customer_with_phones(api)
    phone, _ = phones(customer)
    customer = (await ask(api, customer, phone)).json()
    where = f"/v1/customers/{customer['id']}/contacts/{customer['contacts'][0]['id']}/phones/{phone['id']}"
    changed = await api.dispatcher.change("PATCH", where, {"number": "(303) 555-0177"}, version=customer["version"])
    new, _ = phones(changed.json())
    assert new["id"] != phone["id"]
    assert new["sms_consent"] == "none"
    await text(api, Meaning.YES, (customer, phone))  # to the question that the old number got
    assert await states(api, customer) == ["none", "none"]


class ConsentOfAPhone(RuleBasedStateMachine):
    """Whatever is asked and answered, in whatever order."""

    def __init__(self) -> None:
        super().__init__()
        self.state, self.history = Consent.NONE, [Consent.NONE]

    @precondition(lambda self: self.state not in (Consent.GRANTED, Consent.REVOKED))
    @rule()
    def office_asks(self) -> None:
        self._become(Consent.REQUESTED)

    @rule(answer=st.sampled_from(Meaning))
    def owner_texts(self, answer: Meaning) -> None:
        before = self.state
        earlier = next(state for state in reversed(self.history) if state is not Consent.REVOKED)
        now = consent.heard(before, answer, earlier)
        self._check(before, answer, now)
        self._become(now)

    def _become(self, state: Consent) -> None:
        if state is not self.state:
            self.history.append(state)
        self.state = state

    def _check(self, before: Consent, answer: Meaning, now: Consent) -> None:
        if answer is Meaning.STOP:
            assert now is Consent.REVOKED
        elif before is Consent.REVOKED:
            assert (now is Consent.REVOKED) == (answer is not Meaning.START)
        if now is Consent.GRANTED and before is not Consent.GRANTED:
            asked_for = before is Consent.REQUESTED and answer is Meaning.YES
            given_back = answer is Meaning.START and Consent.GRANTED in self.history
            assert asked_for or given_back
        if answer in (Meaning.HELP, Meaning.OTHER):
            assert now is before


TestConsentOfAPhone = ConsentOfAPhone.TestCase
TestConsentOfAPhone.settings = settings(max_examples=60, stateful_step_count=20, derandomize=True)
