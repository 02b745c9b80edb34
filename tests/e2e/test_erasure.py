"""A deleted customer is nowhere any more: in no database, on no topic, in no encoding; what stays is listed here."""

from contextlib import ExitStack

import httpx
import pytest

from contracts.topics import CUSTOMERS
from deploy.demo import northside
from deploy.demo.api import Json
from deploy.demo.job import Job
from deploy.demo.people import contact, email, region_id, tenant
from deploy.local.stack import Stack
from deploy.local.waiting import until
from deploy.sandbox.identity.personas import NORTHSIDE
from deploy.sandbox.phone.accounts import NUMBERS
from servicekit.remains import Words
from tests.e2e import kafka, leftovers
from tests.e2e.companies import Company, staffed
from tests.e2e.log import LIMIT, deliveries, told

PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 8

# One unmistakable word for each field in which somebody can be named, reached or written about.
NAME, CONTACT, RECIPIENT = "Zephyrine Quillöther", "Zephyrina Quillöther", "Zebulon Quillöther"
MAILBOX, OTHER_MAILBOX, MASK = "heliotrope@zephyr.example", "amaranth@zephyr.example", "h***@zephyr.example"
PHONE, OTHER_PHONE = "+13035550188", "+13035550189"
STREET, TOWN = "77 Marmaladé Mews", "Mallowtön"
TAG, NOTES, EXTERNAL_ID = "tagabilium", "Notabilium: gate code 4711", "externabilium"
SOURCE, TEXTED, BLOCKED = "paper, signed by Sourcabilium", "Textabilium calling", "Blockabilium asked"
SUMMARY, REASON = "Summabilium leaks", "Reasonabilium is too far away"
REMARK, SIGNED_BY, PICTURE = "Remarkabilium has a dog", "Signabilium", "picturabilium"
TITLE, LINE = "Titulabilium", "Linabilium"

TYPED = {
    *(NAME, CONTACT, RECIPIENT, MAILBOX, OTHER_MAILBOX, PHONE, OTHER_PHONE, STREET, TOWN, TAG, NOTES, EXTERNAL_ID),
    *(SOURCE, TEXTED, BLOCKED, SUMMARY, REASON, REMARK, SIGNED_BY, PICTURE, TITLE, LINE, MASK),
}
WORDS = Words(*TYPED, "303-555-0188", "555-0188", "3035550188", "303-555-0189", "555-0189", "3035550189")

# What the design lets stay, where, and why. More is there only where something broke:
# what could not be published waits for the broker.
RECORD = "the company's own record of what it did and billed, by an id that names nobody any more"
FORTNIGHT = "a topic that is not compacted can't be made to forget one record; all of them go after 14 days"
STAYS = {
    ("status.jobs.title", TITLE): RECORD,
    ("status.jobs.lines", LINE): RECORD,
    **{(f"jobs.v1 {event}", TITLE): FORTNIGHT for event in ("JobCreated", "StatusChanged")},
    **{(f"jobs.v1 {event}", LINE): FORTNIGHT for event in ("JobCreated", "StatusChanged")},
    **{(f"jobs.v1 ServiceRequest{event}", SUMMARY): FORTNIGHT for event in ("Received", "Rejected")},
    ("jobs.v1 ServiceRequestRejected", REASON): FORTNIGHT,
    ("deliveries.v1 DeliveryUpdated", MASK): FORTNIGHT,
}


@pytest.fixture
def office(demo: str, stack: Stack, clients: ExitStack) -> Company:
    """Northside's people: their phone account passes answers on."""
    return staffed(stack.plan, northside.SEED, clients)


@pytest.mark.survives(62)
def test_nothing_of_a_deleted_customer_is_left_but_what_is_listed_here(office: Company, stack: Stack) -> None:
    # S4.17
    customer = agreed(office, created(office))
    invited(office, customer)
    worked_for(office, customer)
    spoken_with(office, stack, customer)
    assert {word for _, word in found(stack)} >= TYPED

    deleted(office, customer)

    wait_until_heard(stack, customer)
    leftovers.compact(stack.plan, CUSTOMERS, customer["id"].encode())
    assert found(stack) == STAYS.keys()


def found(stack: Stack) -> leftovers.Found:
    return leftovers.in_databases(stack.plan, WORDS) | leftovers.in_topics(stack.plan, WORDS)


def created(office: Company) -> Json:
    """A customer with something in every field, read in once more from a list."""
    person = contact(CONTACT, email(MAILBOX), phone=PHONE, voice=True)
    place = {"line": STREET, "city": TOWN, "state": "CO", "postal_code": "80203", "additional_communication": True}
    place |= {"recipients": [tenant(RECIPIENT, OTHER_MAILBOX, OTHER_PHONE)]}
    plain = {"name": NAME, "external_id": EXTERNAL_ID, "tags": [TAG], "notes": NOTES}
    region = {"region_id": str(region_id(NORTHSIDE, "Denver"))}
    body = {**plain, **region, "contacts": [person], "service_addresses": [place]}
    customer = office.dispatcher.post("customer-svc", "/v1/customers", body)
    return read_in(office, customer)


def read_in(office: Company, customer: Json) -> Json:
    """Their line of a list that another system wrote; and one that can't be read."""
    table = f"external_id,name,notes,email\n{EXTERNAL_ID},{NAME},Notes: {NOTES},\n{EXTERNAL_ID},,,{MAILBOX}@\n"
    sent = office.dispatcher.once("customer-svc", "POST", "/v1/customer-imports", content=table.encode())
    path = f"/v1/customer-imports/{sent.raise_for_status().json()['id']}"
    until(lambda: office.dispatcher.get("customer-svc", path)["state"] == "done", "the list is not read in", LIMIT)
    return office.dispatcher.get("customer-svc", f"/v1/customers/{customer['id']}")


def agreed(office: Company, customer: Json) -> Json:
    """Their phones may be texted, as somebody wrote down in words of their own."""
    phone = customer["contacts"][0]["phones"][0]["id"]
    path = f"/v1/customers/{customer['id']}/phones/{phone}/consent"
    said = {"sms": "granted", "source": SOURCE}
    return office.admin.put("customer-svc", path, said, version=customer["version"])


def invited(office: Company, customer: Json) -> None:
    """Their contact is sent the link to an account of the portal."""
    [person] = customer["contacts"]
    [address] = person["emails"]
    path = f"/v1/customers/{customer['id']}/contacts/{person['id']}/emails/{address['id']}/invitation"
    office.dispatcher.once("customer-svc", "POST", path, headers={"idempotency-key": path}).raise_for_status()


def worked_for(office: Company, customer: Json) -> None:
    """A request turned down, and a job with a note, pictures and a signature; told by email, text and call."""
    ids = {"customer_id": customer["id"], "service_address_id": customer["service_addresses"][0]["id"]}
    request = office.dispatcher.post("status-svc", "/v1/service-requests", {**ids, "summary": SUMMARY})
    office.dispatcher.post("status-svc", f"/v1/service-requests/{request['id']}/reject", {"reason": REASON})
    job = Job(office.seed, office.dispatcher, office.tech, customer, STREET)
    job.book("job", TITLE, ({"description": LINE, "quantity": "1", "unit_price": "95.00"},))
    job.set_status("on-the-way")
    picture = uploaded(office)
    office.tech.post("status-svc", f"/v1/jobs/{job.id}/notes", {"text": REMARK, "images": [picture]})
    signature = {"signed_by": SIGNED_BY, "image": picture}
    office.tech.put("status-svc", f"/v1/jobs/{job.id}/signature", signature)
    told(office.dispatcher, job.id)
    sent = {row.channel for row in deliveries(office.dispatcher, customer_id=customer["id"]) if row.is_sent}
    assert sent >= {"email", "sms"}


def uploaded(office: Company) -> str:
    """The SHA-256 of a picture."""
    content = {"content": PNG + PICTURE.encode(), "headers": {"content-type": "image/png"}}
    answer = office.tech.once("status-svc", "POST", "/v1/images", **content).raise_for_status()
    return str(answer.json()["sha256"])


def spoken_with(office: Company, stack: Stack, customer: Json) -> None:
    """They text something; the office blocks their address, and says why."""
    text = {"phone": PHONE, "to": NUMBERS[NORTHSIDE.slug], "body": TEXTED}
    httpx.post(f"{stack.plan.sandbox_url}/api/phone/texts", json=text).raise_for_status()
    query = {"customer_id": customer["id"]}
    until(lambda: any(office.dispatcher.every("notifier-svc", "/v1/inbound-texts", **query)), "no text came", LIMIT)
    block = {"channel": "email", "address": MAILBOX, "note": BLOCKED}
    office.dispatcher.post("notifier-svc", "/v1/blocks", block)


def deleted(office: Company, customer: Json) -> None:
    """The admin deletes them, as they are now."""
    path = f"/v1/customers/{customer['id']}"
    version = office.admin.get("customer-svc", path)["version"]
    office.admin.once("customer-svc", "DELETE", path, headers={"if-match": f'"{version}"'}).raise_for_status()


def wait_until_heard(stack: Stack, customer: Json) -> None:
    """Return when every service that keeps a copy of customers has worked off the deletion."""
    key = customer["id"].encode()

    def is_published() -> bool:
        own = [record for record in kafka.records(stack.plan, CUSTOMERS) if record.key == key]
        return ("ce_type", b"com.fieldbell.CustomerDeleted") in own[-1].headers

    until(is_published, "the deletion is not published", LIMIT)
    for group in CUSTOMERS.groups:
        kafka.wait_until_read(stack.plan, group, CUSTOMERS)
