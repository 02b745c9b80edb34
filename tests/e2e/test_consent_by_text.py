"""The story of a consent, over the phone: the office asks, the customer says YES, later STOP, and START again."""

from contextlib import ExitStack

import httpx
import pytest

from contracts.deliveries import Channel, DeliveryState, Reason
from deploy.demo import northside
from deploy.demo.api import Json
from deploy.demo.people import home
from deploy.local.stack import Stack
from deploy.local.waiting import until
from deploy.sandbox.identity.personas import NORTHSIDE
from deploy.sandbox.phone.accounts import NUMBERS
from tests.e2e.companies import Company, staffed
from tests.e2e.log import LIMIT, Delivery, deliveries, told
from tests.e2e.test_preferences import wait_until_heard

PHONE = "+13035550155"


class Conversation:
    """What Ada's phone and the company say to each other."""

    def __init__(self, office: Company, stack: Stack, customer: Json) -> None:
        self._office = office
        self._stack = stack
        self._url = f"{stack.plan.sandbox_url}/api/phone/texts"
        self.customer = customer

    def heard(self) -> list[str]:
        """The texts that Fieldbell sent to the phone, oldest first."""
        query = {"phone": PHONE, "direction": "outbound-api", "limit": "50"}
        texts = httpx.get(self._url, params=query).raise_for_status().json()["texts"]
        return [text["body"] for text in reversed(texts)]

    def says(self, word: str, consent: str) -> None:
        """The phone answers, and the profile shows what that means."""
        answer = {"phone": PHONE, "to": NUMBERS[NORTHSIDE.slug], "body": word}
        httpx.post(self._url, json=answer).raise_for_status()
        until(lambda: self.consent == consent, f"{word} does not make it {consent}", LIMIT)
        wait_until_heard(self._stack, self.customer)

    @property
    def consent(self) -> str:
        path = f"/v1/customers/{self.customer['id']}"
        self.customer = self._office.dispatcher.get("customer-svc", path)
        return str(self.customer["contacts"][0]["phones"][0]["sms_consent"])

    def ask(self) -> None:
        """The office asks for permission."""
        phone = self.customer["contacts"][0]["phones"][0]
        path = f"/v1/customers/{self.customer['id']}/phones/{phone['id']}/consent/request"
        self._office.dispatcher.post("customer-svc", path, version=self.customer["version"])


@pytest.fixture
def office(demo: str, stack: Stack, clients: ExitStack) -> Company:
    """Northside's people: their phone account passes answers on."""
    return staffed(stack.plan, northside.SEED, clients)


def last_text(office: Company, job_id: str) -> Delivery:
    told(office.dispatcher, job_id)
    return deliveries(office.dispatcher, job_id=job_id, channel=Channel.SMS)[-1]


@pytest.mark.proves("S1.18", "S1.19", "S1.20")
def test_a_customer_agrees_to_texts_stops_them_and_takes_it_back(office: Company, stack: Stack) -> None:
    # G4, G5, G14, D12
    customer = office.add(home("Ada Quill", "ada.quill@example.com", PHONE, "19 Pearl St", "80203"))
    ada, job = Conversation(office, stack, customer), office.booked(customer)
    assert last_text(office, job.id).reason is Reason.NO_SMS_CONSENT

    ada.ask()
    until(lambda: len(ada.heard()) == 1, "the question did not come", LIMIT)
    assert "Reply YES" in ada.heard()[0]
    ada.says("Yes!", "granted")
    until(lambda: len(ada.heard()) == 2, "the YES was not confirmed", LIMIT)
    job.set_status("on-the-way")
    assert last_text(office, job.id).state is DeliveryState.SENT

    ada.says("stop", "revoked")
    job.set_status("scheduled")
    job.set_status("on-the-way")
    assert last_text(office, job.id).reason is Reason.OPTED_OUT
    [block] = office.dispatcher.every("notifier-svc", "/v1/blocks", address=PHONE)
    assert (block["cause"], block["liftable"]) == ("opted_out", False)

    ada.says("START", "granted")
    job.set_status("scheduled")
    job.set_status("on-the-way")
    assert last_text(office, job.id).state is DeliveryState.SENT
    ledger = list(office.dispatcher.every("customer-svc", f"/v1/customers/{customer['id']}/consent"))
    assert [row["state"] for row in ledger] == ["granted", "revoked", "granted", "requested"]
    wrote = [
        text["body"]
        for text in office.dispatcher.every("notifier-svc", "/v1/inbound-texts", customer_id=customer["id"])
    ]
    assert wrote == ["START", "stop", "Yes!"]
